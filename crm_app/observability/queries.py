"""How long the statements of one action took, and how many there were."""

import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.event import listens_for


@dataclass
class Queries:
    """The statements of one action: how many, and the seconds they took, locks included."""

    count: int = 0
    seconds: float = 0.0
    started: float = 0.0


_current: ContextVar[Queries | None] = ContextVar("queries", default=None)


def count_queries() -> Queries:
    """Count the statements that this thread or task runs from now on, on any engine."""
    queries = Queries()
    _current.set(queries)
    return queries


@listens_for(Engine, "before_cursor_execute")
def _start(*_: Any) -> None:
    queries = _current.get()
    if queries:
        queries.count += 1
        queries.started = time.perf_counter()


@listens_for(Engine, "after_cursor_execute")
@listens_for(Engine, "handle_error")
def _finish(*_: Any) -> None:
    queries = _current.get()
    if queries and queries.started:
        queries.seconds += time.perf_counter() - queries.started
        queries.started = 0.0
