"""What the middleware changes in a request before it passes it on: the address, and the cookies."""

import ipaddress
import re

from starlette.types import Scope

from crm_app.domain.actor import Caller
from crm_app.http.origin import get_headers
from crm_app.settings import get_settings

OURS_ALONE = (b"cookie", b"x-forwarded-for", b"forwarded")
# Some proxies name the port as well: 192.0.2.7:4711 or [2001:db8::7]:4711.
WITH_PORT = re.compile(r"^(?:\[(.*)\](?::\d+)?|([\d.]+):\d+)$")


def with_address(scope: Scope) -> Scope:
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


def with_hashes(scope: Scope, caller: Caller) -> Scope:
    """Replace cookies by their hashes: what Reflex stores is not a credential."""
    headers = [(name, value) for name, value in scope["headers"] if name not in OURS_ALONE]
    visitor = "guest" if caller.may_become_guest else ""
    hashes = f"{caller.token_hash}.{caller.device_hash}.{visitor}".rstrip(".")
    if hashes:
        headers.append((b"cookie", hashes.encode()))
    return {**scope, "headers": headers}
