"""The authorization middleware, called directly."""

import asyncio
from typing import Any

import pytest
from reflex.event import Event
from reflex.state import StateUpdate
from reflex.utils.format import format_event_handler
from reflex_base.event.context import EventContext

from crm_app.database.transaction import transaction
from crm_app.operations.known_sessions import known_sessions
from crm_app.services import sessions
from crm_app.states.access import Access, Rule
from crm_app.states.authorization import AuthorizationMiddleware
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.rules import RULES
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState
from tests.driving import Tree, actor_of, run
from tests.factories import form

HEADERS = {"cookie": "as the socket had it"}


def authorize(
    tree: Tree,
    handler: Any = ContactListState.get_contacts,
    parent_txid: str | None = None,
    payload: dict[str, Any] | None = None,
    **router_data: Any,
) -> StateUpdate | None:
    """Return the response to an event of the tree's visitor, None if the event passes."""

    async def ask() -> StateUpdate | None:
        nothing: Any = None
        context = EventContext(
            token="t", state_manager=nothing, enqueue_impl=nothing, parent_txid=parent_txid
        )
        EventContext.set(context)
        name = handler if isinstance(handler, str) else format_event_handler(handler)
        event = Event(name=name, payload=payload or {}, router_data=router_data)
        return await AuthorizationMiddleware().preprocess(nothing, tree.root, event)

    return asyncio.run(ask())


def test_an_event_of_the_session_passes(tree: Tree) -> None:
    assert authorize(tree, headers=HEADERS) is None


def test_an_event_without_headers_is_nobodys(tree: Tree) -> None:
    assert authorize(tree) is not None
    assert tree[SessionState].message == "Please sign in again"


def test_an_event_that_a_handler_yielded_passes(tree: Tree) -> None:
    assert authorize(tree, parent_txid="0123456789ab") is None


def test_a_session_that_ended_says_so_whatever_comes_next(tree: Tree) -> None:
    assert authorize(tree, SessionState.load, headers=HEADERS) is None
    known_sessions.forget(tree.token_hash)
    with transaction() as session:
        sessions.sign_out_everywhere(session, actor_of(tree))
    assert authorize(tree, SignInState.say_too_late, headers=HEADERS) is None
    assert tree[SessionState].is_signed_in is False
    assert tree[SessionState].message == "Please sign in again"


def payload_of(rule: Rule) -> dict[str, Any]:
    """Return what an event of the page may bring along, as short as possible."""
    fields = rule.arguments.model_fields.items()
    return {
        name: BRIEF.get(field.annotation, {} if isinstance(field.annotation, type) else "x")
        for name, field in fields
        if field.is_required()
    }


BRIEF: dict[Any, Any] = {str: "x", int: 0}


SIGNED_IN = [name for name, rule in RULES.items() if rule.access is Access.SIGNED_IN]


@pytest.mark.parametrize("name", SIGNED_IN)
def test_whatever_an_ended_session_sends_its_states_are_emptied(tree: Tree, name: str) -> None:
    run(tree, ContactFormState.create_contact, form())
    assert authorize(tree, SessionState.load, headers=HEADERS) is None
    with transaction() as db:
        sessions.sign_out_everywhere(db, actor_of(tree))
    known_sessions.forget(tree.token_hash)
    payload = payload_of(RULES[name])
    if authorize(tree, name, payload=payload, headers=HEADERS) is None:
        state, _, handler = name.rpartition(".")
        found = tree.root.get_substate(state.split("."))
        run(tree, type(found).event_handlers[handler], *payload.values())
    assert tree[SessionState].is_signed_in is False
    assert tree[SessionState].message == "Please sign in again"
    assert tree[ContactListState].contacts == []


def test_rows_of_an_ended_session_go_also_when_its_first_load_had_failed(tree: Tree) -> None:
    run(tree, ContactFormState.create_contact, form())
    assert len(tree[ContactListState].contacts) == 1
    known_sessions.forget(tree.token_hash)
    with transaction() as db:
        sessions.sign_out_everywhere(db, actor_of(tree))
    assert authorize(tree, SignInState.say_too_late, headers=HEADERS) is None
    assert tree[ContactListState].contacts == []
