"""The opened contact: it is in the list or not, it changes, and it may be missing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from crm_app.database.engine import get_engine
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState
from tests.driving import Tree, run, signed_in
from tests.states.forms import UPDATE, create, open_form

OPEN = ContactListState.open_contact
DELETE = ConfirmDeleteState.delete_contact


def shown(tree: Tree) -> tuple[str | None, str]:
    """Return the name of the opened contact, and which one is missing."""
    state = tree[ContactListState]
    return state.opened and state.opened.name, state.missing_id


@contextmanager
def without_contacts() -> Iterator[None]:
    """Let every statement about contacts fail."""
    path = str(get_engine().url.database)
    with closing(sqlite3.connect(path)) as other:
        other.execute("ALTER TABLE contact RENAME TO away")
        yield
        other.execute("ALTER TABLE away RENAME TO contact")


@pytest.fixture
def contact_id(tree: Tree) -> str:
    """Ada, the older of two contacts."""
    contact_id = create(tree, name="Ada")
    create(tree, name="Grace", email="grace@example.com")
    return contact_id


def test_a_contact_of_the_list_is_opened_without_the_database(tree: Tree, contact_id: str) -> None:
    with without_contacts():
        run(tree, OPEN, contact_id)
    assert shown(tree) == ("Ada", "")
    assert tree[ContactListState].opened in tree[ContactListState].contacts


def test_a_contact_that_is_not_in_the_list_is_loaded(tree: Tree, contact_id: str) -> None:
    run(tree, ContactListState.get_contacts, "grace")
    run(tree, OPEN, contact_id)
    assert shown(tree) == ("Ada", "")
    assert [row.name for row in tree[ContactListState].contacts] == ["Grace"]


def test_the_address_names_the_contact_to_open(tree: Tree, contact_id: str) -> None:
    blank = Tree(tree.token_hash, f"q=grace&contact={contact_id}")
    run(blank, ContactListState.load)
    assert shown(blank) == ("Ada", "")
    blank.visit("contact=x")
    run(blank, ContactListState.load)
    assert shown(blank) == (None, "x")


@pytest.mark.parametrize("missing", ["x", "01920000-0000-7000-8000-000000000000"])
def test_a_missing_contact_is_named_and_nothing_is_shown(
    tree: Tree, contact_id: str, missing: str
) -> None:
    run(tree, OPEN, contact_id)
    run(tree, OPEN, missing)
    assert shown(tree) == (None, missing)
    run(tree, OPEN, contact_id)
    assert shown(tree) == ("Ada", "")


@pytest.mark.parametrize("nonsense", ["\ud800", "a" * 60_000, None, 5, [], {}])
def test_whatever_is_asked_for_can_be_sent_to_the_page(tree: Tree, nonsense: Any) -> None:
    run(tree, OPEN, nonsense)
    opened, missing_id = shown(tree)
    assert opened is None
    missing_id.encode()


def test_somebody_elses_contact_is_like_none(tree: Tree, contact_id: str) -> None:
    other = signed_in()
    run(other, OPEN, contact_id)
    assert shown(other) == (None, contact_id)


def test_signed_out_nothing_is_opened(contact_id: str) -> None:
    nobody = Tree("")
    run(nobody, OPEN, contact_id)
    assert shown(nobody) == (None, "")


def test_while_the_database_fails_what_is_shown_stays(tree: Tree, contact_id: str) -> None:
    run(tree, OPEN, contact_id)
    run(tree, ContactListState.get_contacts, "grace")
    with without_contacts():
        run(tree, OPEN, "01920000-0000-7000-8000-000000000000")
        assert shown(tree) == ("Ada", "")
        run(tree, ContactListState.retry)
        assert shown(tree) == ("Ada", "")


@pytest.mark.parametrize("query", ["", "grace"])
def test_a_change_in_another_tab_is_followed(tree: Tree, contact_id: str, query: str) -> None:
    run(tree, OPEN, contact_id)
    run(tree, ContactListState.get_contacts, query)
    second = Tree(tree.token_hash)
    run(second, UPDATE, open_form(second, contact_id) | {"name": "Ada King"})
    run(tree, ContactListState.retry)
    assert shown(tree) == ("Ada King", "")
    run(second, DELETE, contact_id)
    run(tree, ContactListState.retry)
    assert shown(tree) == (None, contact_id)


def test_an_own_update_is_shown(tree: Tree, contact_id: str) -> None:
    run(tree, OPEN, contact_id)
    run(tree, UPDATE, open_form(tree, contact_id) | {"name": "Ada King"})
    assert shown(tree) == ("Ada King", "")


@pytest.mark.parametrize("query", ["", "grace"])
def test_a_contact_that_was_brought_back_is_shown_again(
    tree: Tree, contact_id: str, query: str
) -> None:
    run(tree, OPEN, contact_id)
    run(tree, ContactListState.get_contacts, query)
    run(tree, DELETE, contact_id)
    assert shown(tree) == (None, contact_id)
    run(tree, NoticeState.restore_contact, contact_id)
    assert shown(tree) == ("Ada", "")


def test_what_has_not_changed_is_not_sent_again(tree: Tree, contact_id: str) -> None:
    run(tree, OPEN, contact_id)
    state: Any = tree[ContactListState]
    state._clean()
    run(tree, ContactListState.retry)
    assert "opened" not in state.dirty_vars
