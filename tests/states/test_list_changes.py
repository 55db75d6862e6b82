"""What the page is sent when the list changes, and that it draws the same rows with it."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

import pytest

from crm_app.reflex_seam import tab_states
from crm_app.schemas.contact_rows import (
    MAX_CHANGED,
    NO_CONTACT,
    Change,
    ContactRow,
    change_between,
)
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import MAX_CHANGES, ContactListState
from crm_app.states.notice import NoticeState
from tests.driving import Tree, run
from tests.factories import form
from tests.states.forms import UPDATE, create, open_form
from tests.visitor import changed

LIST = ContactListState.get_full_name()


def rows(*names: str) -> list[ContactRow]:
    """Return a row for each name, which is its id, too."""
    return [replace(NO_CONTACT, id=name, name=name) for name in names]


def renamed(row: ContactRow) -> ContactRow:
    return replace(row, name=f"{row.name} changed", version=row.version + 1)


def drawn(old: Sequence[ContactRow], change: Change) -> list[Any]:
    """Return what the page makes of the old rows."""
    return changed([asdict(row) for row in old], asdict(change))


def outline(change: Change | None) -> tuple[list[str], list[tuple[int, str]]] | None:
    """Return the ids of the rows that go, and the places and names of those that are put."""
    return change and (change.removed, [(placed.place, placed.row.name) for placed in change.put])


OLD = rows("a", "b", "c", "d")
A, B, C, D = OLD


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD, ([], [])),
        ([*rows("new"), *OLD], ([], [(0, "new")])),
        ([A, B, *rows("new"), C, D], ([], [(2, "new")])),
        ([*OLD, *rows("new")], ([], [(4, "new")])),
        ([*rows("x", "y"), *OLD], ([], [(0, "x"), (1, "y")])),
        ([A, renamed(B), C, D], ([], [(1, "b changed")])),
        ([A, C, D], (["b"], [])),
        ([*rows("new"), A, B, C], (["d"], [(0, "new")])),
        ([renamed(D), A, B, C], ([], [(0, "d changed")])),
        ([B, renamed(A), C, D], ([], [(1, "a changed")])),
        ([], (["a", "b", "c", "d"], [])),
    ],
)
def test_a_change_makes_the_new_rows_of_the_old_ones(
    new: list[ContactRow], expected: tuple[list[str], list[tuple[int, str]]]
) -> None:
    change = change_between(OLD, new, 7)
    assert change is not None
    assert outline(change) == expected
    assert change.sequence == 7
    assert drawn(OLD, change) == [asdict(row) for row in new]


def test_more_than_five_rows_are_sent_as_a_whole_list() -> None:
    new = rows(*"uvwxyz")
    assert len(outline(change_between([], new[:MAX_CHANGED], 1)) or ()) == 2
    assert change_between([], new, 1) is None
    assert change_between(new, [], 1) is None
    assert change_between([*OLD, *new], [renamed(A), renamed(B), C, D], 1) is None


def test_rows_that_only_changed_places_are_sent_as_a_whole_list() -> None:
    assert change_between(OLD, [B, A, C, D], 1) is None
    assert change_between(OLD, [*rows("new"), D, A, B, C], 1) is None


@pytest.mark.parametrize("new", [[A, B, C, D, A], [A, A, B, C, D]])
def test_a_row_that_is_there_twice_is_never_left_to_the_page(new: list[ContactRow]) -> None:
    assert change_between(OLD, new, 1) is None


def test_any_change_that_is_sent_is_right() -> None:
    chance, sent = random.Random(5), 0
    for _ in range(2_000):
        old = rows(*chance.sample("abcdefgh", chance.randrange(9)))
        kept = [row if chance.random() < 0.8 else renamed(row) for row in old]
        kept = [row for row in kept if chance.random() < 0.8]
        for row in rows(*chance.sample("xyz", chance.randrange(4))):
            kept.insert(chance.randrange(len(kept) + 1), row)
        if chance.random() < 0.2:
            chance.shuffle(kept)
        if change := change_between(old, kept, 1):
            sent += 1
            assert drawn(old, change) == [asdict(row) for row in kept]
    assert sent > 1_000


class PageOf:
    """The page of a tab: it draws what it is sent after each event."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.sent = tree, []
        self.sequence, self.rows = 0, []
        self.take()

    def take(self) -> dict[str, Any]:
        """Take what is due; return it."""
        state = self.tree[ContactListState]
        update = asyncio.run(tab_states.take_delta(state)).delta.get(LIST, {})
        sent = {name.removesuffix("_rx_state_"): value for name, value in update.items()}
        if "contacts" in sent:
            assert "sequence" in sent
            self.rows = [asdict(row) for row in sent["contacts"]]
            self.sequence = sent["sequence"]
        for change in sent.get("changes", []):
            if change.sequence > self.sequence:
                assert change.sequence == self.sequence + 1
                self.rows, self.sequence = changed(self.rows, asdict(change)), change.sequence
        return sent

    def do(self, handler: Any, *arguments: Any) -> dict[str, Any]:
        run(self.tree, handler, *arguments)
        return self.take()

    def reload(self) -> tuple[list[Any], int]:
        """Return rows and sequence of a page that is sent everything."""
        state = self.tree[ContactListState]
        sequence, rows_now = state.sequence, [asdict(row) for row in state.contacts]
        for change in state.changes:  # a page that has these rows makes none of them again
            assert change.sequence <= sequence
        return rows_now, sequence


