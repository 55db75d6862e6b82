"""The latest events, so that a failure can be logged with its event."""

import time
from collections import OrderedDict
from typing import Any

MAX_BEGUN = 1_000


class Begun:
    """The latest events by the id that Reflex gave them."""

    def __init__(self) -> None:
        self._events: OrderedDict[str, tuple[str, int, float]] = OrderedDict()

    def note(self, event_id: str, handler: str, account_id: int) -> None:
        """Remember an event; the oldest of too many is forgotten."""
        self._events[event_id] = (handler, account_id, time.perf_counter())
        if len(self._events) > MAX_BEGUN:
            self._events.popitem(last=False)

    def describe(self, event_id: str) -> dict[str, Any]:
        """Return its handler, its account and the milliseconds since, for the log."""
        if event_id not in self._events:
            return {}
        handler, account_id, started = self._events[event_id]
        ms = round((time.perf_counter() - started) * 1000, 1)
        return {"handler": handler, "account": account_id or None, "ms": ms}


begun = Begun()
