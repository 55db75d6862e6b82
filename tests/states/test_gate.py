"""The gate before every handler, asked directly."""

import asyncio
from typing import Any

from reflex.event import Event
from reflex.state import StateUpdate
from reflex.utils.format import format_event_handler
from reflex_base.event.context import EventContext

from crm_app.database.transaction import transaction
from crm_app.operations.known_sessions import known_sessions
from crm_app.services import sign_ins
from crm_app.states.authorization import AuthorizationMiddleware
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState
from tests.driving import Tree, actor_of

HEADERS = {"cookie": "as the socket had it"}


def answer(
    tree: Tree,
    handler: Any = ContactListState.get_contacts,
    parent_txid: str | None = None,
    **router_data: Any,
) -> StateUpdate | None:
    """Return what the gate answers to an event of the tree's visitor, None if it lets it pass."""

    async def ask() -> StateUpdate | None:
        nothing: Any = None
        context = EventContext(
            token="t", state_manager=nothing, enqueue_impl=nothing, parent_txid=parent_txid
        )
        EventContext.set(context)
        event = Event(name=format_event_handler(handler), payload={}, router_data=router_data)
        return await AuthorizationMiddleware().preprocess(nothing, tree.root, event)

    return asyncio.run(ask())


def test_an_event_of_the_session_passes(tree: Tree) -> None:
    assert answer(tree, headers=HEADERS) is None


def test_an_event_without_headers_is_nobodys(tree: Tree) -> None:
    assert answer(tree) is not None
    assert tree[SessionState].message == "Please sign in again"


def test_an_event_that_a_handler_yielded_passes(tree: Tree) -> None:
    assert answer(tree, parent_txid="0123456789ab") is None


def test_a_session_that_ended_says_so_whatever_comes_next(tree: Tree) -> None:
    assert answer(tree, SessionState.load, headers=HEADERS) is None
    known_sessions.forget(tree.token_hash)
    with transaction() as session:
        sign_ins.sign_out_everywhere(session, actor_of(tree))
    assert answer(tree, SignInState.say_too_late, headers=HEADERS) is None
    assert tree[SessionState].is_signed_in is False
    assert tree[SessionState].message == "Please sign in again"
