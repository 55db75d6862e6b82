"""Probes for machines: liveness, readiness, metrics."""

import asyncio
import hmac
import ipaddress
import time
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Scope

from crm_app.database import health, threads
from crm_app.database.engine import get_engine
from crm_app.http.origin import get_headers, has_allowed_host
from crm_app.observability import metrics
from crm_app.settings import get_settings, is_local

HEALTH, READINESS, METRICS = PROBES = ("/healthz", "/readyz", "/metrics")
READY_SECONDS = 2
FORWARDING = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via")
CHECK_LASTS = 1  # seconds; all callers share one check of the database
_one_at_a_time = threads.Threads(1, "readiness")


@dataclass
class _LastCheck:
    """The last check of the database, running or done, and its start (monotonic seconds)."""

    problem: Future[str] | None = None
    started_at: float = 0


_last = _LastCheck()


async def respond(scope: Scope, origins: Iterable[str]) -> Response:
    """Return the response to a probe. `scope` has the address of the peer, which may be a proxy."""
    if not has_allowed_host(scope, origins) and not _has_host_without_domain(scope):
        return PlainTextResponse("This server has another address", 421)
    if scope["method"] not in ("GET", "HEAD"):
        return PlainTextResponse("Not allowed", 405, {"allow": "GET, HEAD"})
    if scope["path"] == HEALTH:
        return PlainTextResponse("ok")
    if scope["path"] == READINESS:
        return _readiness(await find_problems())
    if not _may_read_metrics(scope):
        return PlainTextResponse("Not found", 404)
    return Response(metrics.exposition(get_engine().pool), media_type=metrics.CONTENT_TYPE)


async def find_problems() -> list[str]:
    """Return in plain words why the server is not ready; empty when it is."""
    stopping = "The server is stopping" if threads.lifecycle.is_shutting_down else ""
    return [problem for problem in (stopping, await _database_problem()) if problem]


async def _database_problem() -> str:
    """Return what is wrong with the database, as far as two seconds show."""
    check = asyncio.shield(asyncio.wrap_future(_check_once()))
    try:
        return await asyncio.wait_for(check, READY_SECONDS)
    except TimeoutError:
        return f"The database did not respond within {READY_SECONDS} seconds"


def _check_once() -> Future[str]:
    """Start a check of the database, unless one is running or has just been done."""
    now = time.monotonic()
    is_old = now - _last.started_at >= CHECK_LASTS
    if _last.problem is None or (_last.problem.done() and is_old):
        _last.problem, _last.started_at = _one_at_a_time.start(health.find_problem), now
    return _last.problem


def _readiness(problems: list[str]) -> Response:
    if problems:
        return JSONResponse({"status": "not ready", "problems": problems}, 503)
    return JSONResponse({"status": "ready"})


def _may_read_metrics(scope: Scope) -> bool:
    """Return whether the caller may read metrics: it is on this machine, or has the token."""
    token = get_settings().metrics_token.get_secret_value()
    shown = get_headers(scope, b"authorization")
    expected = f"Bearer {token}".encode()
    if token and any(hmac.compare_digest(each.encode("latin-1"), expected) for each in shown):
        return True
    is_forwarded = any(get_headers(scope, name) for name in FORWARDING)
    return not is_forwarded and is_local(_peer(scope)) and is_local(_hostname(scope))


def _has_host_without_domain(scope: Scope) -> bool:
    """Return whether the Host is an IP address or a name without a dot.

    Other names could be a stranger's that resolve to this machine (DNS rebinding): the stranger's
    page would read the responses.
    """
    host = _hostname(scope)
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return is_local(host) or (host != "" and "." not in host)


def _hostname(scope: Scope) -> str:
    hosts = get_headers(scope, b"host")
    try:
        return (urlsplit(f"//{hosts[0]}").hostname or "") if len(hosts) == 1 else ""
    except ValueError:
        return ""


def _peer(scope: Scope) -> str:
    return str((scope.get("client") or [""])[0])
