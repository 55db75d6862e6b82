"""The ASGI shell in front of Reflex: it knows the session cookie, Reflex only learns its hash."""

import asyncio
from functools import cache

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_app import db
from crm_app.errors import NotSignedIn
from crm_app.observability import log
from crm_app.services import accounts
from crm_app.settings import get_settings

COOKIE_LIFETIME = 400 * 24 * 3600  # seconds; the longest that browsers keep a cookie (RFC 6265bis)
PAGE = "/"
SESSION_SCRIPT = "/session.js"
DATABASE_AWAY = """<!doctype html><html lang="en"><title>Contact Manager</title>
<p>The contacts cannot be reached right now. Nothing was lost; please reload in a moment.</p>
"""


class Shell:
    """Give visitors a session cookie and hand Reflex its hash in place of the `Cookie` header.

    A visitor without a valid session gets a guest account with the page. In development the page
    comes from another port, so it loads `SESSION_SCRIPT` from here before it opens its socket.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        is_socket = scope["type"] == "websocket"
        if not is_socket and not (scope["type"] == "http" and _starts_session(scope)):
            await self.app(_with_cookie(scope, ""), receive, send)
            return
        token = ""
        try:
            token = session_token(scope, await asyncio.to_thread(cookie_name))
            if not is_socket:
                token = await asyncio.to_thread(_ensure_session, token)
        except SQLAlchemyError as error:
            log.warning("session not checked", exc_info=error)
            if not token:
                await self._refuse(scope, receive, send)
                return
        if is_socket:
            token_hash = accounts.hash_token(token) if token else ""
            await self.app(_with_cookie(scope, token_hash), receive, send)
        else:
            await self._serve_page(token, _with_cookie(scope, ""), receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say that the database is away; the page's socket tries again by itself."""
        if scope["type"] == "websocket":
            await receive()  # the handshake
            await send({"type": "websocket.close", "code": 1013})
        else:
            away = HTMLResponse(DATABASE_AWAY, 503, headers={"retry-after": "5"})
            await away(scope, receive, send)

    async def _serve_page(self, token: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page or the script, and set the cookie anew: its lifetime starts again."""
        cookie = _set_cookie(cookie_name(), token)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(b"set-cookie", cookie.encode()), (b"cache-control", b"private, no-cache")]
                message = {**message, "headers": [*message["headers"], *own]}
            await send(message)

        is_script = scope["path"] == SESSION_SCRIPT
        app = Response(media_type="text/javascript") if is_script else self.app
        await app(scope, receive, send_with_cookie)


@cache
def cookie_name() -> str:
    """Return the cookie's name: it tells installations on one host apart, which ports do not.

    Over TLS the prefix makes browsers insist on Secure and Path=/.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: The database, which knows the name, cannot be asked.
    """
    with db.transaction(read_only=True) as session:
        installation = accounts.get_installation_id(session)
    prefix = "__Host-" if get_settings().has_secure_cookie else ""
    return f"{prefix}crm_session_{installation[:8]}"


def session_token(scope: Scope, name: str) -> str:
    """Return the session token in the request's cookie of this name, empty when it has none."""
    for header, value in scope["headers"]:
        if header == b"cookie":
            token = cookie_parser(value.decode("latin-1")).get(name)
            if token:
                return token
    return ""


def _starts_session(scope: Scope) -> bool:
    return scope["method"] == "GET" and scope["path"] in (PAGE, SESSION_SCRIPT)


def _ensure_session(token: str) -> str:
    """Return the token if it is valid, else that of a new guest."""
    if token:
        try:
            with db.transaction(read_only=True) as session:
                accounts.get_actor(session, token_hash=accounts.hash_token(token))
            return token
        except NotSignedIn:
            pass
    with db.transaction() as session:
        return accounts.open_guest_account(session)


def _with_cookie(scope: Scope, value: str) -> Scope:
    if "headers" not in scope:  # the lifespan has none
        return scope
    headers = [(name, old) for name, old in scope["headers"] if name != b"cookie"]
    if value:
        headers.append((b"cookie", value.encode()))
    return {**scope, "headers": headers}


def _set_cookie(name: str, token: str) -> str:
    attributes = f"Path=/; HttpOnly; SameSite=Lax; Max-Age={COOKIE_LIFETIME}"
    secure = "; Secure" if get_settings().has_secure_cookie else ""
    return f"{name}={token}; {attributes}{secure}"
