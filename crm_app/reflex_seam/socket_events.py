"""Development only: which action an event and an update of a socket belong to."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

import reflex as rx
from reflex_base.event.context import EventContext
from reflex_base.registry import RegistrationContext

MARKER = "inspector"

_is_detached: ContextVar[bool] = ContextVar("is_detached", default=False)


class Tagged(dict[str, Any]):
    """The router data of an event, with the id of its action.

    Reflex hands the same object to the events that the handler yields.
    """

    action_id: int = 0


def current_action_id() -> int:
    """Return the id of the action whose event is handled, 0 outside of events."""
    if _is_detached.get():
        return 0
    try:
        return getattr(EventContext.get().router_data, "action_id", 0)
    except LookupError:
        return 0


def detach_if_background(name: str) -> bool:
    """Take an event that nobody waits for out of its action, if it is one; return whether."""
    is_background = RegistrationContext.get().event_handlers[name].handler.is_background
    _is_detached.set(is_background)
    return is_background


def follow(
    app: rx.App,
    arrived: Callable[[Mapping[str, Any]], int],
    sending: Callable[[int], Mapping[str, Any] | None],
) -> None:
    """Call `arrived` for each event of a socket, and `sending` for each update.

    `arrived` returns the id of the action. What `sending` returns for it goes to the browser just
    before the update: messages of a socket keep their order, so the page knows whose update it is.
    """
    namespace: Any = app.event_namespace
    on_event, emit_update = namespace.on_event, namespace.emit_update

    async def tag_event(sid: str, data: Any) -> None:
        if isinstance(data, dict):
            tagged = Tagged(data.get("router_data") or {})
            tagged.action_id = arrived(data)
            data = {**data, "router_data": tagged}
        await on_event(sid, data)

    async def mark_update(update: Any, token: str) -> None:
        socket = namespace._token_manager.token_to_socket.get(token)
        action_id = current_action_id()
        if socket is not None and action_id and (marker := sending(action_id)):
            await namespace.emit(MARKER, marker, to=socket.sid)
        await emit_update(update, token)

    namespace.on_event, namespace.emit_update = tag_event, mark_update
