"""The ASGI shell in front of Reflex: it knows the session cookie, Reflex only learns its hash."""

import asyncio

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_app import db
from crm_app.errors import NotSignedIn
from crm_app.observability import log
from crm_app.services import accounts
from crm_app.settings import get_settings

COOKIE_LIFETIME = 400 * 24 * 3600  # seconds; the longest that browsers keep a cookie (RFC 6265bis)


class Shell:
    """Replace the `Cookie` header by the hash of the session token in it.

    A socket that comes without a valid session gets a guest account, bound to a new cookie that
    is set with the answer to the handshake.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._serve_socket(scope, receive, send)
        elif scope["type"] == "http":
            await self.app(_with_cookie(scope, ""), receive, send)
        else:
            await self.app(scope, receive, send)

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = session_token(scope)
        try:
            new_token = await asyncio.to_thread(_ensure_session, token)
        except SQLAlchemyError as error:
            log.warning("handshake refused", reason="database", exc_info=error)
            await receive()  # the handshake; the page tries again by itself
            await send({"type": "websocket.close", "code": 1013})
            return

        async def send_with_cookie(message: Message) -> None:
            if new_token and message["type"] == "websocket.accept":
                header = (b"set-cookie", _set_cookie(new_token).encode())
                message = {**message, "headers": [*message.get("headers", []), header]}
            await send(message)

        token_hash = accounts.hash_token(new_token or token)
        await self.app(_with_cookie(scope, token_hash), receive, send_with_cookie)


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


def _ensure_session(token: str) -> str:
    """Return a new guest's token unless the one given is valid."""
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
