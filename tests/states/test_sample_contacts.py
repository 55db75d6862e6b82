"""Loading sample contacts from the empty list, and Undo."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import uuid4

import pytest
from reflex.state import State

from crm_app.database.engine import get_engine
from crm_app.states.authorization import forget_messages
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.handler_error import stop_waiting
from crm_app.states.notice import NoticeState
from tests.conftest import Configure
from tests.driving import Tree, run, signed_in
from tests.factories import form
from tests.states.forms import UPDATE, open_form

LOAD = NoticeState.load_samples
REMOVE = NoticeState.remove_samples
ADDED = "25 sample contacts added"


def messages(tree: Tree) -> list[str]:
    return [notice.message for notice in tree[NoticeState].notices]


def load(tree: Tree) -> str:
    """Load the samples and return what Undo sends."""
    run(tree, LOAD, str(uuid4()))
    return tree[NoticeState].notices[-1].samples_id


@contextmanager
def without_contacts() -> Iterator[None]:
    with closing(sqlite3.connect(str(get_engine().url.database))) as other:
        other.execute("ALTER TABLE contact RENAME TO away")
        yield
        other.execute("ALTER TABLE away RENAME TO contact")


def test_loads_shows_the_list_and_offers_undo(tree: Tree) -> None:
    pending, done = run(tree, LOAD, str(uuid4()))
    assert (pending.vars["is_loading_samples"], done.vars["is_loading_samples"]) == (True, False)
    contact_list = tree[ContactListState]
    assert (contact_list.total, len(contact_list.contacts)) == (25, 25)
    (notice,) = tree[NoticeState].notices
    assert (notice.message, notice.has_undo, notice.is_error) == (ADDED, True, False)
    run(tree, REMOVE, notice.samples_id)
    assert messages(tree) == ["Sample contacts removed"]
    assert not tree[NoticeState].notices[0].has_undo
    assert (contact_list.total, contact_list.contacts) == (0, [])


def test_undo_of_one_loading_leaves_the_others_undo(tree: Tree) -> None:
    former = load(tree)
    run(tree, REMOVE, former)
    load(tree)
    run(tree, REMOVE, former)
    assert messages(tree) == [ADDED, "Sample contacts removed"]
    assert tree[ContactListState].total == 25


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (1, "24 sample contacts removed. 1 was changed and stays."),
        (2, "23 sample contacts removed. 2 were changed and stay."),
        (24, "1 sample contact removed. 24 were changed and stay."),
    ],
)
def test_undo_says_how_many_stay(tree: Tree, changed: int, expected: str) -> None:
    samples = load(tree)
    for row in tree[ContactListState].contacts[:changed]:
        run(tree, UPDATE, open_form(tree, row.id) | {"notes": "Changed"})
    run(tree, REMOVE, samples)
    assert messages(tree) == [expected]
    assert tree[ContactListState].total == changed


def test_a_second_click_does_nothing_more(tree: Tree) -> None:
    key = str(uuid4())
    for _ in range(2):
        run(tree, LOAD, key)
    assert messages(tree) == [ADDED]
    assert tree[ContactListState].total == 25


def test_another_loading_has_another_key(tree: Tree) -> None:
    asyncio.run(forget_messages(tree[State]))
    keys = [tree[NoticeState].samples_key]
    for _ in range(2):
        run(tree, LOAD, keys[-1])
        run(tree, REMOVE, tree[NoticeState].notices[-1].samples_id)
        keys.append(tree[NoticeState].samples_key)
    assert all(keys)
    assert len(set(keys)) == 3


def test_a_failure_is_said_and_the_key_stays(tree: Tree) -> None:
    asyncio.run(forget_messages(tree[State]))
    key = tree[NoticeState].samples_key
    with without_contacts():
        done = run(tree, LOAD, key)[-1]
    assert done.vars["is_loading_samples"] is False
    assert done.vars["samples_key"] == key
    (notice,) = tree[NoticeState].notices
    assert notice.message.startswith("Could not save right now")
    assert (notice.is_error, notice.has_undo) == (True, False)


def test_an_undo_that_fails_can_be_tried_again(tree: Tree) -> None:
    samples = load(tree)
    with without_contacts():
        run(tree, REMOVE, samples)
    assert messages(tree)[0] == ADDED
    assert messages(tree)[1].startswith("Could not undo: Could not save right now")
    run(tree, REMOVE, samples)
    assert messages(tree) == ["Sample contacts removed"]


def test_a_list_that_another_tab_filled_is_refused_and_shown(tree: Tree) -> None:
    run(Tree(tree.token_hash), ContactFormState.create_contact, form())
    run(tree, LOAD, str(uuid4()))
    assert messages(tree) == [
        "You have contacts already. Sample contacts are for an empty list only."
    ]
    assert tree[ContactListState].total == 1


def test_the_limit_of_actions_counts_one(tree: Tree, configure: Configure) -> None:
    configure(CRM_LIMIT_ACTIONS_PER_ACCOUNT="3/minute")
    load(tree)  # and a read of the list
    assert tree[ContactListState].total == 25
    run(tree, LOAD, str(uuid4()))
    run(tree, LOAD, str(uuid4()))
    assert messages(tree)[-1].startswith("Too many requests. Try again in")
    assert tree[NoticeState].notices[-1].retry_after > 0


def test_signed_out_is_asked_to_sign_in() -> None:
    nobody = Tree("")
    run(nobody, LOAD, str(uuid4()))
    run(nobody, REMOVE, str(uuid4()))
    assert messages(nobody)[-1] == "Could not undo: Please sign in again"


def test_someone_elses_samples_are_not_found(tree: Tree) -> None:
    samples, other = load(tree), signed_in()
    run(other, REMOVE, samples)
    assert messages(other) == ["Could not undo: This contact no longer exists"]
    run(tree, ContactListState.retry)
    assert tree[ContactListState].total == 25


def test_a_page_load_keeps_undo(tree: Tree) -> None:
    load(tree)
    asyncio.run(forget_messages(tree[State]))
    assert messages(tree) == [ADDED]


def test_a_handler_that_failed_ends_the_waiting(tree: Tree) -> None:
    tree[NoticeState].is_loading_samples = True
    asyncio.run(stop_waiting(tree[NoticeState], "Something went wrong"))
    assert tree[NoticeState].is_loading_samples is False
