"""The ASGI middleware in front of Reflex: access, sessions, and headers."""

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from crm_app.domain.actor import Caller
from crm_app.errors import ErrorCode
from crm_app.http import page_reports, probes, session_cookie, sessions
from crm_app.http.api.callers import CALLER, IS_PAGE
from crm_app.http.first_page import NO_STORE, FindFirst, FirstPage
from crm_app.http.headers import make_headers, with_headers
from crm_app.http.origin import (
    get_headers,
    has_allowed_host,
    has_allowed_origin,
    origins_of,
)
from crm_app.http.page_reports import REPORT
from crm_app.http.request_id import request_id_of, with_request_id
from crm_app.http.responses import respond
from crm_app.http.scopes import with_address, with_hashes
from crm_app.http.socket_filter import KnownEvents
from crm_app.http.sockets import Sockets, Tabs
from crm_app.operations.results import Failed, Ok
from crm_app.settings import get_settings

PAGE = "/"
VIEWS = ("/trash",)
"""Further addresses of the page, each of another view."""
PAGES = (PAGE, *VIEWS)
SESSION = "/session"
SESSION_SCRIPT = "/session.js"
PROBE = "/ping"
API = "/api"
HIDDEN = ("/_health", "/_upload", "/_all_routes")
REVALIDATED = (b"cache-control", b"private, no-cache")
DATABASE_AWAY = """<!doctype html><html lang="en"><title>Contact Manager</title>
<p>The contacts cannot be reached right now. Nothing was lost; this page tries again by itself.</p>
"""


@dataclass(frozen=True)
class MiddlewareOptions:
    """What the middleware needs of the application.

    `is_event` returns True for the names of events that exist. `rejection` is the event that takes
    the place of a malformed or unknown one. `client` is the folder of the built page. `tabs` is
    notified of sockets. `find_first` finds the contacts that the HTML begins with. `pages` are
    further addresses of the page: in development another server has it.
    """

    is_event: Callable[[str], bool]
    rejection: str
    client: Path
    tabs: Tabs
    find_first: FindFirst
    pages: tuple[str, ...] = ()


