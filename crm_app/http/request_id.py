"""The name of a request or a socket, by which its lines in the log are found."""

import re
import secrets

from starlette.types import Scope

from crm_app.http.origin import get_headers
from crm_app.settings import get_settings

HEADER = b"x-request-id"
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
BYTES = 6  # enough for a log; the page's weight is limited


def with_request_id(scope: Scope) -> Scope:
    """Name the request: as the proxy did, where one is trusted, else with an id of our own."""
    given = get_headers(scope, HEADER) if get_settings().trusted_proxies else []
    is_taken = len(given) == 1 and WELL_FORMED.fullmatch(given[0])
    request_id = given[0] if is_taken else secrets.token_hex(BYTES)
    others = [(name, value) for name, value in scope["headers"] if name != HEADER]
    return {**scope, "headers": [*others, (HEADER, request_id.encode())]}


def request_id_of(scope: Scope) -> str:
    """Return the name that the request was given."""
    return "".join(get_headers(scope, HEADER))
