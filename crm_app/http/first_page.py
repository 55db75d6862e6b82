"""The page with the visitor's first contacts in its HTML, there before any script has run."""

import gzip
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import Scope

from crm_app.domain.actor import Caller
from crm_app.http.origin import get_headers

COMPRESSION = 6
# After Back, browsers show what they stored without asking whether it is still allowed.
NO_STORE = {"cache-control": "private, no-store"}
# Links have their scheme in the template: without one React Router would change them.
_BLANK = re.compile(r"mailto:~email~|(?:tel:(?=~phone_link~))?(?P<shown><span>)?~(\w+)~")
OPTIONAL = ("company", "phone", "phone_link", "notes")


class FirstRows(Protocol):
    """How many contacts match, and the first of them with what the row's template names."""

    @property
    def total(self) -> int:
        """How many contacts match."""
        ...

    @property
    def rows(self) -> Sequence[Any]:
        """The first of them."""
        ...


FindFirst = Callable[[Caller, str], Awaitable[FirstRows | None]]
"""Returns the first contacts of a caller for the text of a search, None if they cannot be had."""


class FirstPage:
    """The built page, to be served with rows in it."""

    def __init__(self, client: Path) -> None:
        """Read the page and the templates; without them, as in development, nothing is served."""
        page, templates = client / "index.html", client.parent / "rows.json"
        self._html = page.read_text() if page.is_file() else ""
        self._templates: dict[str, str] = (
            json.loads(templates.read_text()) if templates.is_file() else {}
        )

    def respond(self, scope: Scope, first: FirstRows) -> Response | None:
        """Return the page with these rows; None where it has no place for any."""
        if not first.rows or not self._templates:
            return None
        rows = "".join(map(self._fill, first.rows))
        noun = "contact" if first.total == 1 else "contacts"
        places = {"rows": f"<ul>{rows}</ul>", "count": f"{first.total:,}", "noun": f" {noun}"}
        html = self._html
        for name, content in places.items():
            html = _put(html, name, content)
        return _compressed(scope, html.encode())

    def _fill(self, row: Any) -> str:
        form = " ".join([str(row.tone), *(name for name in OPTIONAL if getattr(row, name))])

        def value(blank: re.Match[str]) -> str:
            name = blank[2]
            if name is None:
                address = quote(row.email, safe="-_.!~*'()").replace("%40", "@", 1)
                return escape(f"mailto:{address}")
            text = str(getattr(row, name))
            return (
                f"<span>{_marked(text, row.marks.get(name, []))}"
                if blank["shown"]
                else escape(text)
            )

        return _BLANK.sub(value, self._templates[form])


def _marked(text: str, marks: Sequence[int]) -> str:
    """Return the text with its marks, which are counted in UTF-16 code units."""
    units = text.encode("utf-16-le")
    places = pairwise([0, *marks, len(units) // 2])
    pieces = [escape(units[2 * start : 2 * end].decode("utf-16-le")) for start, end in places]
    return "".join(f"<mark>{each}</mark>" if n % 2 else each for n, each in enumerate(pieces))


def _put(html: str, name: str, content: str) -> str:
    """Put the content where the page has a place of this name."""
    place = re.compile(f'(<(?:div|span)[^>]* data-served="{name}"[^>]*>)(?=</)')
    return place.sub(lambda opening: opening[1] + content, html, count=1)


def _compressed(scope: Scope, body: bytes) -> Response:
    headers = {"vary": "accept-encoding", **NO_STORE}
    if any("gzip" in value for value in get_headers(scope, b"accept-encoding")):
        headers["content-encoding"] = "gzip"
        body = gzip.compress(body, COMPRESSION, mtime=0)
    return Response(body, media_type="text/html", headers=headers)
