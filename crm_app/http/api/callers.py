"""Who sends a request to the API."""

from dataclasses import replace

from starlette.requests import Request

from crm_app.domain.actor import Caller
from crm_app.http.api.problems import CHALLENGE, Refused
from crm_app.http.origin import get_headers
from crm_app.services.tokens import PREFIX, hash_secret

MAX_TOKEN = 200  # characters
CALLER, IS_PAGE = "crm_caller", "crm_is_page"
"""Where the middleware puts the visitor by the cookie, and whether our page sent the request."""


def get_caller(request: Request) -> Caller:
    """Return who sends the request: by an API token, else by the page's session cookie.

    Raises:
        Refused: There is neither, or the cookie does not come with the page's own headers.
    """
    credentials = get_headers(request.scope, b"authorization")
    if credentials:
        return _with_token(request, credentials)
    caller: Caller = request.scope[CALLER]
    if not caller.token_hash:
        raise _not_authenticated("Send an API token: Authorization: Bearer crm_...")
    if not request.scope[IS_PAGE]:
        raise Refused(403, "The session cookie is for the page; scripts send an API token.")
    return caller


def _with_token(request: Request, credentials: list[str]) -> Caller:
    kind, _, secret = credentials[0].partition(" ")
    secret = secret.strip()
    if len(credentials) > 1 or kind.lower() != "bearer" or len(secret) > MAX_TOKEN:
        raise _not_authenticated("Authorization must be: Bearer crm_...")
    if not secret.startswith(PREFIX):
        raise _not_authenticated("An API token begins with crm_")
    caller: Caller = request.scope[CALLER]
    return replace(caller, token_hash=hash_secret(secret), has_token=True, may_become_guest=False)


def _not_authenticated(message: str) -> Refused:
    return Refused(401, message, CHALLENGE)
