"""Search by the index finds what a look at every text finds, whatever was written before."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.event import listen, remove
from sqlmodel import Session, col

from crm_app.database.engine import get_engine
from crm_app.database.models import AddressBook, Contact
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.contact_list.cursor import Cursor
from crm_app.domain.contact_query import ContactQuery
from crm_app.domain.search_text import search_terms, search_text
from crm_app.repositories import books, contact_search, contacts
from crm_app.repositories.contact_list.parts import book_mark
from tests.driving import actor_of, signed_in
from tests.services.steps import create, delete, get_all, names, restore, seed, update

ODD_QUERIES = (
    *(
        "a",
        "e",
        "x",
        "王",
        "明",
        "王明",
        "a王",
        "-",
        "--",
        "'",
        '"',
        '""',
        'a"b',
        "*",
        "NEAR",
        "OR",
    ),
    *("AND", "NOT", "text:a", "(", "a OR b", "\x01", "\U000f0000", "\U000f0001", "𠮷", "❤️", "🇺🇦"),
    *("%", "_", "/", "\\", "+", "+1", "555", "555 01", "(202) 555-0143", "j r r", "mueller müller"),
    *("example.com", "maria example", "zzz qqq", "한", "ยน", "ก", "st. john", "o'", "a b c d e"),
    " ".join(f"{letter}" for letter in "abcdefghijklmnopqrstuvwxyz" * 20),
)
ODD_NAMES = (
    *(
        "a王b",
        "王 明",
        "王明",
        "A-B",
        "-",
        "...",
        "'",
        '"Ada" "',
        "x" * 100,
    ),
    *("x\U000f0000\U000f0001\U000f0002", "𠮷𠮷", "NEAR AND OR", "* text:a", "a  b", "%_/\\", "❤️🇺🇦"),
)


@pytest.fixture
def actor(database: str) -> Actor:
    return actor_of(signed_in())


def texts_of(actor: Actor) -> list[tuple[int, str]]:
    """Return id and search text of the active contacts, the newest first."""
    columns = (col(Contact.id), col(Contact.search_text))
    statement = contacts.active(actor).with_only_columns(*columns)
    with transaction(read_only=True) as db:
        found = db.connection().execute(statement.order_by(col(Contact.id).desc()))
        return [(row.id, row.search_text) for row in found]


def parts_of(texts: list[str], pick: random.Random) -> Iterator[str]:
    """Yield queries that are cut from the texts at random, and such that nearly are."""
    for text in texts:
        start = pick.randrange(len(text))
        part = text[start : start + pick.choice((1, 2, 3, 4, 8))]
        yield part
        yield f"{part}{pick.choice(texts)[:3]}"
        yield f"{part} {pick.choice(texts)[1:4]}"


def found(db: Session, actor: Actor, query: ContactQuery) -> list[Any]:
    return [row.public_id for row in contact_search.search(db, actor, query).rows]


def test_the_index_finds_the_contacts_whose_text_contains_all_terms(actor: Actor) -> None:
    seed(actor, 1_500)
    for number, name in enumerate(ODD_NAMES):
        create(actor, name=name, email=f"odd{number}@example.com")
    seed(actor_of(signed_in()), 200, number=2)  # whom nobody else finds
    pick = random.Random(1)
    texts = texts_of(actor)
    sampled = pick.sample([text for _, text in texts], 120)
    with transaction(read_only=True) as db:
        statement = contacts.active(actor).with_only_columns(
            col(Contact.id), col(Contact.public_id)
        )
        ids = {row.id: row.public_id for row in db.connection().execute(statement)}
    for text in (*ODD_QUERIES, *parts_of(sampled, pick)):
        terms = search_terms(text)
        expected = [i for i, stored in texts if all(term in stored for term in terms)]
        query = ContactQuery(text, limit=20)
        with transaction(read_only=True) as db:
            assert contact_search.count(db, actor, query) == len(expected), text
            assert found(db, actor, query) == [ids[i] for i in expected[:20]], text
            if len(expected) > 30:
                after = Cursor(query.identity, "", expected[10])
                page = found(db, actor, replace(query, after=after))
                assert page == [ids[i] for i in expected[11:31]], text


def test_a_contact_cannot_pretend_to_be_of_another_book(actor: Actor) -> None:
    other = actor_of(signed_in())
    mark = book_mark(other.book_id)
    assert mark not in search_text(f"{mark} Ada")
    create(actor, name=f"{mark[1:]} Ada", email="ada@example.com")
    assert get_all(other, "ada").total == 0
    assert get_all(actor, "ada").total == 1


@pytest.mark.parametrize("number", [59_999, 60_000, 120_001, 3_000_000_000])
def test_books_of_any_number_have_a_search(sqlite: str, number: int) -> None:
    texts = {number: "Ada", number + 1: "Grace"}
    with transaction() as db:
        for book_id, name in texts.items():
            db.add(AddressBook(id=book_id))
            db.flush()
            db.add(Contact(book_id=book_id, name=name, search_text=f" x {name.lower()}"))
    with transaction(read_only=True) as db:
        for book_id, name in texts.items():
            owner = Actor(book_id, book_id, 0, False, "", "", Caller())
            rows = contact_search.search(db, owner, ContactQuery("x")).rows
            assert [row.name for row in rows] == [name]
            assert contact_search.count(db, owner, ContactQuery("x")) == 1


ENTRIES = 'SELECT term, doc, "offset" FROM temp.{} ORDER BY 1, 2, 3'
REBUILD = """
CREATE VIRTUAL TABLE temp.again USING fts5(text, content='', tokenize='trigram case_sensitive 1');
CREATE VIRTUAL TABLE temp.stored USING fts5vocab(main, contact_search, instance);
CREATE VIRTUAL TABLE temp.expected USING fts5vocab(temp, again, instance);
INSERT INTO temp.again (rowid, text)
    SELECT id, char(1, 983040 + book_id / 60000, 983040 + book_id % 60000)
        || replace(search_text, ' ', '  ')
    FROM contact WHERE deleted_at IS NULL;
