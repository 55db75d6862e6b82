"""Asking, deleting, and taking it back."""

import sqlite3
from typing import Any
from uuid import uuid4

import pytest

from crm_app.database.engine import get_engine
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import MAX_NOTICES, NoticeState
from crm_app.states.section_error import SectionErrorState
from tests.conftest import ReadLog
from tests.driving import Tree, run, signed_in
from tests.factories import form

DELETE = ConfirmDeleteState.delete_contact
RESTORE = NoticeState.restore_contact


def create(tree: Tree, **fields: object) -> str:
    run(tree, ContactFormState.create_contact, form(**fields))
    return tree[ContactListState].contacts[0].id


def messages(tree: Tree) -> list[str]:
    return [notice.message for notice in tree[NoticeState].notices]


def test_asks_naming_the_contact_and_cancels(tree: Tree) -> None:
    done = run(tree, ConfirmDeleteState.ask, create(tree))[-1]
    assert (done.vars["is_open"], done.vars["name"]) == (True, "Ada Lovelace")
    assert run(tree, ConfirmDeleteState.cancel)[-1].vars["is_open"] is False
    assert tree[ContactListState].total == 1


def test_deletes_and_offers_undo(tree: Tree) -> None:
    contact_id = create(tree)
    run(tree, ConfirmDeleteState.ask, contact_id)
    pending, done = run(tree, DELETE, contact_id)
    assert pending.vars["is_deleting"] is True
    assert (done.vars["is_deleting"], done.vars["is_open"]) == (False, False)
    assert tree[ContactListState].total == 0
    notice = tree[NoticeState].notices[0]
    assert (notice.message, notice.contact_id) == ("Ada Lovelace moved to trash", contact_id)
    run(tree, RESTORE, contact_id)
    assert messages(tree) == ["Ada Lovelace is back"]
    assert tree[ContactListState].total == 1


def test_undo_that_would_collide_says_so_and_can_be_tried_again(tree: Tree) -> None:
    contact_id = create(tree)
    run(tree, DELETE, contact_id)
    create(tree)
    run(tree, RESTORE, contact_id)
    assert messages(tree) == [
        "Ada Lovelace moved to trash",
        "Could not undo: A contact with this email already exists",
    ]
    assert tree[ContactListState].total == 1


@pytest.mark.parametrize("handler", [ConfirmDeleteState.ask, DELETE, RESTORE])
@pytest.mark.parametrize("bad_id", ["", "x", None, 5, [], {}, "\ud800", "a" * 60_000])
def test_a_contact_that_is_not_there_is_said(tree: Tree, handler: Any, bad_id: Any) -> None:
    create(tree)
    run(tree, handler, bad_id)
    assert messages(tree)[0].endswith("This contact no longer exists")
    assert tree[ConfirmDeleteState].is_open is False
    assert tree[ContactListState].total == 1


@pytest.mark.parametrize("handler", [ConfirmDeleteState.ask, DELETE, RESTORE])
def test_someone_elses_contact_is_like_none(tree: Tree, handler: Any) -> None:
    contact_id = create(tree)
    if handler is RESTORE:
        run(tree, DELETE, contact_id)
    total = tree[ContactListState].total
    other = signed_in()
    run(other, handler, contact_id)
    assert messages(other)[0].endswith("This contact no longer exists")
    run(tree, ContactListState.retry)
    assert tree[ContactListState].total == total


@pytest.mark.parametrize("handler", [ConfirmDeleteState.ask, DELETE, RESTORE])
def test_signed_out_is_asked_to_sign_in(tree: Tree, handler: Any) -> None:
    contact_id = create(tree)
    nobody = Tree("")
    run(nobody, handler, contact_id)
    shown = [*messages(nobody), nobody[ConfirmDeleteState].failure]
    assert any("Please sign in again" in message for message in shown)
    run(tree, ContactListState.retry)
    assert tree[ContactListState].total == 1


def test_what_comes_twice_is_done_once_and_says_nothing_more(tree: Tree) -> None:
    contact_id = create(tree)
    for _ in range(2):
        run(tree, DELETE, contact_id)
    assert messages(tree) == ["Ada Lovelace moved to trash"]
    undo = tree[NoticeState].notices[-1].id
    for _ in range(2):
        run(tree, RESTORE, contact_id, undo)
    assert messages(tree) == ["Ada Lovelace is back"]
    assert tree[ContactListState].total == 1


def test_a_deletion_sent_again_to_blank_states_offers_undo_once(tree: Tree) -> None:
    contact_id, key = create(tree), str(uuid4())
    run(tree, DELETE, contact_id, key)
    blank = Tree(tree.token_hash)
    for _ in range(2):
        done = run(blank, DELETE, contact_id, key)[-1]
        assert done.vars["ack"].startswith(f"{key} ")
    assert messages(blank) == ["Ada Lovelace moved to trash"]


def test_what_another_tab_deleted_is_not_found(tree: Tree) -> None:
    contact_id = create(tree)
    run(Tree(tree.token_hash), DELETE, contact_id)
    run(tree, DELETE, contact_id)
    assert messages(tree) == ["This contact no longer exists"]
    assert tree[ContactListState].total == 0


def test_a_failing_deletion_keeps_the_question_open(tree: Tree) -> None:
    contact_id = create(tree)
    run(tree, ConfirmDeleteState.ask, contact_id)
    with sqlite3.connect(str(get_engine().url.database)) as other:
        other.execute("ALTER TABLE contact RENAME TO away")
    other.close()
    done = run(tree, DELETE, contact_id)[-1]
    assert (done.vars["is_open"], done.vars["is_deleting"]) == (True, False)
    assert done.vars["failure"].startswith("Could not save right now")


def test_deleting_the_contact_being_edited_empties_the_form(tree: Tree) -> None:
    contact_id = create(tree)
    run(tree, ContactFormState.edit_contact, contact_id)
    run(tree, DELETE, contact_id)
    assert tree[ContactFormState].contact_id == ""


def test_notices_can_be_dismissed_and_do_not_pile_up(tree: Tree) -> None:
    for number in range(MAX_NOTICES + 2):
        run(tree, DELETE, create(tree, email=f"{number}@example.com"))
    assert len(messages(tree)) == MAX_NOTICES
    for _ in range(3):
        run(tree, DELETE, "x")
    assert len(messages(tree)) == MAX_NOTICES
    assert messages(tree)[-1] == "This contact no longer exists"
    run(tree, NoticeState.dismiss, tree[NoticeState].notices[0].id)
    assert len(messages(tree)) == MAX_NOTICES - 1


def test_a_section_that_failed_gets_a_reference_into_the_log(tree: Tree, read_log: ReadLog) -> None:
    run(tree, SectionErrorState.report, "list", "TypeError: " + "x" * 60_000, ["stack"])
    reference = tree[SectionErrorState].list_reference
    log = read_log()
    assert log.count(reference) == 1
    assert "TypeError" in log
    assert len(log) < 10_000
    run(tree, SectionErrorState.report, "__class__", "", "")
    assert tree[SectionErrorState].form_reference == ""
