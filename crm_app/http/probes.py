"""What machines ask: whether the server lives, whether it is ready, and for its numbers."""

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
ANSWER_LASTS = 1  # seconds; everybody may ask, the database answers for all of them
_one_at_a_time = threads.Threads(1, "readiness")


@dataclass
class _LastAnswer:
    """What the database said last, or is about to say, and when it was asked (monotonic)."""

    problem: Future[str] | None = None
    asked_at: float = 0


_last = _LastAnswer()


async def answer(scope: Scope, origins: Iterable[str]) -> Response:
    """Answer a probe. `scope` has the address of whoever connected, be it a proxy."""
    if not has_allowed_host(scope, origins) and not _has_near_host(scope):
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
    """Return, in plain words, why no visitors should be sent here; empty when they may come."""
    stopping = "The server is stopping" if threads.lifecycle.is_shutting_down else ""
    return [problem for problem in (stopping, await _database_problem()) if problem]


async def _database_problem() -> str:
    """Return what is wrong with the database, as far as two seconds show."""
    answer = asyncio.shield(asyncio.wrap_future(_ask_once()))
    try:
        return await asyncio.wait_for(answer, READY_SECONDS)
    except TimeoutError:
        return f"The database did not answer within {READY_SECONDS} seconds"


def _ask_once() -> Future[str]:
    """Ask the database, unless somebody else is asking it, or did a moment ago."""
    now = time.monotonic()
    is_old = now - _last.asked_at >= ANSWER_LASTS
    if _last.problem is None or (_last.problem.done() and is_old):
        _last.problem, _last.asked_at = _one_at_a_time.start(health.find_problem), now
    return _last.problem


def _readiness(problems: list[str]) -> Response:
    if problems:
        return JSONResponse({"status": "not ready", "problems": problems}, 503)
    return JSONResponse({"status": "ready"})


def _may_read_metrics(scope: Scope) -> bool:
    """Return whether the numbers are for this caller: of this machine, or with the token."""
    token = get_settings().metrics_token.get_secret_value()
    shown = get_headers(scope, b"authorization")
    expected = f"Bearer {token}".encode()
    if token and any(hmac.compare_digest(each.encode("latin-1"), expected) for each in shown):
        return True
    is_forwarded = any(get_headers(scope, name) for name in FORWARDING)
    return not is_forwarded and is_local(_peer(scope)) and is_local(_hostname(scope))


def _has_near_host(scope: Scope) -> bool:
    """Return whether the Host is a name that no stranger's page can have.

    The page of a name that its owner lets lead to this machine (DNS rebinding) would otherwise
    read the answers; an IP address and a name without a dot cannot be given away like that.
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
