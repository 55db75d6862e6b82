"""The hosts that this server accepts, and the origins that may use it."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.types import Scope

from crm_app.settings import is_local

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
DEFAULT_PORTS = {"http": "80", "https": "443"}


def origins_of(*urls: str) -> frozenset[str]:
    """Return the exact origins of these addresses; one of this machine under all local names."""
    origins: set[str] = set()
    for url in urls:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        is_here = is_local(parts.hostname or "")
        names = {*LOCAL_NAMES, parts.hostname} if is_here else {parts.hostname}
        origins |= {_without_default_port(f"{parts.scheme}://{name}{port}") for name in names}
    return frozenset(origins)


def has_allowed_host(scope: Scope, origins: Iterable[str]) -> bool:
    """Return whether the Host header names one of these origins."""
    hosts = get_headers(scope, b"host")
    names = {origin.split("://")[1] for origin in origins}
    schemes = {origin.split("://")[0] for origin in origins}
    return len(hosts) == 1 and any(
        _without_default_port(f"{scheme}://{hosts[0].lower()}").split("://")[1] in names
        for scheme in schemes
    )


def has_allowed_origin(scope: Scope, origins: Iterable[str]) -> bool:
    """Return whether the Origin header is one of these origins; a missing one is not."""
    return get_headers(scope, b"origin") in [[origin] for origin in origins]


def get_headers(scope: Scope, name: bytes) -> list[str]:
    """Return the values of all headers of this name."""
    return [value.decode("latin-1") for header, value in scope["headers"] if header == name]


def _without_default_port(origin: str) -> str:
    scheme = origin.split("://")[0]
    return origin.removesuffix(f":{DEFAULT_PORTS[scheme]}")
