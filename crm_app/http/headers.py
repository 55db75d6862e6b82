"""The headers of all responses: security and caching."""

import base64
import hashlib
import re
from pathlib import Path

from starlette.types import Message, Scope, Send

from crm_app.http.request_id import HEADER, request_id_of

INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
HASHED_ASSET = re.compile(r"/assets/[^/]+-[\w-]{8}\.(js|css)")
FOREVER = b"public, max-age=31536000, immutable"
HEADERS = {
    b"x-frame-options": b"DENY",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}
NO_DOCUMENT = b"default-src 'none'; frame-ancestors 'none'"
# The others have no effect on scripts and style sheets.
FOR_ASSETS = (b"x-content-type-options", b"strict-transport-security")
NEEDLESS = (
    b"last-modified",
    b"accept-ranges",
)  # the ETag replaces the former; no client asks for ranges
NEEDLESS_FOR_ASSETS = (*NEEDLESS, b"etag")  # what is cached indefinitely is not revalidated
HSTS = b"max-age=31536000; includeSubDomains"


def make_headers(client: Path, public_url: str) -> dict[bytes, bytes]:
    """Return the headers of all responses; `client` is the folder of the built page.

    The policy allows its inline scripts by their hashes, which change with each build.
    """
    headers = {**HEADERS, b"content-security-policy": _policy(client, public_url)}
    if public_url.startswith("https://"):
        headers[b"strict-transport-security"] = HSTS
    return headers


def with_headers(scope: Scope, send: Send, headers: dict[bytes, bytes]) -> Send:
    """Return a `send` that adds the headers to the response.

    Files that the build named after their content are cached indefinitely. All other responses are
    revalidated and have the id of their request.
    """

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            is_hashed = HASHED_ASSET.fullmatch(scope["path"]) and message["status"] == 200
            own = {name: headers[name] for name in headers if not is_hashed or name in FOR_ASSETS}
            given = {name.lower(): value for name, value in message["headers"]}
            is_page = given.get(b"content-type", b"").startswith(b"text/html")
            # "Not modified" has no type, and its headers replace those in the cache.
            is_page = is_page or message["status"] == 304
            if not is_hashed and not is_page:
                own[b"content-security-policy"] = NO_DOCUMENT  # shorter than the page's
            if not is_hashed:
                own[HEADER] = request_id_of(scope).encode()
            if b"cache-control" not in given:
                own[b"cache-control"] = FOREVER if is_hashed else b"no-cache"
            dropped = NEEDLESS_FOR_ASSETS if is_hashed else NEEDLESS
            rest = [each for each in message["headers"] if each[0].lower() not in dropped]
            message = {**message, "headers": [*rest, *own.items()]}
        await send(message)

    return send_with_headers


def _policy(client: Path, public_url: str) -> bytes:
    scripts = {
        script
        for page in client.glob("*.html")
        for script in INLINE_SCRIPT.findall(page.read_bytes())
    }
    hashes = sorted(
        base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts
    )
    socket = re.sub("^http", "ws", public_url)
    directives = (
        "default-src 'none'",
        " ".join(["script-src 'self'", *(f"'sha256-{digest}'" for digest in hashes)]),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        f"connect-src 'self' {socket}",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return "; ".join(directives).encode()
