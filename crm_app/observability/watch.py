"""One action as the operator sees it: its line in the log, its times, its place in the counts."""

import time
from typing import Any, Protocol

from structlog.contextvars import bind_contextvars, unbind_contextvars

from crm_app.observability import metrics
from crm_app.observability.logs import log
from crm_app.observability.queries import Queries, count_queries
from crm_app.settings import get_settings

UNEXPECTED = ("UNKNOWN", "DATABASE_ERROR", "SERVER_BUSY")


class Observer(Protocol):
    """An observer of actions besides log and metrics: the inspector, in development."""

    def began(self, action: str, asked: float) -> None:
        """Note that an action began; `asked` is when it was asked for, by `perf_counter`."""

    def ended(self, action: str, outcome: str, result: object) -> None:
        """Note the outcome and the result of an action, in the thread in which it began."""

    def gave_up(self, action: str, outcome: str, result: object) -> None:
        """Note that the person was shown this outcome because the action took too long."""


class Observers:
    """The observer of actions that are not routine, None in production."""

    current: Observer | None = None


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
        if Observers.current and not self._is_routine:
            Observers.current.began(self._names["action"], self._asked)

    def end(self, outcome: str, result: object = None, **line: Any) -> None:
        """Count the action and write its line; `outcome` is ok or the code of the failure."""
        self._finish(outcome, line)
        if Observers.current and not self._is_routine:
            Observers.current.ended(self._names["action"], self._shown or outcome, result)
        unbind_contextvars(*self._names)

    def give_up(self, shown: str, *, has_begun: bool, result: object = None, **line: Any) -> None:
        """Log that the person was shown a failure because the action took too long.

        An action that has begun goes on in its thread. At its end it gets a line of its own, with
        both outcomes, and is counted by the one that was `shown`.
        """
        if Observers.current and not self._is_routine:
            Observers.current.gave_up(self._names["action"], shown, result)
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
