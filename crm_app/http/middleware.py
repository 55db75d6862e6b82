"""The ASGI middleware in front of Reflex: access, sessions, headers, and sockets."""

import ipaddress
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from crm_app.domain.actor import Caller
from crm_app.errors import ErrorCode
from crm_app.http import page_reports, probes, session_cookie, sessions
from crm_app.http.api.callers import CALLER, IS_PAGE
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
from crm_app.http.socket_filter import SocketFilter, TokenBucket
from crm_app.observability import metrics
from crm_app.operations import rate_limits
from crm_app.operations.perform import admit
from crm_app.operations.rate_limits import Limit
from crm_app.operations.results import Failed, Ok
from crm_app.reflex_seam.tab_token import TabToken
from crm_app.settings import get_settings

PAGE = "/"
PAGE_FILE = "/index.html"
SESSION = "/session"
SESSION_SCRIPT = "/session.js"
PROBE = "/ping"
API = "/api"
HIDDEN = ("/_health", "/_upload", "/_all_routes")
OURS_ALONE = (b"cookie", b"x-forwarded-for", b"forwarded")
UUID_SHAPED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Some proxies name the port as well: 192.0.2.7:4711 or [2001:db8::7]:4711.
WITH_PORT = re.compile(r"^(?:\[(.*)\](?::\d+)?|([\d.]+):\d+)$")
POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013  # before the handshake both are HTTP's 403
MAX_BUCKETS = 10_000
DATABASE_AWAY = """<!doctype html><html lang="en"><title>Contact Manager</title>
<p>The contacts cannot be reached right now. Nothing was lost; this page tries again by itself.</p>
"""


class Tabs(Protocol):
    """An observer of sockets, each known by the token of its tab."""

    def opened(self, token: str) -> None:
        """Record that a socket was opened."""

    def replaced(self, token: str, new_token: str) -> None:
        """Record that Reflex issued another token to the tab of a socket."""

    def closed(self, network: str, token: str) -> None:
        """Record that a socket was closed."""


