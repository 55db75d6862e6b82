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


def test_emptied_states_have_their_first_values_and_stay_hydrated(tree: Tree) -> None:
    tree.root.is_hydrated = True  # pyright: ignore[reportAttributeAccessIssue]
    tree[ContactListState].query, tree[ContactFormState].message = "ada", "changed"
    tab_states.empty(tree[ContactFormState])
    assert (tree[ContactListState].query, tree[ContactFormState].message) == ("", "")
    assert tree.root.is_hydrated  # pyright: ignore[reportAttributeAccessIssue]