"""


def is_index_right(url: str) -> bool:
    """Return whether SQLite's index has exactly the trigrams of the active contacts."""
    with closing(sqlite3.connect(str(make_url(url).database))) as connection:
        connection.executescript(REBUILD)
        stored = connection.execute(ENTRIES.format("stored")).fetchall()
        expected = connection.execute(ENTRIES.format("expected")).fetchall()
        connection.execute("INSERT INTO contact_search (contact_search) VALUES ('integrity-check')")
        return stored == expected


def execute(*statements: Any) -> None:
    with transaction() as db:
        for statement in statements:
            db.connection().execute(statement)


def test_every_writer_keeps_the_index(sqlite: str) -> None:
    guest, other = actor_of(signed_in()), actor_of(signed_in())
    seed(guest, 60)
    seed(other, 40)
    assert is_index_right(sqlite)
    ada = create(guest, name="Ada", email="ada@example.com")
    ada = update(guest, ada, name="Augusta")
    ada = update(guest, ada, notes="Countess")
    assert names(get_all(guest, "countess")) == ["Augusta"]
    assert names(get_all(guest, "augusta")) == ["Augusta"]
    assert get_all(guest, "ada augusta").total == 1  # by the email
    delete(guest, ada.id)
    assert get_all(guest, "augusta").total == 0
    assert is_index_right(sqlite)
    restore(guest, ada.id)
    assert get_all(guest, "augusta").total == 1
    with transaction() as db:
        ids = contacts.list_ids(db, guest.book_id, 30)
        contacts.delete_duplicates(db, guest.book_id, ids, other.book_id, other.account_id)
        contacts.move(db, guest.book_id, ids, other.book_id, other.account_id)
    assert is_index_right(sqlite)
    with transaction() as db:
        contacts.remove(db, other.book_id, contacts.list_ids(db, other.book_id, 20))
    assert is_index_right(sqlite)
    with transaction() as db:
        books.remove(db, guest.book_id)  # its contacts go by the foreign key
    assert is_index_right(sqlite)
    assert texts_of(guest) == []
    execute(sa.update(Contact).values(book_id=Contact.book_id, search_text=" other words"))
    execute(sa.update(Contact).values(version=Contact.version + 1))
    assert is_index_right(sqlite)
    assert get_all(other, "words").total == len(texts_of(other)) > 0


def test_what_is_rolled_back_is_not_found(actor: Actor) -> None:
    def create_and_fail() -> None:
        with transaction() as db:
            db.add(Contact(book_id=actor.book_id, name="Ada", search_text=" ada"))
            db.flush()
            assert contact_search.count(db, actor, ContactQuery("ada")) == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        create_and_fail()
    assert get_all(actor, "ada").total == 0


def plans_of(actor: Actor, text: str, explain: str) -> list[str]:
    """Return the plans of the statements that a page and the count of a query run."""
    ran: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "search" in statement:
            ran.append((statement, values))

    def plan(connection: Connection, statement: str, values: Any) -> str:
        return "\n".join(
            str(row) for row in connection.exec_driver_sql(f"{explain} {statement}", values)
        )

    listen(Engine, "before_cursor_execute", note)
    try:
        with transaction(read_only=True) as db:
            query = ContactQuery(text)
            after = Cursor(query.identity, "", 5_000_000)
            contact_search.search(db, actor, replace(query, after=after))
            contact_search.count(db, actor, ContactQuery(text))
    finally:
        remove(Engine, "before_cursor_execute", note)
    with get_engine().connect() as connection:
        return [plan(connection, *each) for each in ran]


@pytest.mark.parametrize("is_analyzed", [False, True])
def test_sqlite_reads_no_contact_that_is_not_found(sqlite: str, is_analyzed: bool) -> None:
    actor = actor_of(signed_in())
    seed(actor, 500)
    if is_analyzed:
        execute(sa.text("ANALYZE"))
    page, count = plans_of(actor, "mar example", "EXPLAIN QUERY PLAN")
    assert "SCAN contact_search VIRTUAL TABLE INDEX" in page
    assert "SEARCH contact USING" in page
    assert "SCAN contact_search VIRTUAL TABLE INDEX" in count
    assert "SCAN contact " not in page + count


def test_postgresql_finds_words_by_the_index(postgres_database: str) -> None:
    actor = actor_of(signed_in())
    seed(actor, 2_000)
    execute(
        sa.text("ANALYZE contact"),
        sa.text("SELECT gin_clean_pending_list('ix_contact_search_text')"),
    )
    for plan in plans_of(actor, "tolkien", "EXPLAIN"):
        assert "Bitmap Index Scan on ix_contact_search_text" in plan
