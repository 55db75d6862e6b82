"""Notes events, operations and errors of the server in their action."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate

from crm_app.inspector import failures
from crm_app.inspector.actions import Action, Outcome
from crm_app.inspector.recorder import current, operation, recorder
from crm_app.observability.watch import UNEXPECTED
from crm_app.operations.results import Failed
from crm_app.reflex_seam.socket_events import MARKER, current_action_id, detach_if_background

SUPERSEDED = "superseded"
STOPPED = "the event was not let through"


def arrived(data: Mapping[str, Any]) -> int:
    """Begin the action of an event; the browser put its id where Reflex ignores it."""
    given = (data.get("event_actions") or {}).get(MARKER, 0)
    return recorder.begin(str(data.get("name")), given if isinstance(given, int) else 0).id


def sending(action_id: int) -> Mapping[str, Any] | None:
    """Note that an update is sent; return what announces it to the browser."""
    if not (action := recorder.find(action_id)):
        return None
    action.updates.append(action.elapsed())
    return {"id": action.id, "updates": len(action.updates)}


class Before(Middleware):
    """The first middleware: the action runs until the event's handler has ended."""

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Let every event go on; one in the background is no part of what a visitor waits for."""
        action, task = recorder.find(current_action_id()), asyncio.current_task()
        if action and task and not detach_if_background(event.name):
            recorder.enter(action)
            task.add_done_callback(lambda _: self._end(action))
        return None

    def _end(self, action: Action) -> None:
        if not action.was_let_through:
            action.conclude(Outcome.REFUSED, STOPPED)
        recorder.leave(action)


class After(Middleware):
    """The last middleware: it sees the events that the others let through."""

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Note that the event is handled."""
        if action := recorder.find(current_action_id()):
            action.was_let_through = True
        return None


class Operations:
    """The observer of operations, within events and without."""

    def began(self, action: str, asked: float) -> None:
        """Begin an action of its own for an operation that belongs to no event."""
        if not current_action_id():
            own = recorder.begin(action, started=asked)
            recorder.enter(own)
            operation.set(own)

    def ended(self, action: str, outcome: str, result: object) -> None:
        """Note the outcome."""
        conclude(current(), outcome, result)
        if own := operation.get():
            operation.set(None)
            recorder.leave(own)

    def gave_up(self, action: str, outcome: str, result: object) -> None:
        """Note the outcome that the person was shown; the operation itself may still end well."""
        conclude(recorder.find(current_action_id()), outcome, result)


def conclude(action: Action | None, outcome: str, result: object) -> None:
    """Note the outcome of one operation of the action."""
    if action is None:
        return
    words = failures.words_of(result)
    if outcome == "ok":
        action.conclude(Outcome.OK, words)
        return
    action.has_written = False  # it was rolled back
    if outcome not in UNEXPECTED:
        action.conclude(Outcome.REFUSED, outcome if outcome == SUPERSEDED else words)
    else:
        action.conclude(Outcome.FAILED, words)
        _note_failure(action, result)


def _note_failure(action: Action, result: object) -> None:
    if not isinstance(result, Failed):
        return
    shown = result.failure
    failure = action.failure or failures.refusal_of(shown)
    if not shown.is_unsure and shown.incident == (failure.reference or None):
        rolled_back = failures.IN_PART if action.has_saved else failures.ROLLED_BACK
        failure = replace(failure, saved=rolled_back)
    action.failure = failure


def broke(error: BaseException, reference: str) -> None:
    """Note an unexpected error with its reference: of an operation, or of a handler."""
    action = recorder.find(current_action_id()) or operation.get()
    if action and action.failure is None:
        action.failure = failures.failure_of(error, reference)
        action.conclude(Outcome.FAILED, reference)
        recorder.touch(action)
