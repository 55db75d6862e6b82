"""A page that only the server renders, to compare with: the page's own HTML without scripts.

`python -m benchmarks.plain_page` takes the same command line as `crm_app`.
"""

import gzip
import re
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_app.cli import supervisor
from crm_app.cli.commands import main

PATH = "/plain"
SCRIPTS = re.compile(rb"<script\b.*?</script>|<link[^>]*modulepreload[^>]*>", re.S)


class PlainPage:
    """Serves the page at `/plain` as it is at `/`, with the same rows and styles."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") != PATH:
            await self.app(scope, receive, send)
            return
        parts: list[Message] = []

        async def keep(message: Message) -> None:
            parts.append(message)

        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        page: Any = {**scope, "path": "/", "raw_path": b"/", "headers": headers}
        await self.app(page, receive, keep)
        html = SCRIPTS.sub(b"", b"".join(part.get("body", b"") for part in parts[1:]))
        body = gzip.compress(html, 6, mtime=0)
        about = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-encoding", b"gzip"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": parts[0]["status"], "headers": about})
        await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    load_application = supervisor.load_application
    supervisor.load_application = lambda: PlainPage(load_application())
    main()