class HttpMiddleware:
    """Refuse invalid requests and sockets; pass the others on, with hashes in place of cookies.

    The page brings a cookie to a visitor without a session, where guests are allowed.
    """

    def __init__(self, app: ASGIApp, options: MiddlewareOptions) -> None:
        self.app = app
        self.options = options
        self.origins = origins_of(get_settings().public_url, *options.pages)
        self.headers = make_headers(options.client, get_settings().public_url)
        if options.pages:  # another port is another origin, though the same site
            self.headers[b"cross-origin-resource-policy"] = b"same-site"
        self.first_page = FirstPage(options.client)
        events = KnownEvents(options.is_event, options.rejection)
        self.sockets = Sockets(app, self.origins, events, options.tabs)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] not in ("websocket", "http"):
            await self.app(scope, receive, send)
            return
        scope = with_request_id(scope)
        bind_contextvars(request=request_id_of(scope))  # every log line of the request has it
        if scope["type"] == "websocket":
            await self.sockets.serve(with_address(scope), receive, send)
            return
        send = with_headers(scope, send, self.headers)
        if scope["path"] in probes.PROBES:
            response = await probes.respond(scope, self.origins)
        else:
            scope = with_address(scope)
            response = self._refuse(scope) or await self._respond(scope, receive)
        await (response or self.app)(with_hashes(scope, Caller()), receive, send)

    def _refuse(self, scope: Scope) -> Response | None:
        """Return why the request is not served, None when it is."""
        path, method = scope["path"], scope["method"]
        if path != PROBE and not has_allowed_host(scope, self.origins):
            return PlainTextResponse(
                "This server has another address. Its operator sets it with CRM_PUBLIC_URL.", 421
            )
        if any(path == hidden or path.startswith(f"{hidden}/") for hidden in HIDDEN):
            return PlainTextResponse("Not found", 404)
        if _is_api(path):
            return None
        if path == SESSION:
            if method not in ("POST", "DELETE"):
                return PlainTextResponse("Not allowed", 405, {"allow": "POST, DELETE"})
            is_ours = _is_from_page(scope, self.origins)
            return None if is_ours else PlainTextResponse("Not from here", 403)
        if path == REPORT:
            return page_reports.refuse(scope, self.origins)
        if method not in ("GET", "HEAD", "OPTIONS"):
            return PlainTextResponse("Not allowed", 405, {"allow": "GET, HEAD"})
        if get_headers(scope, b"content-length") not in ([], ["0"]):
            return PlainTextResponse("Too large", 413)
        page = _page_at(path)
        if page and page != path:
            query = scope["query_string"].decode("latin-1")
            return RedirectResponse(f"{page}?{query}" if query else page, 308)
        return None

    async def _respond(self, scope: Scope, receive: Receive) -> ASGIApp | None:
        """Return the middleware's own response, None where Reflex responds."""
        path = scope["path"]
        if _is_api(path):
            scope[CALLER] = sessions.read_caller(scope)
            scope[IS_PAGE] = _is_from_page(scope, self.origins)
            return _api(scope["method"])
        if path == SESSION:
            return await self._change_session(scope, receive)
        if path == REPORT:
            return await page_reports.take(scope, receive)
        if scope["method"] == "GET" and path in (*PAGES, SESSION_SCRIPT):
            return await self._start_session(scope)
        return self._built_page if path in VIEWS else None

    async def _start_session(self, scope: Scope) -> ASGIApp:
        """Serve the page or the script; the cookie is set again, which renews its lifetime."""
        match await sessions.find_session(scope):
            case Ok(session):
                pass
            case Failed(failure) if failure.code == ErrorCode.RATE_LIMIT_ERROR:
                return respond(failure)
            case Failed() if not sessions.read_caller(scope).token_hash:
                again = {"retry-after": "5", "refresh": "5"}
                return HTMLResponse(DATABASE_AWAY, 503, headers=again)
            case Failed():
                session = sessions.Session(is_unsure=True)
        if scope["path"] == SESSION_SCRIPT:
            response = Response(session.script, media_type="text/javascript", headers=NO_STORE)
        else:
            response = await self._first_page(scope, session) or self._built_page
        return _with_cookies(response, session.cookies)

    async def _built_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page as it was built: every view has the same."""
        await self.app({**scope, "path": PAGE, "raw_path": PAGE.encode()}, receive, send)

    async def _first_page(self, scope: Scope, session: sessions.Session) -> Response | None:
        """Return the page with the first contacts; None for the page as it was built."""
        caller = sessions.read_caller(scope)
        if scope["path"] != PAGE or not session.tag or not caller.token_hash:
            return None
        query = parse_qs(scope["query_string"].decode("latin-1")).get("q", [""])[-1]
        first = await self.options.find_first(caller, query)
        return self.first_page.respond(scope, first) if first else None

    async def _change_session(self, scope: Scope, receive: Receive) -> Response:
        """Trade a ticket for a session cookie, or delete the cookie."""
        cookies = [session_cookie.session_cookie("", 0)]
        if scope["method"] != "DELETE":
            claimed = await sessions.claim(scope, await _read_ticket(Request(scope, receive)))
            if isinstance(claimed, Failed):
                return respond(claimed.failure)
            cookies = claimed.value
        response = Response(status_code=204)
        response.raw_headers.extend((b"set-cookie", cookie) for cookie in cookies)
        return response


def _is_from_page(scope: Scope, origins: Iterable[str]) -> bool:
    """Return whether a script of our page sent the request: other sites cannot set the header.

    Browsers leave the Origin out where a page reads from its own.
    """
    is_read = scope["method"] in ("GET", "HEAD") and not get_headers(scope, b"origin")
    has_origin = is_read or has_allowed_origin(scope, origins)
    return has_origin and bool(get_headers(scope, b"x-crm"))


def _api(method: str) -> ASGIApp:
    from crm_app.http.api import app  # with FastAPI, a tenth of the time that starting takes

    return app.respond(method)


def _is_api(path: str) -> bool:
    return path == API or path.startswith(f"{API}/")


def _page_at(path: str) -> str | None:
    """Return the address of the page that is meant, None for another path.

    Reflex serves the page at more addresses than those at which it loads its data as well.
    """
    meant = posixpath.normpath(f"/{path.strip('/')}").removesuffix(".html").removesuffix("/index")
    return next((page for page in PAGES if meant in (page, page.rstrip("/"))), None)


async def _read_ticket(request: Request) -> str:
    """Return the ticket in the request's body, empty when it is too long or no text."""
    body = await page_reports.read_body(request, page_reports.MAX_BODY) or b""
    return body.decode("ascii", "replace")


def _with_cookies(app: ASGIApp, cookies: list[bytes]) -> ASGIApp:
    """Return the application with these cookies; what it does not say itself may be stored."""
    own = [(b"set-cookie", cookie) for cookie in cookies]

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                caching = [] if b"cache-control" in given else [REVALIDATED]
                message = {**message, "headers": [*message["headers"], *caching, *own]}
            await send(message)

        await app(scope, receive, send_with_cookies)

    return serve