@pytest.fixture
def page(tree: Tree) -> PageOf:
    return PageOf(tree)


def create_contact(page: PageOf, number: int) -> dict[str, Any]:
    fields = form(name=f"Person {number}", email=f"p{number}@example.com")
    return page.do(ContactFormState.create_contact, fields)


def test_a_page_that_loads_again_has_what_the_changes_made(page: PageOf) -> None:
    for number in range(8):
        create_contact(page, number)
        assert page.reload() == (page.rows, page.sequence)
    ids = [row["id"] for row in page.rows]
    steps: list[Callable[[], Any]] = [
        lambda: page.do(UPDATE, open_form(page.tree, ids[3]) | {"name": "Changed"}),
        lambda: page.do(ConfirmDeleteState.delete_contact, ids[0]),
        lambda: page.do(ConfirmDeleteState.delete_contact, ids[5]),
        lambda: page.do(NoticeState.restore_contact, ids[0]),
        lambda: page.do(ContactListState.get_contacts, "changed"),
        lambda: page.do(ContactListState.get_contacts, ""),
        lambda: page.do(ContactListState.retry),
        lambda: page.do(ContactListState.resend),
    ]
    for step in steps:
        step()
        assert page.reload() == (page.rows, page.sequence)
    assert [row["name"] for row in page.rows if row["id"] == ids[3]] == ["Changed"]


def test_a_change_of_one_contact_sends_its_row_and_no_other(page: PageOf) -> None:
    for number in range(8):
        create_contact(page, number)
    sent = create_contact(page, 8)
    assert {"contacts", "sequence"}.isdisjoint(sent)
    assert [[placed.row.name for placed in change.put] for change in sent["changes"]] == [
        ["Person 8"]
    ]


def test_a_list_that_has_not_changed_sends_no_rows(page: PageOf) -> None:
    create_contact(page, 1)
    assert {"contacts", "sequence", "changes"}.isdisjoint(page.do(ContactListState.load))


def test_changes_of_several_actions_at_once_are_all_made(page: PageOf) -> None:
    for number in range(MAX_CHANGES):
        fields = form(email=f"{number}@example.com")
        run(page.tree, ContactFormState.create_contact, fields)
    page.take()
    assert page.reload() == (page.rows, page.sequence)
    assert len(page.rows) == MAX_CHANGES


def test_a_page_that_missed_a_change_is_sent_the_whole_list(page: PageOf) -> None:
    for number in range(MAX_CHANGES + 1):  # one more than it is sent
        fields = form(email=f"{number}@example.com")
        run(page.tree, ContactFormState.create_contact, fields)
    sent = page.tree[ContactListState].changes
    assert sent[0].sequence > page.sequence + 1
    asyncio.run(tab_states.take_delta(page.tree[ContactListState]))
    sent = page.do(ContactListState.resend)
    assert len(sent["contacts"]) == MAX_CHANGES + 1
    assert page.reload() == (page.rows, page.sequence)


def test_a_page_whose_rows_were_dropped_gets_them_with_their_sequence(page: PageOf) -> None:
    for number in range(3):
        create_contact(page, number)
    state = page.tree[ContactListState]
    state._forget_rows()
    asyncio.run(state._remember_rows())
    page.take()
    assert page.reload()[0] == page.rows
    create_contact(page, 3)
    assert page.reload() == (page.rows, page.sequence)


def test_new_rows_have_the_version_that_the_server_judges_by(tree: Tree) -> None:
    contact_id = create(tree)
    run(tree, UPDATE, open_form(tree, contact_id) | {"notes": "more"})
    row = tree[ContactListState].contacts[0]
    assert (row.version, row.notes, row.updated_at > row.created_at) == (2, "more", True)
