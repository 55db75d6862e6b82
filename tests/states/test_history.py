"""The history of the opened contact, and bringing former values back."""

import pytest

from crm_app.database.transaction import transaction
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import CHECK_FIELDS, ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.contacts.history import HistoryState
from crm_app.states.notice import Notice, NoticeState
from tests.driving import Tree, run, signed_in
from tests.states.forms import UPDATE, create, open_form
from tests.states.test_opened_contact import without_contacts

LOAD = HistoryState.load
RESTORE = HistoryState.restore_entry
MISSING = "0192d1c8-0000-7000-8000-000000000000"


@pytest.fixture
def contact_id(tree: Tree) -> str:
    """Ada, whose phone was changed from 1 to 2."""
    contact_id = create(tree, name="Ada", phone="1")
    change(tree, contact_id, phone="2")
    run(tree, ContactListState.open_contact, contact_id)
    return contact_id


def change(tree: Tree, contact_id: str, **fields: str) -> None:
    run(tree, UPDATE, open_form(tree, contact_id) | fields)


def shown(tree: Tree) -> list[tuple[str, list[tuple[str, str | None, str | None]]]]:
    entries = tree[HistoryState].entries
    return [(each.action, [(of.field, of.old, of.new) for of in each.changes]) for each in entries]


def opened(tree: Tree) -> tuple[str, int] | None:
    """Return phone and version of the opened contact."""
    row = tree[ContactListState].opened
    return row and (row.phone, row.version)


def last_notice(tree: Tree) -> Notice:
    return tree[NoticeState].notices[-1]


def test_the_history_is_read(tree: Tree, contact_id: str) -> None:
    run(tree, LOAD, contact_id)
    assert shown(tree) == [("updated", [("phone", "1", "2")]), ("created", [])]
    state = tree[HistoryState]
    assert (state.contact_id, state.start, state.before) == (contact_id, 0, 0)


def test_older_entries_are_a_page_of_their_own(tree: Tree, contact_id: str) -> None:
    run(tree, LOAD, contact_id, 2)
    assert shown(tree) == [("created", [])]
    assert tree[HistoryState].start == 2


@pytest.mark.parametrize("of", ["missing", "another's"])
def test_a_history_that_is_not_there_says_so(tree: Tree, contact_id: str, of: str) -> None:
    visitor = signed_in() if of == "another's" else tree
    asked = contact_id if of == "another's" else MISSING
    run(visitor, LOAD, asked)
    state = visitor[HistoryState]
    assert (state.failed_id, state.failure) == (asked, "This contact no longer exists")
    assert state.entries == []


def test_a_failure_keeps_the_entries_and_goes_with_the_next_load(
    tree: Tree, contact_id: str
) -> None:
    run(tree, LOAD, contact_id)
    with without_contacts():
        run(tree, LOAD, contact_id)
    assert tree[HistoryState].failure
    assert len(shown(tree)) == 2
    run(tree, LOAD, contact_id)
    assert tree[HistoryState].failure == ""


def test_restored_values_are_shown_with_undo(tree: Tree, contact_id: str) -> None:
    run(tree, RESTORE, contact_id, 2, 2)
    notice = last_notice(tree)
    assert (notice.message, notice.changed_id, notice.version) == (
        "Phone of Ada restored",
        contact_id,
        3,
    )
    assert opened(tree) == ("1", 3)
    assert not tree[NoticeState]._offers_undo(contact_id)  # of a deletion

    run(tree, HistoryState.undo_change, contact_id, 3, notice.id)
    assert [each.message for each in tree[NoticeState].notices] == ["Ada is as before"]
    assert opened(tree) == ("2", 4)


def test_an_entry_says_that_it_is_being_restored(tree: Tree, contact_id: str) -> None:
    steps = run(tree, RESTORE, contact_id, 2, 2)
    assert [step.vars["restoring"] for step in steps] == [2, 0]


def test_undo_is_done_once(tree: Tree, contact_id: str) -> None:
    run(tree, RESTORE, contact_id, 2, 2)
    notice = last_notice(tree)
    for _ in range(2):
        run(tree, HistoryState.undo_change, contact_id, 3, notice.id)
    run(tree, ContactListState.retry)
    assert tree[ContactListState].contacts[0].version == 4


def test_undo_after_another_change_says_what_was_changed(tree: Tree, contact_id: str) -> None:
    run(tree, RESTORE, contact_id, 2, 2)
    undo = last_notice(tree)
    change(tree, contact_id, phone="3")
    run(tree, HistoryState.undo_change, contact_id, 3, undo.id)
    assert last_notice(tree).is_error
    assert last_notice(tree).message.startswith("Could not undo: This contact was changed")
    assert undo in tree[NoticeState].notices


def test_several_fields_are_named(tree: Tree) -> None:
    contact_id = create(tree, name="Ada", phone="1", notes="one", company="A")
    change(tree, contact_id, phone="2", notes="two", company="B")
    run(tree, RESTORE, contact_id, 2, 2)
    assert last_notice(tree).message == "Company, phone and notes of Ada restored"


def test_values_that_are_there_already_are_said_to_be(tree: Tree, contact_id: str) -> None:
    for _ in range(2):
        run(tree, RESTORE, contact_id, 2, 2)
    assert last_notice(tree).message == "Ada has these values already"
    assert tree[ContactListState].contacts[0].version == 3


def test_an_email_that_is_used_again_opens_the_form(tree: Tree) -> None:
    contact_id = create(tree, name="Ada", email="ada@example.com")
    change(tree, contact_id, email="king@example.com", phone="2")
    create(tree, name="Other", email="ada@example.com")
    run(tree, RESTORE, contact_id, 2, 2)
    form = tree[ContactFormState]
    assert (form.contact_id, form.email) == (contact_id, "king@example.com")
    assert form.restored == '{"email": "ada@example.com", "phone": "+44 20 7946 0958"}'
    assert form.field_errors == {"email": "A contact with this email already exists"}
    assert form.message == CHECK_FIELDS
    assert tree[NoticeState].notices == []
    run(tree, ContactFormState.edit_contact, contact_id)
    assert (form.restored, form.field_errors) == ("", {})


def test_an_entry_of_a_deleted_contact_is_not_restored(tree: Tree, contact_id: str) -> None:
    second = Tree(tree.token_hash)
    run(second, ConfirmDeleteState.delete_contact, contact_id)
    run(tree, RESTORE, contact_id, 2, 2)
    assert last_notice(tree).message == "This contact no longer exists"
    assert tree[ContactListState].missing_id == contact_id


@pytest.mark.parametrize("handler", [RESTORE, HistoryState.undo_change])
def test_another_accounts_contact_is_not_changed(
    tree: Tree, contact_id: str, handler: object
) -> None:
    other = signed_in()
    run(other, handler, contact_id, 2, *([2] if handler is RESTORE else []))
    assert last_notice(other).message.endswith("This contact no longer exists")
    run(tree, ContactListState.retry)
    assert tree[ContactListState].contacts[0].version == 2


def test_a_session_that_has_ended_gets_nothing(tree: Tree, contact_id: str) -> None:
    run(tree, LOAD, contact_id)
    with transaction() as db:
        db.connection().exec_driver_sql("DELETE FROM browser_session")
    run(tree, LOAD, contact_id)
    assert tree[HistoryState].entries == []
