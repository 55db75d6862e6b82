"""How the databases run the statements of lists: no order or filter reads a whole book."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.event import listen, remove

from crm_app.database.engine import get_engine
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.domain.contact_list.cursor import Cursor
from crm_app.domain.contact_query import ContactQuery, Missing, Order
from crm_app.repositories import contact_search
from crm_app.repositories.contact_list.sorting import SORTINGS
from tests.driving import actor_of, signed_in
from tests.services.steps import create, seed

FILTERS: dict[str, dict[str, Any]] = {
    "all": {},
    "words": {"text": "mar"},
    "tag": {"tags": ("Partner",)},
    "tags": {"tags": ("Partner", "Press")},
    "company": {"company": "Globex"},
    "without a phone": {"without": (Missing.PHONE,)},
    "words of a tag": {"text": "partner"},
    "words and tag": {"text": "globex", "tags": ("Partner",)},
    "everything": {
        "text": "ada",
        "tags": ("Partner",),
        "company": "Globex",
        "without": (Missing.NOTES,),
    },
}


ORDERS = (Order.BEST, Order.OLDEST, Order.CHANGED, Order.NAME_DESCENDING, Order.COMPANY)


def one_big_book() -> Actor:
    actor = actor_of(signed_in())
    seed(actor, 2_000)
    return actor


def many_small_books() -> Actor:
    actors = [actor_of(signed_in()) for _ in range(20)]
    for actor in actors:
        seed(actor, 50)
    return actors[-1]


def both() -> Actor:
    actor = one_big_book()
    many_small_books()
    return actor


@contextmanager
def noting() -> Iterator[list[tuple[str, Any]]]:
    """Note the statements that read contacts."""
    ran: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "contact" in statement:
            ran.append((statement, values))

    listen(Engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        remove(Engine, "before_cursor_execute", note)


def plans_of(actor: Actor, query: ContactQuery, explain: str) -> list[tuple[str, str]]:
    """Return the statements of a page and a count, each with its plan."""
    with noting() as ran, transaction(read_only=True) as db:
        contact_search.search(db, actor, query)
        contact_search.count(db, actor, query, 10_001)
    with get_engine().connect() as connection:
        run = connection.exec_driver_sql
        return [
            (statement, "\n".join(map(str, run(f"{explain} {statement}", values))))
            for statement, values in ran
        ]


def pages_of(query: ContactQuery) -> list[ContactQuery]:
    """Return the query's first page, one after a place, and one at a position far away."""
    key = {"changed": "2026-01-01 00:00:00.000000", "id": ""}.get(SORTINGS[query.sorting].blocks)
    after = Cursor(query.identity, "m" if key is None else key, 500)
    return [query, replace(query, after=after), replace(query, start=1_500)]


@pytest.mark.parametrize("fill", [one_big_book, many_small_books, both])
@pytest.mark.usefixtures("sqlite")
def test_sqlite_reads_no_whole_book(fill: Any) -> None:
    actor = fill()
    for number, tags in enumerate((["Partner"], ["Partner", "Press"], ["Press"])):
        create(actor, name="Ada", email=f"ada{number}@example.org", company="Globex", tags=tags)
    assert_sqlite_reads_no_whole_book(actor)
    with transaction() as db:
        db.connection().execute(sa.text("ANALYZE"))
    assert_sqlite_reads_no_whole_book(actor)


def assert_sqlite_reads_no_whole_book(actor: Actor) -> None:
    for name, asked in FILTERS.items():
        for order in ORDERS:
            for query in pages_of(ContactQuery(limit=20, order=order, **asked)):
                for statement, plan in plans_of(actor, query, "EXPLAIN QUERY PLAN"):
                    told = (name, order, query.start, statement, plan)
                    assert not re.search(r"SCAN contact\b(?!_)(?! VIRTUAL)", plan), told
                    assert "SCAN contact_tag" not in plan, told
                    if name == "all" and statement.startswith("SELECT contact.id "):
                        assert "TEMP B-TREE" not in plan, told


@pytest.mark.parametrize("fill", [both])
@pytest.mark.usefixtures("postgres_database")
def test_postgresql_finds_pages_by_an_index(fill: Any) -> None:
    actor = fill()
    seed(actor, 1_500)  # of a small table all rows are read at once
    create(actor, name="Ada", company="Globex", tags=["Partner"])
    with transaction() as db:
        db.connection().execute(sa.text("ANALYZE"))
        for index in ("ix_contact_search_text", "ix_contact_tag_ids"):
            db.connection().execute(sa.text(f"SELECT gin_clean_pending_list('{index}')"))
    for name in ("all", "tag", "company", "words of a tag", "everything"):
        for order in ORDERS:
            for query in pages_of(ContactQuery(limit=20, order=order, **FILTERS[name])):
                for statement, plan in plans_of(actor, query, "EXPLAIN"):
                    if "FROM contact \n" in statement:
                        assert "Seq Scan on contact " not in plan, (name, order, statement, plan)
