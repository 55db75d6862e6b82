"""The ring buffer of the last actions, filled by events, operations, drivers and the browser."""

import itertools
import threading
import time
from collections import OrderedDict
from contextvars import ContextVar
from typing import Any

from crm_app.inspector.actions import Action, Painted
from crm_app.reflex_seam.socket_events import current_action_id

KEPT = 200
MAX_ID = 2**53 - 1  # JavaScript's whole numbers
OWN_IDS = itertools.count(MAX_ID, -1)
"""For actions that no browser named; those of browsers are random."""


class Recorder:
    """The last actions by id; threads and the event loop share it.

    Each change gives an action the next revision, by which the panel asks for news.
    """

    def __init__(self, size: int = KEPT) -> None:
        self.run = time.time_ns()  # names this process to the panel
        self._size = size
        self._actions: OrderedDict[int, Action] = OrderedDict()
        self._revision = 0
        self._lock = threading.Lock()

    def begin(self, handler: str, action_id: int = 0, started: float | None = None) -> Action:
        """Add an action, under the id that the browser gave it if that is free."""
        with self._lock:
            if not 0 < action_id <= MAX_ID or action_id in self._actions:
                action_id = next(OWN_IDS)
            action = Action(action_id, handler)
            if started is not None:
                action.at -= action.started - started
                action.started = started
            self._actions[action_id] = action
            if len(self._actions) > self._size:
                self._actions.popitem(last=False)
        return action

    def find(self, action_id: int) -> Action | None:
        """Return the action, None if it is unknown or no longer kept."""
        return self._actions.get(action_id)

    def enter(self, action: Action) -> None:
        """Note that one more handler or operation of the action runs."""
        action.running += 1

    def leave(self, action: Action) -> None:
        """Note that one of them ended; the panel lists the action from then on."""
        action.running -= 1
        action.ended = action.elapsed()
        self.touch(action)

    def paint(self, action_id: int, painted: Painted) -> None:
        """Store a browser's measurements; reports may overtake each other."""
        action = self.find(action_id)
        if action and (action.painted is None or action.painted.updates < painted.updates):
            action.painted = painted
            self.touch(action)

    def touch(self, action: Action) -> None:
        """Note that the action has changed."""
        with self._lock:
            self._revision += 1
            action.revision = self._revision

    def since(self, revision: int) -> dict[str, Any]:
        """Return the actions that changed after the revision, the oldest first."""
        with self._lock:
            ended = [each for each in self._actions.values() if each.ended is not None]
            changed = [each.view() for each in ended if each.revision > revision]
            return {"run": str(self.run), "revision": self._revision, "actions": changed}

    def clear(self) -> None:
        """Forget all actions."""
        with self._lock:
            self._actions.clear()


recorder = Recorder()

operation: ContextVar[Action | None] = ContextVar("operation", default=None)
"""The action of an operation that belongs to no event."""


def current() -> Action | None:
    """Return the action that runs in this thread or task, None when it has ended."""
    action = recorder.find(current_action_id()) or operation.get()
    return action if action and action.running else None
