"""Any position of the list of all contacts is found, whatever was written before."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from crm_app.database.list_models import Company, ContactBlock, Tag
from crm_app.database.models import Contact
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.domain.contact_query import ContactQuery, Order
from crm_app.repositories import books, contact_search, contacts
from crm_app.repositories.contact_list import positions
from crm_app.repositories.contact_list.sorting import SORTINGS
from tests.driving import actor_of, signed_in
from tests.services.steps import create, delete, restore, seed, update

ORDERS = [*SORTINGS]
BLOCK: Any = ContactBlock
COMPANY: Any = Company
TAG: Any = Tag


@pytest.fixture
def actor(database: str) -> Actor:
    return actor_of(signed_in())


def rows_of(db: Session, actor: Actor) -> Sequence[Any]:
    return db.connection().execute(contacts.active(actor)).all()


def in_order(rows: Sequence[Any], order: Order) -> list[int]:
    """Return the ids of the rows as Python sorts them."""
    sorting = SORTINGS[order]
    return [
        row.id
        for row in sorted(
            rows,
            key=lambda row: (sorting.key_of(row), row.id),
            reverse=sorting.is_descending,
        )
    ]


def assert_blocks_are_right(actor: Actor) -> None:
    with transaction(read_only=True) as db:
        rows = rows_of(db, actor)
        assert positions.count_all(db, actor.book_id) == len(rows)
        for order in ORDERS:
            sorting = SORTINGS[order]
            found = sa.select(BLOCK.key, BLOCK.id, BLOCK.size).where(
                col(BLOCK.book_id) == actor.book_id,
                col(BLOCK.sorted_by) == sorting.blocks,
            )
            blocks = db.connection().execute(found.order_by(col(BLOCK.key), col(BLOCK.id)))
            places = sorted((sorting.key_of(row), row.id) for row in rows)
            begins = [*blocks, ("\U0010ffff" * 2, 2**62, 0)]
            for (key, number, size), (next_key, next_number, _) in pairwise(begins):
                within = [p for p in places if (key, number) <= p < (next_key, next_number)]
                assert len(within) == size <= 2_000, (order, key, number)


def assert_counts_are_right(actor: Actor) -> None:
    with transaction(read_only=True) as db:
        rows = rows_of(db, actor)
        companies: dict[str, int] = {}
        for row in rows:
            if row.company is not None:
                key, _, _ = row.company_order.partition("\x01")
                companies[key] = companies.get(key, 0) + 1
        counted = sa.select(COMPANY.key, COMPANY.contacts).where(
            col(COMPANY.book_id) == actor.book_id
        )
        assert companies == {row.key: row.contacts for row in db.connection().execute(counted)}
        tagged = sa.select(TAG.id, TAG.contacts).where(col(TAG.book_id) == actor.book_id)
        for number, count in db.connection().execute(tagged):
            assert count == sum(number in row.tag_ids for row in rows)


def change_at_random(pick: random.Random, actor: Actor, other: Actor) -> None:
    """Write in one of the ways there are: to one contact or to many."""
    with transaction(read_only=True) as db:
        ids = [row.public_id for row in rows_of(db, actor)]
        numbers = [row.id for row in rows_of(db, actor)]
    some = pick.sample(numbers, min(len(numbers), pick.choice((1, 5, 700))))
    way = pick.randrange(7)
    if way == 0 or len(ids) < 10:
        seed(actor, pick.choice((1, 40, 900)))
    elif way == 1:
        with transaction() as db:
            contacts.delete_unchanged(db, actor, some)
    elif way == 2:
        with transaction() as db:
            contacts.move(db, actor.book_id, some[:5], other.book_id, other.account_id)
    elif way == 3:
        with transaction() as db:
            contacts.remove(db, actor.book_id, some)
    elif way == 4:
        with transaction() as db:
            values = {"company_order": sa.literal("x").concat(Contact.company_order)}
            change = sa.update(Contact).where(col(Contact.id).in_(some)).values(**values)
            db.connection().execute(change)
    elif way == 5:
        deleted = str(pick.choice(ids))
        delete(actor, deleted)
        restore(actor, deleted)
    else:
        names = [pick.choice("abcxyz") * 3, "Ōsaka", "\U0001f600 Ω"]
        contact = create(actor, name=pick.choice(names), email=f"{pick.random()}@example.com")
        update(actor, contact, name=pick.choice(names), company=pick.choice(["", "Globex"]))


def test_blocks_and_counts_are_right_after_every_change(actor: Actor) -> None:
    pick, other = random.Random(1), actor_of(signed_in())
    seed(actor, 2_100)
    for _ in range(18):
        change_at_random(pick, actor, other)
    for each in (actor, other):
        assert_blocks_are_right(each)
        assert_counts_are_right(each)


def pages(db: Session, actor: Actor, query: ContactQuery) -> Iterator[int]:
    while True:
        found = contact_search.search(db, actor, query)
        yield from (row.id for row in found.rows)
        if found.next is None:
            return
        query = replace(query, after=found.next)


def test_every_order_has_all_contacts_by_page_and_by_position(actor: Actor) -> None:
    seed(actor, 2_400)
    assert_all_are_listed(actor)
    assert_all_of_a_search_are_listed(actor)


def assert_all_are_listed(actor: Actor) -> None:
    with transaction(read_only=True) as db:
        rows = rows_of(db, actor)
        by_id = {row.id: row for row in rows}
        for order in ORDERS:
            expected = in_order(rows, order)
            assert [*pages(db, actor, ContactQuery("", 700, order=order))] == expected
            for start in (0, 1, 999, 1_001, 1_500, 2_380, 2_399, 2_400, 9_000):
                query = ContactQuery("", 40, order=order, start=start)
                found = [row.id for row in contact_search.search(db, actor, query).rows]
                assert found == expected[start : start + 40], (order, start)
            for position in (0, 1, 1_234, 2_399):
                contact = by_id[expected[position]]
                query = ContactQuery("", order=order)
                assert contact_search.find_position(db, actor, query, contact) == position


def assert_all_of_a_search_are_listed(actor: Actor) -> None:
    with transaction(read_only=True) as db:
        rows = [row for row in rows_of(db, actor) if "exam" in row.search_text]
        assert len(rows) > 2_000
        for order in ORDERS:
            expected = in_order(rows, order)
            query = ContactQuery("exam", 700, order=order)
            assert [*pages(db, actor, query)] == expected
            for start in (0, 999, 1_500, 9_000):
                far = ContactQuery("exam", 40, order=order, start=start)
                found = [row.id for row in contact_search.search(db, actor, far).rows]
                assert found == expected[start : start + 40], (order, start)


def test_the_blocks_of_a_book_go_with_it(actor: Actor) -> None:
    seed(actor, 20)
    with transaction() as db:
        books.remove(db, actor.book_id)
        own = sa.select(sa.func.count()).where(col(BLOCK.book_id) == actor.book_id)
        assert db.scalar(own) == 0


def test_the_best_matches_come_first_on_every_page_and_at_every_position(actor: Actor) -> None:
    seed(actor, 2_100)
    for number, name in enumerate(["Exam", "Example Ltd", "Ann Exam", "Hexameter", "Exam"]):
        create(actor, name=name, email=f"x{number}@other.org", company="", notes="")
    with transaction(read_only=True) as db:
        query = ContactQuery("exam", 700, order=Order.BEST)
        found = [*pages(db, actor, query)]
        newest = [*pages(db, actor, replace(query, order=Order.NEWEST))]
        assert sorted(found) == sorted(newest) == sorted({*found})
        assert contact_search.count(db, actor, query) == len(found)
        names = {row.id: row.name for row in rows_of(db, actor)}
        assert [names[number] for number in found[:3]] == ["Exam", "Exam", "Example Ltd"]
        for start in (0, 1, 2, 3, 500, 1_999, len(found) - 1):
            part = replace(query, start=start, limit=40)
            rows = contact_search.search(db, actor, part).rows
            assert [row.id for row in rows] == found[start : start + 40], start
