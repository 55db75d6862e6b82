"""The numbers: what was done how often and how fast; docs/operations.md says what each means."""

import asyncio
import platform
import time
from collections import deque
from importlib.metadata import version

import prometheus_client as prometheus
from sqlalchemy.pool import Pool, QueuePool

from crm_app.version import VERSION

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LOOP_PAUSE = 0.25  # seconds
LOOP_LOOKS = 4
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REGISTRY = prometheus.CollectorRegistry()
prometheus.ProcessCollector(registry=REGISTRY)

ACTIONS = prometheus.Counter(
    "crm_actions_total",
    "Actions by outcome as shown to the person: ok, or the code of the failure",
    ["action", "outcome"],
    registry=REGISTRY,
)
ACTION_SECONDS = prometheus.Histogram(
    "crm_action_seconds",
    "Time from the event to the commit, waiting for a thread included",
    ["action"],
    buckets=BUCKETS,
    registry=REGISTRY,
)
QUERY_SECONDS = prometheus.Histogram(
    "crm_query_seconds",
    "Time that an action spent in statements, waiting for locks included",
    ["action"],
    buckets=BUCKETS,
    registry=REGISTRY,
)
SLOW_ACTIONS = prometheus.Counter(
    "crm_slow_actions_total",
    "Actions that took longer than CRM_SLOW_ACTION_MS",
    ["action"],
    registry=REGISTRY,
)
CONTACT_CHANGES = prometheus.Counter(
    "crm_contact_changes_total",
    "Changes of contacts that were committed",
    ["action"],
    registry=REGISTRY,
)
SOCKETS = prometheus.Gauge("crm_sockets_open", "Tabs that are connected", registry=REGISTRY)
FRAMES_DROPPED = prometheus.Counter(
    "crm_frames_dropped_total", "Frames of sockets that were junk", registry=REGISTRY
)
DATABASE_CONNECTIONS = prometheus.Gauge(
    "crm_database_connections",
    "Connections of the pool: in_use, idle, and overflow beyond its size",
    ["state"],
    registry=REGISTRY,
)
RATE_LIMITS_HIT = prometheus.Counter(
    "crm_rate_limits_hit_total",
    "What was refused, by the limit that was reached",
    ["limit"],
    registry=REGISTRY,
)
LOOP_LAG = prometheus.Histogram(
    "crm_event_loop_lag_seconds",
    "How late the event loop comes round",
    buckets=(0.001, *BUCKETS),
    registry=REGISTRY,
)
PAGE_ERRORS = prometheus.Counter(
    "crm_page_errors_total", "Errors in the browser", ["kind"], registry=REGISTRY
)
PAGE_ACTION_SECONDS = prometheus.Histogram(
    "crm_page_action_seconds",
    "Time from the click to the painted answer, as the browser measured it",
    ["action"],
    buckets=(*BUCKETS, 30, 60),
    registry=REGISTRY,
)
BUILD = prometheus.Gauge(
    "crm_build_info", "Always 1", ["version", "python", "reflex"], registry=REGISTRY
)
BUILD.labels(VERSION, platform.python_version(), version("reflex")).set(1)


def count_action(action: str, outcome: str, seconds: float, query_seconds: float) -> None:
    """Count one action with its times."""
    ACTIONS.labels(action, outcome).inc()
    ACTION_SECONDS.labels(action).observe(seconds)
    QUERY_SECONDS.labels(action).observe(query_seconds)


class EventLoop:
    """How late the event loop comes round."""

    def __init__(self) -> None:
        self._late: deque[float] = deque([0.0], maxlen=LOOP_LOOKS)

    @property
    def lag(self) -> float:
        """The least delay of the last second, in seconds; a single pause is none."""
        return min(self._late)

    async def watch(self) -> None:
        """Measure without end how late a pause ends: by so much everybody waits."""
        while True:
            started = time.perf_counter()
            await asyncio.sleep(LOOP_PAUSE)
            late = max(0.0, time.perf_counter() - started - LOOP_PAUSE)
            self._late.append(late)
            LOOP_LAG.observe(late)


event_loop = EventLoop()


def exposition(pool: Pool) -> bytes:
    """Return all numbers in Prometheus' text format, those of the pool as they are now."""
    if isinstance(pool, QueuePool):
        DATABASE_CONNECTIONS.labels("in_use").set(pool.checkedout())
        DATABASE_CONNECTIONS.labels("idle").set(pool.checkedin())
        DATABASE_CONNECTIONS.labels("overflow").set(max(0, pool.overflow()))
    return prometheus.generate_latest(REGISTRY)
