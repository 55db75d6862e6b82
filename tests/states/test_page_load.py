"""What a page load takes back of what was said on the page before, and what it keeps."""

import asyncio

import pytest
from reflex.state import State

from crm_app.database.engine import get_engine
from crm_app.states.account import PASSWORD_CHANGED, AccountState
from crm_app.states.authorization import forget_messages
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState
from crm_app.states.section_error import SectionErrorState
from crm_app.states.sign_in import SignInState
from tests.driving import Tree, run
from tests.factories import form


def load_page(tree: Tree) -> None:
    asyncio.run(forget_messages(tree[State]))


def test_errors_of_the_form_go_and_its_values_stay(tree: Tree) -> None:
    run(tree, ContactFormState.update_contact, form(name="", contact_id="missing"))
    state = tree[ContactFormState]
    state.missing = state.conflict = "x"
    kept = (state.form_key, state.contact_id, state.name, state.saved_key)
    load_page(tree)
    said = (state.message, state.field_errors, state.refused_key, state.ack)
    assert said == ("", {}, "", "")
    assert (state.missing, state.conflict) == ("", "")
    assert (state.form_key, state.contact_id, state.name, state.saved_key) == kept


def test_what_a_deletion_failed_with_goes_and_that_one_is_over_stays(tree: Tree) -> None:
    state = tree[ConfirmDeleteState]
    state.failure, state.failed_key = "Could not save right now.", "key"
    state.ack, state.done_key = "key word", "another key"
    load_page(tree)
    assert (state.failure, state.failed_key, state.ack) == ("", "", "")
    assert state.done_key == "another key"


def test_only_notices_with_undo_stay(tree: Tree) -> None:
    notices = tree[NoticeState]
    notices._add("Ada moved to trash", contact_id="1")
    notices._add("Something went wrong", is_error=True)
    load_page(tree)
    assert [notice.message for notice in notices.notices] == ["Ada moved to trash"]


def test_references_of_broken_sections_go(tree: Tree) -> None:
    tree[SectionErrorState].list_reference = "0000-0000"
    load_page(tree)
    assert tree[SectionErrorState].list_reference == ""


@pytest.mark.parametrize("is_success", [False, True])
def test_messages_of_the_forms_about_accounts_go(tree: Tree, is_success: bool) -> None:
    tree[SignInState]._say("Wrong")
    tree[SignInState].field_errors = {"email": "Enter an email address"}
    tree[AccountState]._say("Said", is_success=is_success)
    load_page(tree)
    assert (tree[SignInState].message, tree[SignInState].field_errors) == ("", {})
    assert tree[AccountState].message == ""


def test_the_account_view_is_closed_and_says_that_the_password_was_changed(tree: Tree) -> None:
    run(tree, AccountState.open)
    load_page(tree)
    assert tree[AccountState].is_open is False
    run(tree, AccountState.say_password_changed)
    run(tree, AccountState.open)
    assert (tree[AccountState].is_open, tree[AccountState].message) == (True, PASSWORD_CHANGED)


def test_a_form_that_was_accepted_does_not_come_back(tree: Tree) -> None:
    sign_in = tree[SignInState]
    for is_accepted, view in ((False, "sign-up"), (True, "")):
        sign_in.view, sign_in._is_accepted = "sign-up", is_accepted
        load_page(tree)
        assert sign_in.view == view


def test_the_list_of_the_page_before_waits_for_its_load(sqlite: str, tree: Tree) -> None:
    run(tree, ContactFormState.create_contact, form())
    contacts = tree[ContactListState]
    contacts._begin_again()
    assert not contacts.is_loaded
    run(tree, ContactListState.load)
    assert contacts.is_loaded
    contacts._begin_again()
    with get_engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE contact RENAME TO away")
    run(tree, ContactListState.load)
    assert contacts.failure
    assert contacts.is_loaded  # its rows are better than none
