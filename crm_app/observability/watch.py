"""One action as the operator sees it: its line in the log, its times, its place in the counts."""

import time
from typing import Any

from structlog.contextvars import bind_contextvars, unbind_contextvars

from crm_app.observability import metrics
from crm_app.observability.logs import log
from crm_app.observability.queries import Queries, count_queries
from crm_app.settings import get_settings

UNEXPECTED = ("UNKNOWN", "DATABASE_ERROR", "SERVER_BUSY")


class Watch:
    """From the moment an action is asked for to its end, waiting for a thread included.

    What is logged or reported after `begin` names the action and the request too. What is routine,
    like looking up a session, is logged and counted only when it fails unexpectedly.
    """

    def __init__(self, action: str, request_id: str, *, is_routine: bool = False) -> None:
        self._is_routine = is_routine
        self._names = {"action": action} | ({"request": request_id} if request_id else {})
        self._asked = self._began = time.perf_counter()
        self._queries = Queries()
        self._shown = ""

    def begin(self) -> None:
        """Go on in the thread that does the action."""
        self._began = time.perf_counter()
        self._queries = count_queries()
        bind_contextvars(**self._names)

    def end(self, outcome: str, **line: Any) -> None:
        """Count the action and write its line; `outcome` is ok or the code of the failure."""
        self._finish(outcome, line)
        unbind_contextvars(*self._names)

    def give_up(self, shown: str, *, has_begun: bool, **line: Any) -> None:
        """Log that the person was shown a failure because the action took too long.

        An action that has begun goes on in its thread. At its end it gets a line of its own, with
        both outcomes, and is counted by the one that was `shown`.
        """
        if has_begun:
            self._shown = shown
            log.warning("action takes too long", **self._names, **line)
        else:
            self._began = time.perf_counter()
            self._finish(shown, self._names | line)

    def _finish(self, outcome: str, line: dict[str, Any]) -> None:
        if self._is_routine and outcome not in UNEXPECTED:
            return
        now = time.perf_counter()
        action, shown = self._names["action"], self._shown or outcome
        metrics.count_action(action, shown, now - self._asked, self._queries.seconds)
        times = {"ms": _ms(now - self._asked), "waited_ms": _ms(self._began - self._asked)}
        times["query_ms"] = _ms(self._queries.seconds)
        log.info(
            "action", outcome=outcome, **times, **({"shown": shown} if self._shown else {}), **line
        )
        if times["ms"] > get_settings().slow_action_ms:
            metrics.SLOW_ACTIONS.labels(action).inc()
            log.warning("slow action", **line, **times, statements=self._queries.count)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
