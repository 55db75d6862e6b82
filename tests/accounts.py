"""Accounts without a browser: a form over the socket, then its ticket for a cookie over HTTP."""

import asyncio
import secrets
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

from crm_app.states.account import AccountState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState
from tests.visitor import Visitor

PASSWORD = "an-unusual-password"


def new_email() -> str:
    """Return an email address that nobody has."""
    return f"{uuid4().hex}@example.com"


async def sign_up(
    url: str,
    email: str,
    password: str = PASSWORD,
    cookie: str = "",
    headers: Mapping[str, str] | None = None,
) -> str:
    """Make an account and return the browser's cookies; a guest's `cookie` brings its contacts."""
    async with Visitor(url, cookie, headers=headers) as visitor:
        return await enter(visitor, SignInState.sign_up, email=email, password=password)


async def sign_in(url: str, email: str, password: str = PASSWORD, cookie: str = "") -> str:
    """Sign in and return the browser's cookies."""
    async with Visitor(url, cookie) as visitor:
        return await enter(visitor, SignInState.sign_in, email=email, password=password)


async def change_password(visitor: Visitor, password: str, new_password: str) -> str:
    """Change the password of who is signed in and return the browser's new cookies."""
    fields = {"password": password, "new_password": new_password}
    return await enter(visitor, AccountState.change_password, **fields)


async def enter(visitor: Visitor, handler: Any, **fields: str) -> str:
    """Send a form that must be accepted, trade its ticket and return the browser's cookies."""
    ticket = await submit(visitor, handler, **fields)
    assert ticket, visitor.of(SignInState) | visitor.of(AccountState)
    status, cookie = await asyncio.to_thread(trade, visitor.url, ticket, visitor.cookie)
    assert status == 204
    return cookie


async def submit(visitor: Visitor, handler: Any, **fields: str) -> str:
    """Send a form about an account; return its ticket if it was accepted, else nothing."""
    hidden = {"ticket": secrets.token_urlsafe(32), "attempt": secrets.token_urlsafe(9)}
    await visitor.send(handler, form_data={**fields, **hidden})
    # The next event of a session that has ended empties the states: look at all that came.
    accepted = {"accepted_rx_state_": hidden["attempt"]}.items()
    states = [f.get("delta", {}).get(SessionState.get_full_name(), {}) for f in visitor.frames]
    return hidden["ticket"] if any(accepted <= state.items() for state in states) else ""


def trade(url: str, ticket: str, cookie: str = "", **headers: str) -> tuple[int, str]:
    """Trade a ticket for a session; return the response's status and the browser's cookies then."""
    return change_session(url, "POST", ticket, cookie, **headers)


def leave(url: str, cookie: str) -> tuple[int, str]:
    """Give the session's cookie up; return the response's status and the browser's cookies then."""
    return change_session(url, "DELETE", "", cookie)


def change_session(
    url: str, method: str, body: str, cookie: str, **headers: str
) -> tuple[int, str]:
    """Send what the page sends to /session, with other headers if given."""
    own = {"Origin": url, "X-CRM": "1", "Cookie": cookie, **headers}
    sent = Request(f"{url}/session", body.encode(), own, method=method)
    try:
        with urlopen(sent) as response:
            return response.status, with_cookies(cookie, response.headers.get_all("set-cookie", []))
    except HTTPError as error:
        with error:
            return error.code, cookie


def with_cookies(cookie: str, headers: list[str]) -> str:
    """Return the Cookie header of a browser that got these Set-Cookie headers."""
    jar: SimpleCookie = SimpleCookie(cookie)
    for header in headers:
        for name, morsel in SimpleCookie(header).items():
            jar[name] = morsel.value
            if morsel["max-age"] == "0":
                del jar[name]
    return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())


def value_of(cookie: str, kind: str = "session") -> str:
    """Return the value of the session's or the device's cookie, empty without one."""
    values = [morsel.value for name, morsel in SimpleCookie(cookie).items() if f"_{kind}_" in name]
    return values[0] if values else ""
