"""The states of a tab: whose socket it is, what the page has to be sent, and emptying them."""

from collections.abc import Mapping
from typing import Any

from reflex.state import BaseState, StateUpdate


def headers_of(state: BaseState) -> Mapping[str, str]:
    """Return the headers of the socket's handshake, by lower-case name.

    `state.router` would parse the page's address each time.
    """
    return state.rx_router_headers.raw_headers


def address_of(state: BaseState) -> str:
    """Return the IP address of the socket."""
    return state.rx_router_session.client_ip


async def take_delta(state: BaseState) -> StateUpdate:
    """Return what changed in the tab's states and count it as sent."""
    root: Any = state._get_root_state()
    delta = await root._get_resolved_delta()
    root._clean()
    return StateUpdate(delta=delta)


def set_unsent(state: BaseState, **values: Any) -> None:
    """Set vars without sending them: the page has them by other vars, after a reload by these."""
    for name, value in values.items():
        is_due = name in state.dirty_vars
        setattr(state, name, value)
        if not is_due:
            state.dirty_vars.discard(name)


def empty(state: BaseState) -> None:
    """Give all states of the tab their first values; the page stays hydrated."""
    root: Any = state._get_root_state()
    is_hydrated = root.is_hydrated
    root.reset()
    root.is_hydrated = is_hydrated
