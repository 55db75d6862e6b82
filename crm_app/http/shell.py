"""The ASGI shell in front of Reflex: it knows the session cookie, Reflex only learns its hash."""

import asyncio

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
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        token = session_token(scope)
        inner_scope = _with_cookie(scope, accounts.hash_token(token) if token else "")
        if scope["type"] == "http" and _starts_session(scope):
            await self._serve_with_session(token, inner_scope, receive, send)
        else:
            await self.app(inner_scope, receive, send)

    async def _serve_with_session(
        self, token: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        try:
            new_token = await asyncio.to_thread(_ensure_session, token)
        except SQLAlchemyError as error:
            log.warning("no session", exc_info=error)
            new_token = ""
            if not token:
                away = HTMLResponse(DATABASE_AWAY, 503, headers={"retry-after": "5"})
                await away(scope, receive, send)
                return

        async def send_with_cookie(message: Message) -> None:
            if new_token and message["type"] == "http.response.start":
                headers = [
                    *message["headers"],
                    (b"set-cookie", _set_cookie(new_token).encode()),
                    (b"cache-control", b"no-store"),
                ]
                message = {**message, "headers": headers}
            await send(message)

        is_script = scope["path"] == SESSION_SCRIPT
        app = Response(media_type="text/javascript") if is_script else self.app
        await app(scope, receive, send_with_cookie)


def cookie_name() -> str:
    """Return the cookie's name; over TLS the prefix makes browsers insist on Secure and Path=/."""
    return "__Host-crm_session" if get_settings().has_secure_cookie else "crm_session"


def session_token(scope: Scope) -> str:
    """Return the session token of the request's cookie, empty when it has none."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            token = cookie_parser(value.decode("latin-1")).get(cookie_name())
            if token:
                return token
    return ""


def _starts_session(scope: Scope) -> bool:
    return scope["method"] == "GET" and scope["path"] in (PAGE, SESSION_SCRIPT)


def _ensure_session(token: str) -> str:
    """Return a new guest's token, or nothing when the one given is valid."""
    if token:
        try:
            with db.transaction(read_only=True) as session:
                accounts.get_actor(session, token_hash=accounts.hash_token(token))
            return ""
        except NotSignedIn:
            pass
    with db.transaction() as session:
        return accounts.open_guest_account(session)


def _with_cookie(scope: Scope, value: str) -> Scope:
    headers = [(name, old) for name, old in scope["headers"] if name != b"cookie"]
    if value:
        headers.append((b"cookie", value.encode()))
    return {**scope, "headers": headers}


def _set_cookie(token: str) -> str:
    attributes = f"Path=/; HttpOnly; SameSite=Lax; Max-Age={COOKIE_LIFETIME}"
    secure = "; Secure" if get_settings().has_secure_cookie else ""
    return f"{cookie_name()}={token}; {attributes}{secure}"
