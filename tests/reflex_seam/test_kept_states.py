"""What is kept of tabs whose socket is closed, with Reflex's own state manager."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.state import State

from crm_app.reflex_seam import kept_states
from crm_app.reflex_seam.kept_states import KeptStates
from crm_app.schemas.history import HistoryEntry
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.contacts.history import HistoryState
from tests.conftest import Configure
from tests.driving import Tree, run
from tests.factories import form
from tests.states.test_authorization import authorize

Scenario = Callable[[StateManagerMemory, KeptStates], Awaitable[None]]


def watched(scenario: Scenario, *tokens: str) -> StateManagerMemory:
    """Play the scenario with these open tabs, each with a row, while they are watched."""

    async def play() -> StateManagerMemory:
        manager = StateManagerMemory()
        for token in tokens:
            (await rows_of(manager, token)).append("a row")
        states = KeptStates(lambda: manager)
        watching = asyncio.create_task(states.watch())
        await scenario(manager, states)
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await manager.close()
        return manager

    return asyncio.run(play())


async def rows_of(manager: StateManagerMemory, token: str) -> list[Any]:
    state = await manager.get_state(BaseStateToken(ident=token, cls=State))
    return (await state.get_state(ContactListState)).contacts


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_states, "ROWS_KEPT", 0.2)
    monkeypatch.setattr(kept_states, "LOOK_SECONDS", 0.05)


def test_the_rows_of_a_closed_tab_go_and_those_of_one_that_is_back_stay() -> None:
    async def scenario(manager: StateManagerMemory, states: KeptStates) -> None:
        for token in ("closed", "back"):
            states.opened(token)
            states.closed("192.0.2.1", token)
        assert await rows_of(manager, "closed")
        states.opened("back")
        await asyncio.sleep(0.5)
        assert not await rows_of(manager, "closed")
        assert await rows_of(manager, "back")

    assert set(watched(scenario, "closed", "back").states) == {"closed", "back"}


def test_the_history_of_a_closed_tab_goes_with_its_rows() -> None:
    async def scenario(manager: StateManagerMemory, states: KeptStates) -> None:
        tab = await manager.get_state(BaseStateToken(ident="closed", cls=State))
        history = await tab.get_state(HistoryState)
        history.entries = [HistoryEntry(1, 1, "created", "", True, "")]
        states.opened("closed")
        states.closed("192.0.2.1", "closed")
        await asyncio.sleep(0.5)
        assert history.entries == []

    watched(scenario, "closed")


def test_an_address_keeps_so_many_closed_tabs(configure: Configure) -> None:
    configure(CRM_LIMIT_KEPT_TABS_PER_ADDRESS="2")

    async def scenario(_manager: StateManagerMemory, states: KeptStates) -> None:
        for token in ("oldest", "old", "new", "another's"):
            states.opened(token)
        for token in ("oldest", "old", "new"):
            states.closed("192.0.2.1", token)
        states.closed("192.0.2.2", "another's")

    manager = watched(scenario, "oldest", "old", "new", "another's", "open")
    assert set(manager.states) == {"old", "new", "another's", "open"}


def test_a_second_socket_with_the_token_of_an_open_tab_takes_nothing_from_it() -> None:
    async def scenario(manager: StateManagerMemory, states: KeptStates) -> None:
        states.opened("open")
        states.opened("open")
        states.closed("192.0.2.1", "open")  # before it had a token of its own
        states.opened("open")
        states.replaced("open", "issued")
        states.closed("192.0.2.1", "issued")
        await asyncio.sleep(0.5)
        assert await rows_of(manager, "open")

    watched(scenario, "open")


def test_a_tab_that_is_back_from_another_network_is_not_counted_where_it_was(
    configure: Configure,
) -> None:
    configure(CRM_LIMIT_KEPT_TABS_PER_ADDRESS="1")

    async def scenario(_manager: StateManagerMemory, states: KeptStates) -> None:
        states.opened("moving")
        states.closed("192.0.2.1", "moving")
        states.opened("moving")
        for token in ("one", "two"):
            states.opened(token)
            states.closed("192.0.2.1", token)

    assert set(watched(scenario, "moving", "one", "two").states) == {"moving", "two"}


def test_who_comes_back_is_sent_as_many_rows_as_there_were(tree: Tree) -> None:
    for number in range(3):
        run(tree, ContactFormState.create_contact, form(email=f"{number}@example.com"))
    shown = tree[ContactListState]
    before = shown.contacts
    shown._forget_rows()
    assert shown.contacts == []
    assert (
        authorize(tree, State.event_handlers["hydrate_and_load"], headers={"cookie": "x"}) is None
    )
    assert shown.contacts == before
