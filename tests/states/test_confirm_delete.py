"""Deleting, and taking it back."""

import sqlite3
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest

from crm_app.database.engine import get_engine
from crm_app.states.confirm_delete import STALE, ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import MAX_NOTICES, NoticeState
from crm_app.states.section_error import SectionErrorState
from tests.conftest import ReadLog
from tests.driving import Tree, run, signed_in
from tests.factories import form
from tests.states.forms import UPDATE, open_form

DELETE = ConfirmDeleteState.delete_contact
RESTORE = NoticeState.restore_contact


def create(tree: Tree, **fields: object) -> str:
    run(tree, ContactFormState.create_contact, form(**fields))
    return tree[ContactListState].contacts[0].id


def messages(tree: Tree) -> list[str]:
    return [notice.message for notice in tree[NoticeState].notices]


def test_deletes_and_offers_undo(tree: Tree) -> None:
    contact_id, key = create(tree), str(uuid4())
    pending, done = run(tree, DELETE, contact_id, key)
    assert (pending.vars["is_deleting"], pending.vars["done_key"]) == (True, "")
    assert (done.vars["is_deleting"], done.vars["done_key"]) == (False, key)
    assert (done.vars["failure"], done.vars["failed_key"]) == ("", "")
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


@pytest.mark.parametrize("handler", [DELETE, RESTORE])
@pytest.mark.parametrize("bad_id", ["", "x", None, 5, [], {}, "\ud800", "a" * 60_000])
def test_a_contact_that_is_not_there_is_said(tree: Tree, handler: Any, bad_id: Any) -> None:
    create(tree)
    run(tree, handler, bad_id)
    assert messages(tree)[0].endswith("This contact no longer exists")
    assert tree[ConfirmDeleteState].failure == ""
    assert tree[ContactListState].total == 1


@pytest.mark.parametrize("handler", [DELETE, RESTORE])
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


@pytest.mark.parametrize("handler", [DELETE, RESTORE])
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


def test_a_failing_deletion_is_not_over_and_can_be_tried_again(tree: Tree) -> None:
    contact_id, key = create(tree), str(uuid4())
    with closing(sqlite3.connect(str(get_engine().url.database))) as other:
        other.execute("ALTER TABLE contact RENAME TO away")
        done = run(tree, DELETE, contact_id, key)[-1].vars
        other.execute("ALTER TABLE away RENAME TO contact")
    assert done["failure"].startswith("Could not save right now")
    assert (done["done_key"], done["failed_key"], done["is_deleting"]) == ("", key, False)
    assert done["ack"].startswith(f"{key} ")
    again = run(tree, DELETE, contact_id, key)[-1].vars
    assert (again["done_key"], again["failed_key"], again["failure"]) == (key, "", "")
    assert tree[ContactListState].total == 0


class TestStale:
    """The question named a contact that was changed meanwhile."""

    @pytest.fixture
    def contact_id(self, tree: Tree) -> str:
        """A contact whose second version the tab does not know."""
        contact_id, second = create(tree), Tree(tree.token_hash)
        run(second, UPDATE, open_form(second, contact_id) | {"name": "Ada King"})
        return contact_id

    def test_it_stays_and_the_list_shows_what_it_is_now(self, tree: Tree, contact_id: str) -> None:
        key = str(uuid4())
        done = run(tree, DELETE, contact_id, key, 1)[-1].vars
        assert (done["failure"], done["failed_key"], done["done_key"]) == (STALE, key, "")
        shown = tree[ContactListState]
        row = shown.contacts[0]
        assert (shown.total, row.name, row.version) == (1, "Ada King", 2)
        assert messages(tree) == []

    def test_the_version_that_is_shown_then_is_deleted(self, tree: Tree, contact_id: str) -> None:
        run(tree, DELETE, contact_id, str(uuid4()), 1)
        key = str(uuid4())
        done = run(tree, DELETE, contact_id, key, tree[ContactListState].contacts[0].version)[-1]
        assert (done.vars["done_key"], done.vars["failure"]) == (key, "")
        assert messages(tree) == ["Ada King moved to trash"]

    @pytest.mark.parametrize("version", [-1, 3, 2**70])
    def test_a_version_that_never_was_is_stale(
        self, tree: Tree, contact_id: str, version: int
    ) -> None:
        assert run(tree, DELETE, contact_id, "", version)[-1].vars["failure"] == STALE
        assert tree[ContactListState].total == 1

    def test_a_deletion_that_was_done_is_not_stale_when_it_is_sent_again(
        self, tree: Tree, contact_id: str
    ) -> None:
        key = str(uuid4())
        for _ in range(2):
            done = run(tree, DELETE, contact_id, key, 2)[-1].vars
            assert (done["done_key"], done["failure"]) == (key, "")
        assert messages(tree) == ["Ada King moved to trash"]

    def test_somebody_elses_version_says_nothing(self, contact_id: str) -> None:
        other = signed_in()
        run(other, DELETE, contact_id, "", 1)
        assert other[ConfirmDeleteState].failure == ""
        assert messages(other) == ["This contact no longer exists"]


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
