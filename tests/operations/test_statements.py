"""How many transactions and statements an action takes, its session included."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.event import listen, remove

from crm_app.operations.known_sessions import known_sessions
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState
from tests.driving import Tree, run, signed_in
from tests.factories import form

CONTROL = ("BEGIN", "PRAGMA")  # which open a transaction on SQLite


@pytest.fixture
def tree(database: str) -> Tree:
    return signed_in()


@contextmanager
def counted() -> Iterator[tuple[Counter[str], Counter[str]]]:
    """Count transactions and statements by the pool of threads that they run in."""
    transactions: Counter[str] = Counter()
    statements: Counter[str] = Counter()

    def pool() -> str:
        return threading.current_thread().name.partition("_")[0]

    def begin(_connection: Any) -> None:
        transactions[pool()] += 1

    def execute(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements[pool()] += not statement.startswith(CONTROL)

    listen(Engine, "begin", begin)
    listen(Engine, "before_cursor_execute", execute)
    try:
        yield transactions, statements
    finally:
        remove(Engine, "begin", begin)
        remove(Engine, "before_cursor_execute", execute)


def edited(tree: Tree) -> dict[str, object]:
    row = tree[ContactListState].contacts[0]
    own = {"contact_id": row.id, "version": "1", "name": "Changed", "idempotency_key": str(uuid4())}
    return form(email=row.email) | own


ACTIONS = {
    "create": lambda _tree: (ContactFormState.create_contact, form(email="b@example.com")),
    "update": lambda tree: (ContactFormState.update_contact, edited(tree)),
    "delete": lambda tree: (
        ConfirmDeleteState.delete_contact,
        tree[ContactListState].contacts[0].id,
        str(uuid4()),
    ),
    "restore": lambda tree: (
        NoticeState.restore_contact,
        tree[NoticeState].notices[-1].contact_id,
        tree[NoticeState].notices[-1].id,
    ),
}


@pytest.mark.parametrize("is_known", [True, False], ids=["known session", "first action"])
@pytest.mark.parametrize("action", ACTIONS)
def test_a_write_is_one_transaction_and_its_refresh_another(
    tree: Tree, action: str, is_known: bool
) -> None:
    run(tree, ContactFormState.create_contact, form())
    if action == "restore":
        run(tree, *ACTIONS["delete"](tree))
    handler, *arguments = ACTIONS[action](tree)
    if not is_known:
        known_sessions.forget(tree.token_hash)
    with counted() as (transactions, statements):
        run(tree, handler, *arguments)
    assert transactions == {"write": 1, "read": 1}
    assert statements["write"] <= 6
    assert statements["read"] <= 3
    assert tree[ContactFormState].message in ("", "Contact created", "Contact updated")


def test_samples_are_loaded_in_one_transaction_and_removed_in_one(tree: Tree) -> None:
    for handler in (NoticeState.load_samples, NoticeState.remove_samples):
        samples = [notice.samples_id for notice in tree[NoticeState].notices]
        with counted() as (transactions, statements):
            run(tree, handler, *(samples or [str(uuid4())]))
        assert transactions == {"write": 1, "read": 1}
        assert statements["write"] <= 8
    assert tree[NoticeState].notices[-1].message == "Sample contacts removed"
