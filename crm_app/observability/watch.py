"""One action as the operator sees it: its line in the log, its times, its place in the counts."""

import time
from typing import Any

from structlog.contextvars import bind_contextvars, unbind_contextvars

from crm_app.observability import metrics
from crm_app.observability.logs import log
from crm_app.observability.queries import count_queries
from crm_app.settings import get_settings


class Watch:
    """From the begin of an action to its end, in one thread.

    What is logged or reported meanwhile names the action and the request too.
    """

    def __init__(self, action: str, request_id: str) -> None:
        self._action = action
        self._started = time.perf_counter()
        self._queries = count_queries()
        bind_contextvars(action=action, **({"request": request_id} if request_id else {}))

    def end(self, outcome: str, **line: Any) -> None:
        """Count the action and write its line; `outcome` is ok or the code of the failure."""
        seconds = time.perf_counter() - self._started
        metrics.count_action(self._action, outcome, seconds, self._queries.seconds)
        times = {"ms": _ms(seconds), "query_ms": _ms(self._queries.seconds)}
        log.info("action", outcome=outcome, **times, **line)
        if times["ms"] > get_settings().slow_action_ms:
            metrics.SLOW_ACTIONS.labels(self._action).inc()
            log.warning("slow action", **times, statements=self._queries.count)
        unbind_contextvars("action", "request")


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
