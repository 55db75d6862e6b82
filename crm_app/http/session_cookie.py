"""The cookies: whose session it is, and by which browser the account was used before."""

from functools import cache

from starlette.requests import cookie_parser
from starlette.types import Scope

from crm_app.domain.actor import Caller
from crm_app.http.origin import get_headers
from crm_app.operations.perform import INTERNAL_READ, perform_here
from crm_app.operations.results import unwrap
from crm_app.services import installation
from crm_app.services.sessions import GUEST_LIFETIME
from crm_app.settings import get_settings


@cache
def installation_id() -> str:
    """Return the id of this installation; cookies of one host are shared by all its ports.

    Raises:
        DatabaseUnavailable: The database is away; the server reads it before it serves anybody.
    """
    return unwrap(perform_here(installation.get_id, Caller(), INTERNAL_READ))[:8]


def session_cookie_name() -> str:
    """Return the name of the session's cookie."""
    return _name("session")


def device_cookie_name() -> str:
    """Return the name of the cookie by which an account knows a browser again."""
    return _name("device")


def read_cookie(scope: Scope, name: str) -> str:
    """Return the value of the request's cookie of this name, empty when it has none."""
    for header in get_headers(scope, b"cookie"):
        value = cookie_parser(header).get(name)
        if value:
            return value
    return ""


def session_cookie(token: str, lifetime: int) -> bytes:
    """Return the header that gives the browser its session, for so many seconds."""
    return _set_cookie(session_cookie_name(), token, lifetime)


def device_cookie(token: str) -> bytes:
    """Return the header by which the browser will be known again; scripts cannot read it."""
    return _set_cookie(device_cookie_name(), token, GUEST_LIFETIME)


def _name(kind: str) -> str:
    """Return a cookie's name; over TLS its prefix makes browsers insist on Secure and Path=/."""
    prefix = "__Host-" if get_settings().has_secure_cookie else ""
    return f"{prefix}crm_{kind}_{installation_id()}"


def _set_cookie(name: str, value: str, lifetime: int) -> bytes:
    secure = "; Secure" if get_settings().has_secure_cookie else ""
    attributes = f"Path=/; HttpOnly; SameSite=Lax; Max-Age={lifetime}{secure}"
    return f"{name}={value}; {attributes}".encode()