@dataclass(frozen=True)
class MiddlewareOptions:
    """What the middleware needs of the application.

    `is_event` returns True for the names of events that exist. `client` is the folder of the built
    page. `tabs` is notified of sockets. `pages` are further addresses of the page: in development
    another server has it.
    """

    is_event: Callable[[str], bool]
    client: Path
    tabs: Tabs
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
        self.sockets: Counter[str] = Counter()
        self.buckets: dict[str, TokenBucket] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] not in ("websocket", "http"):
            await self.app(scope, receive, send)
            return
        scope = with_request_id(scope)
        bind_contextvars(request=request_id_of(scope))  # every log line of the request has it
        if scope["type"] == "websocket":
            await self._serve_socket(_with_address(scope), receive, send)
            return
        send = with_headers(scope, send, self.headers)
        if scope["path"] in probes.PROBES:
            response = await probes.respond(scope, self.origins)
        else:
            scope = _with_address(scope)
            response = self._refuse(scope) or await self._respond(scope, receive)
        await (response or self.app)(_with_hashes(scope, Caller()), receive, send)

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
        if path != PAGE and _is_page(path):
            query = scope["query_string"].decode("latin-1")
            return RedirectResponse(f"{PAGE}?{query}" if query else PAGE, 308)
        return None

    async def _respond(self, scope: Scope, receive: Receive) -> ASGIApp | None:
        """Return the middleware's own response, None where Reflex responds."""
        path = scope["path"]
        if _is_api(path):
            from crm_app.http.api.app import (
                respond as respond_by_api,
            )  # FastAPI: a tenth of the time that starting takes

            scope[CALLER] = sessions.read_caller(scope)
            scope[IS_PAGE] = _is_from_page(scope, self.origins)
            return respond_by_api(scope["method"])
        if path == SESSION:
            return await self._change_session(scope, receive)
        if path == REPORT:
            return await page_reports.take(scope, receive)
        if scope["method"] == "GET" and path in (PAGE, SESSION_SCRIPT):
            return await self._start_session(scope)
        return None

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
            response = Response(session.script, media_type="text/javascript")
        else:
            response = self.app
        return _with_cookies(response, session.cookies)

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

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the socket on, with hashes in place of cookies and with filtered frames."""
        is_ours = has_allowed_host(scope, self.origins) and has_allowed_origin(scope, self.origins)
        if not is_ours or not UUID_SHAPED.fullmatch(_token_of(scope)):
            await _close(receive, send, POLICY_VIOLATION)
            return
        network = rate_limits.network(sessions.address_of(scope))
        caller = sessions.read_caller(scope)
        if not await self._has_room(network, caller):
            await _close(receive, send, TRY_AGAIN_LATER)
            return
        self.sockets[network] += 1
        metrics.SOCKETS.inc()
        try:
            await self._serve_known_socket(network, caller, scope, receive, send)
        finally:
            metrics.SOCKETS.dec()
            self.sockets[network] -= 1
            if not self.sockets[network]:
                del self.sockets[network]
            if len(self.buckets) > MAX_BUCKETS:
                self.buckets = {n: b for n, b in self.buckets.items() if not b.is_full()}

    async def _has_room(self, network: str, caller: Caller) -> bool:
        """Return whether the address may open one more socket."""
        if isinstance(await admit(caller, Limit.NEW_SOCKETS_PER_ADDRESS), Failed):
            return False
        # Last: no `await` may separate this from counting the socket.
        return self.sockets[network] < get_settings().limit_sockets_per_address

    async def _serve_known_socket(
        self, network: str, caller: Caller, scope: Scope, receive: Receive, send: Send
    ) -> None:
        settings = get_settings()
        own = TokenBucket(settings.limit_events_per_socket)
        shared = self.buckets.setdefault(network, TokenBucket(settings.limit_events_per_address))
        tab = TabToken(_token_of(scope), caller.token_hash, self.options.tabs.replaced)
        send = tab.follow(send)
        frames = SocketFilter(receive, send, self.options.is_event, own, shared)
        self.options.tabs.opened(tab.value)
        try:
            await self.app(_with_hashes(_with_token(scope, tab.value), caller), frames, send)
        finally:
            self.options.tabs.closed(network, tab.value)


def _query(scope: Scope) -> str:
    return scope["query_string"].decode("latin-1")


def _token_of(scope: Scope) -> str:
    return dict(parse_qsl(_query(scope))).get("token", "")


def _with_token(scope: Scope, token: str) -> Scope:
    query = urlencode({**dict(parse_qsl(_query(scope))), "token": token})
    return {**scope, "query_string": query.encode()}


def _is_from_page(scope: Scope, origins: Iterable[str]) -> bool:
    """Return whether a script of our page sent the request: other sites cannot set the header.

    Browsers leave the Origin out where a page reads from its own.
    """
    is_read = scope["method"] in ("GET", "HEAD") and not get_headers(scope, b"origin")
    has_origin = is_read or has_allowed_origin(scope, origins)
    return has_origin and bool(get_headers(scope, b"x-crm"))


def _is_api(path: str) -> bool:
    return path == API or path.startswith(f"{API}/")


def _is_page(path: str) -> bool:
    """Return True if Reflex serves the page here; only at `/` does it load its data as well."""
    return posixpath.normpath(f"/{path.strip('/')}") in (PAGE, PAGE_FILE)


async def _read_ticket(request: Request) -> str:
    """Return the ticket in the request's body, empty when it is too long or no text."""
    body = await page_reports.read_body(request, page_reports.MAX_BODY) or b""
    return body.decode("ascii", "replace")


async def _close(receive: Receive, send: Send, code: int) -> None:
    await receive()  # the handshake
    await send({"type": "websocket.close", "code": code})


def _with_address(scope: Scope) -> Scope:
    """Replace the address of the last proxy by the visitor's, if proxies are trusted."""
    hops = get_settings().trusted_proxies
    values = ",".join(get_headers(scope, b"x-forwarded-for")).split(",") if hops else []
    forwarded = [value.strip() for value in values if value.strip()]
    if not hops or len(forwarded) < hops:
        return scope
    try:
        address = ipaddress.ip_address(WITH_PORT.sub(r"\1\2", forwarded[-hops]).partition("%")[0])
    except ValueError:  # not an address: keep the proxy's
        return scope
    return {**scope, "client": (str(address), 0)}


def _with_hashes(scope: Scope, caller: Caller) -> Scope:
    """Replace cookies by their hashes: what Reflex stores is not a credential."""
    headers = [(name, value) for name, value in scope["headers"] if name not in OURS_ALONE]
    visitor = "guest" if caller.may_become_guest else ""
    hashes = f"{caller.token_hash}.{caller.device_hash}.{visitor}".rstrip(".")
    if hashes:
        headers.append((b"cookie", hashes.encode()))
    return {**scope, "headers": headers}


def _with_cookies(app: ASGIApp, cookies: list[bytes]) -> ASGIApp:
    own = [(b"cache-control", b"private, no-cache"), *((b"set-cookie", each) for each in cookies)]

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *own]}
            await send(message)

        await app(scope, receive, send_with_cookies)

    return serve
