"""The fields and methods of Reflex's states that it does not document: breaks when they change."""

import asyncio

from crm_app.reflex_seam import tab_states
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import Tree


def test_headers_and_address_are_those_of_the_router(tree: Tree) -> None:
    state = tree[ContactFormState]
    assert tab_states.headers_of(state)["cookie"] == state.router.headers.cookie != ""
    assert tab_states.address_of(state) == state.router.session.client_ip


def test_a_delta_is_taken_once(tree: Tree) -> None:
    state = tree[ContactFormState]
    asyncio.run(tab_states.take_delta(state))
    state.message = "changed"
    delta = asyncio.run(tab_states.take_delta(state)).delta
    assert delta[ContactFormState.get_full_name()]["message_rx_state_"] == "changed"
    assert asyncio.run(tab_states.take_delta(state)).delta == {}


def test_a_var_that_the_page_learns_of_otherwise_is_sent_to_a_page_that_loads_only(
    tree: Tree,
) -> None:
    state = tree[ContactListState]
    asyncio.run(tab_states.take_delta(state))
    tab_states.set_unsent(state, query="ada", total=3)
    assert (state.query, state.total) == ("ada", 3)
    assert asyncio.run(tab_states.take_delta(state)).delta == {}
    loaded = tree.root.dict()[ContactListState.get_full_name()]
    assert (loaded["query_rx_state_"], loaded["total_rx_state_"]) == ("ada", 3)


def test_a_var_that_was_to_be_sent_anyway_is_sent_with_its_last_value(tree: Tree) -> None:
    state = tree[ContactListState]
    asyncio.run(tab_states.take_delta(state))
    state.query = "ad"
    tab_states.set_unsent(state, query="ada", total=3)
    delta = asyncio.run(tab_states.take_delta(state)).delta
    assert delta[ContactListState.get_full_name()] == {"query_rx_state_": "ada"}


def test_emptied_states_have_their_first_values_and_stay_hydrated(tree: Tree) -> None:
    tree.root.is_hydrated = True  # pyright: ignore[reportAttributeAccessIssue]
    tree[ContactListState].query, tree[ContactFormState].message = "ada", "changed"
    tab_states.empty(tree[ContactFormState])
    assert (tree[ContactListState].query, tree[ContactFormState].message) == ("", "")
    assert tree.root.is_hydrated  # pyright: ignore[reportAttributeAccessIssue]
