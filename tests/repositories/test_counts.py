"""Counts are kept until the book changes, and are never those of another moment."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.event import listen, remove
from sqlmodel import col

from crm_app.database.engine import get_engine
from crm_app.database.models import AddressBook
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.contact_query import ContactQuery
from crm_app.repositories import contact_search, contacts, counts
from crm_app.services import contacts as service
from crm_app.services.samples import loading, seeding
from tests.driving import actor_of, signed_in
from tests.services.steps import create, delete, get_all, restore, update

QUERIES = ("", "ada", "example.com", "ada example", "nobody")


@pytest.fixture
def actor(database: str) -> Actor:
    return actor_of(signed_in())


@pytest.fixture
def on_sqlite(sqlite: str) -> Actor:
    return actor_of(signed_in())


@contextmanager
def counting() -> Iterator[list[str]]:
    """Note the statements that count."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "count(" in statement:
            statements.append(statement)

    listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        remove(Engine, "before_cursor_execute", note)


def total(actor: Actor, query: str = "") -> int:
    """Return the total beside a page of one contact, which does not show it."""
    return get_all(actor, query, limit=1).total


def totals(actor: Actor) -> list[int]:
    return [total(actor, query) for query in QUERIES]


def counted(actor: Actor) -> list[int]:
    """Count without what is kept."""
    with transaction(read_only=True) as db:
        return [contact_search.count(db, actor, ContactQuery(query)) for query in QUERIES]


def revision_of(actor: Actor) -> int:
    with transaction(read_only=True) as db:
        statement = sa.select(col(AddressBook.revision)).where(col(AddressBook.id) == actor.book_id)
        return db.connection().scalar(statement) or 0


def add_some(actor: Actor, number: int = 3) -> None:
    for each in range(number):
        create(actor, name=f"Ada {each}", email=f"ada{each}@example.com")


def test_a_count_is_kept_for_each_query(on_sqlite: Actor) -> None:
    add_some(on_sqlite)
    with counting() as statements:
        assert [totals(on_sqlite) for _ in range(3)] == [[3, 3, 3, 3, 0]] * 3
    assert len(statements) == 3  # all contacts are counted by their blocks, nobody by the page


def test_pages_of_a_query_are_counted_once(on_sqlite: Actor) -> None:
    add_some(on_sqlite, 5)
    first = get_all(on_sqlite, "ada", limit=2)
    with counting() as statements, transaction(read_only=True) as db:
        query = ContactQuery("ada", 2, after=first.next)
        page = service.get_contacts(db, on_sqlite, query=query)
    assert (page.total, len(page.contacts), statements) == (5, 2, [])


def test_it_is_exact_after_every_change(actor: Actor) -> None:
    pick, others = random.Random(1), actor_of(signed_in())
    add_some(others)
    for number in range(60):
        listed = get_all(actor, limit=1000).contacts
        match pick.choice(("create", "create", "update", "rename", "delete", "restore")):
            case "create":
                create(actor, name=pick.choice(("Ada", "Eve")), email=f"{number}@example.com")
            case "update" if listed:
                update(actor, pick.choice(listed), notes=f"{number}")
            case "rename" if listed:
                update(actor, pick.choice(listed), name=pick.choice(("Ada", "Eve")))
            case "delete" if listed:
                delete(actor, pick.choice(listed).id)
            case "restore" if listed:
                restore(actor, delete(actor, pick.choice(listed).id).id)
            case _:
                continue
        assert totals(actor) == counted(actor)
    assert total(others) == 3


def test_it_is_exact_after_changes_of_many(actor: Actor) -> None:
    with transaction() as db:
        first_id = loading.load_samples(db, actor)
    assert totals(actor) == counted(actor)
    with transaction() as db:
        loading.remove_samples(db, actor, first_id=first_id)
    assert totals(actor) == counted(actor) == [0] * 5
    with transaction() as db:
        batch = seeding.make_batch(seeding.make_plan(db, actor, count=300), 0)
        seeding.add_batch(db, Caller(), batch=batch)
    assert totals(actor) == counted(actor)
    assert total(actor) == 300


def test_it_is_exact_in_both_books_after_a_move(actor: Actor) -> None:
    guest = actor_of(signed_in())
    for each in (actor, guest):
        add_some(each)
    for contact in get_all(guest).contacts:
        update(guest, contact, email=f"eve.{contact.email}")
    assert (total(actor), total(guest)) == (3, 3)
    with transaction() as db:
        ids = contacts.list_ids(db, guest.book_id, 1)
        contacts.move(db, guest.book_id, ids, actor.book_id, actor.account_id)
    assert (totals(actor), totals(guest)) == (counted(actor), counted(guest))
    assert (total(actor), total(guest)) == (4, 2)


def test_it_is_exact_after_a_removal_for_good(actor: Actor) -> None:
    add_some(actor)
    assert total(actor, "ada") == 3
    with transaction() as db:
        ids = contacts.list_ids(db, actor.book_id, 1)
        contacts.remove(db, actor.book_id, ids)
    assert total(actor, "ada") == 2


def test_it_is_exact_after_a_change_by_another_program(on_sqlite: Actor) -> None:
    add_some(on_sqlite)
    assert total(on_sqlite, "ada") == 3
    with closing(sqlite3.connect(str(get_engine().url.database))) as other, other:
        other.execute("UPDATE contact SET search_text = '  eve' WHERE name = 'Ada 0'")
    assert total(on_sqlite, "ada") == 2
    with closing(sqlite3.connect(str(get_engine().url.database))) as other, other:
        other.execute("DELETE FROM contact WHERE name = 'Ada 1'")
    assert total(on_sqlite) == 2


def test_two_books_at_the_same_revision_have_their_own(on_sqlite: Actor) -> None:
    other = actor_of(signed_in())
    add_some(on_sqlite)
    add_some(other, 2)
    create(other, name="Eve", email="eve@example.com")
    assert revision_of(on_sqlite) == revision_of(other)
    assert (total(on_sqlite, "ada"), total(other, "ada")) == (3, 2)


def test_a_change_of_another_book_keeps_it(on_sqlite: Actor) -> None:
    add_some(on_sqlite)
    other = actor_of(signed_in())
    assert total(on_sqlite, "ada") == 3
    add_some(other)
    with counting() as statements:
        assert total(on_sqlite, "ada") == 3
    assert statements == []


def test_a_reader_of_an_earlier_moment_gets_and_leaves_its_own(on_sqlite: Actor) -> None:
    add_some(on_sqlite)
    query = ContactQuery("ada", 1)
    with transaction(read_only=True) as db:
        contact_search.search(db, on_sqlite, query)
        create(on_sqlite, name="Ada 4", email="ada4@example.com")
        assert total(on_sqlite, "ada") == 4
        assert contact_search.count(db, on_sqlite, query) == 3
        assert total(on_sqlite, "ada") == 4


def test_what_is_rolled_back_is_not_kept(on_sqlite: Actor) -> None:
    add_some(on_sqlite)
    query = ContactQuery("ada", 1)

    def change_and_fail() -> None:
        with transaction() as db:
            db.connection().exec_driver_sql("UPDATE contact SET search_text = '  eve' WHERE id = 1")
            assert contact_search.count(db, on_sqlite, query) == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    with transaction() as db:  # the same number of the revision for another change
        db.connection().exec_driver_sql("UPDATE contact SET search_text = '  ada' WHERE id = 1")
    assert total(on_sqlite, "ada") == 3


def test_the_revision_grows_with_what_searches_find(on_sqlite: Actor) -> None:
    add_some(on_sqlite, 1)
    (contact,) = get_all(on_sqlite).contacts
    seen = [revision_of(on_sqlite)]
    for change in (
        lambda: update(on_sqlite, contact, name="Eve"),
        lambda: delete(on_sqlite, contact.id),
        lambda: restore(on_sqlite, contact.id),
    ):
        change()
        seen.append(revision_of(on_sqlite))
    assert seen == sorted(set(seen))


def test_those_used_last_stay(on_sqlite: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MAX_COUNTS", 2)
    add_some(on_sqlite)
    for query in ("ada", "example", "ada", "com"):
        assert total(on_sqlite, query) == 3
    with counting() as statements:
        assert total(on_sqlite, "ada") == total(on_sqlite, "com") == 3
    assert statements == []
    with counting() as statements:
        assert total(on_sqlite, "example") == 3
    assert len(statements) == 1
    create(on_sqlite, name="Ada 3", email="ada3@example.com")
    assert total(on_sqlite, "com") == total(on_sqlite, "ada") == 4
    with counting() as statements:
        assert total(on_sqlite, "com") == 4
    assert statements == []


def test_postgresql_counts_once_too(postgres_database: str) -> None:
    actor = actor_of(signed_in())
    add_some(actor)
    with counting() as statements:
        with transaction(read_only=True) as db:
            assert contact_search.count(db, actor, ContactQuery("ada")) == 3
        with transaction(read_only=True) as db:
            assert contact_search.count(db, actor, ContactQuery("ada")) == 3
    assert len(statements) == 1
    assert revision_of(actor) == 3
