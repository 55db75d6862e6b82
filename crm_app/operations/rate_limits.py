"""How often something may be done: counted in memory, or in Redis when `CRM_REDIS_URL` is set."""

import ipaddress
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, cast

import limits
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from crm_app.database import threads
from crm_app.errors import RateLimited
from crm_app.observability import metrics
from crm_app.observability.logs import log
from crm_app.settings import get_settings

REDIS_PAUSE = 5  # seconds
EXPIRY_SECONDS = 10  # between two looks for expired entries in memory
IPV6_NETWORK = 64  # one customer has at least this many addresses


class Limit(StrEnum):
    """What is limited, by the name of the setting that says how often in how long."""

    ACTIONS_PER_ACCOUNT = "limit_actions_per_account"
    ACTIONS_PER_ADDRESS = "limit_actions_per_address"
    REQUESTS_PER_TOKEN = "limit_requests_per_token"
    SIGN_INS_PER_ADDRESS = "limit_sign_ins_per_address"
    SIGN_UPS_PER_ADDRESS = "limit_sign_ups_per_address"
    GUESTS_PER_ADDRESS = "limit_guests_per_address"
    NEW_SOCKETS_PER_ADDRESS = "limit_new_sockets_per_address"
    REPORTS_PER_ADDRESS = "limit_reports_per_address"


_parse = cache(limits.parse)

REFUSALS_NOTED = limits.parse("10/minute")
"""How many refusals an address or an account adds to the audit trail, and to the log."""


def spend(limit: Limit, key: str) -> None:
    """Count one use by this account or address; nothing is counted for an unknown one.

    Raises:
        RateLimited: There were as many as allowed already; this one does not count.
    """
    wait = _wait_after_hit(_parse(getattr(get_settings(), limit)), limit, key)
    if wait is not None:
        metrics.RATE_LIMITS_HIT.labels(limit.value).inc()
        raise RateLimited(wait)


def may_note_refusal(key: str) -> bool:
    """Return whether the audit trail takes one more refusal of this account or address."""
    return _wait_after_hit(REFUSALS_NOTED, "refusals", key) is None


def network(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the network of an IPv6 address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 4:
        return address
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, IPV6_NETWORK), strict=False))


def _wait_after_hit(item: limits.RateLimitItem, *identifiers: str) -> float | None:
    """Return the seconds to wait, None when this use is within the limit."""
    threads.refuse_event_loop()
    if not identifiers[-1]:
        return None
    if time.monotonic() >= _redis.away_until:
        try:
            return _hit(_limiter(), item, identifiers)
        except StorageError as error:
            # Neither open nor closed: without Redis each process counts for itself.
            log.warning("rate limits are counted in memory", exc_info=error.storage_error)
            _redis.away_until = time.monotonic() + REDIS_PAUSE
    return _hit(_memory_limiter(), item, identifiers)


def _hit(
    limiter: MovingWindowRateLimiter, item: limits.RateLimitItem, identifiers: tuple[str, ...]
) -> float | None:
    if limiter.hit(item, *identifiers):
        return None
    wait = limiter.get_window_stats(item, *identifiers).reset_time - time.time()
    if wait <= item.get_expiry():
        return wait
    limiter.clear(item, *identifiers)  # the clock was set back; nobody waits until it is there
    return None


@dataclass
class _Redis:
    """Until when (monotonic seconds) Redis is not used, after it did not respond."""

    away_until: float = 0


_redis = _Redis()


@cache
def _limiter() -> MovingWindowRateLimiter:
    url = get_settings().redis_url
    if not url:
        return _memory_limiter()
    storage = storage_from_string(
        url.replace("unix://", "redis+unix://"),
        wrap_exceptions=True,
        socket_timeout=1,
        socket_connect_timeout=1,
    )
    return MovingWindowRateLimiter(cast(Storage, storage))


@cache
def _memory_limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(_Memory())


class _Timer:
    """The library's timer, which it starts when the last one has ended: that is, rarely."""

    def __init__(self, timer: threading.Timer) -> None:
        self._timer, self._until = timer, time.monotonic() + EXPIRY_SECONDS

    def start(self) -> None:
        self._timer.start()

    def is_alive(self) -> bool:
        return time.monotonic() < self._until or self._timer.is_alive()


class _Memory(MemoryStorage):
    """Storage that looks for expired entries now and then; each look is a thread of its own."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, _Timer(value) if name == "timer" else value)
