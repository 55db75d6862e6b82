"""Statements that list and count the contacts that a query asks for."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from crm_app.database.models import AddressBook, Contact
from crm_app.domain.actor import Actor
from crm_app.domain.contact_fields import NAMES
from crm_app.domain.contact_list.cursor import Cursor
from crm_app.domain.contact_query import ContactQuery
from crm_app.repositories import counts
from crm_app.repositories.contact_list import filters, positions
from crm_app.repositories.contact_list.filters import Filter
from crm_app.repositories.contact_list.parts import INDEX, IS_FOUND, Part, match, parts_of
from crm_app.repositories.contact_list.sorting import ID, SORTINGS, Sorting, parameter
from crm_app.repositories.contacts import active_by_id, active_in

SHOWN = ("public_id", *NAMES, "tag_ids", "version", "created_at", "updated_at", "deleted_at")
KEYS = ("id", "name_key", "company_order")
BOOK_ID, PLACE = parameter("book_id"), parameter("place")
NEAR = 1_000  # so many contacts are passed over; what is farther is found otherwise
FEW = 10_000  # so many are sorted rather than looked for in the order
RANKED = 1_000  # are ranked by looking at their texts, which is quicker than asking for each tier
TIER = 2**56  # more than any id
SORTABLE = 50_000  # of a search in an order that its index does not have


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a page, which have what is `SHOWN`, and where the next begins, if there is one.

    They are rows: objects that are watched for changes take longer than the statement.
    """

    rows: Sequence[Any] = ()
    next: Cursor | None = None


def search(db: Session, actor: Actor, query: ContactQuery) -> Found:
    """Return the page of contacts that the query asks for."""
    wanted = filters.make(db, actor.book_id, query)
    if wanted is None:
        return Found()
    sorting = SORTINGS[query.sorting]
    is_far = query.after is None and query.start > NEAR
    if is_far and wanted.is_all:
        ids = positions.list_ids(db, wanted.book_id, sorting, query.start, query.rows + 1)
        return _found(_rows_of(db, wanted, ids), sorting, query)
    if is_far and sorting.column is not None:
        ids = [*_sorted_ids(db, wanted, sorting)[query.start : query.start + query.rows + 1]]
        return _found(_rows_of(db, wanted, ids), sorting, query)
    if query.is_ranked and query.after is None and _has_at_most(db, wanted, RANKED):
        ranked = [*_ranked(db, wanted, query)[query.start : query.start + query.rows + 1]]
        tiers = {number % TIER: number // TIER for number in ranked}
        rows = _rows_of(db, wanted, [*tiers])
        return _found([(tiers[row.id], row) for _, row in rows], sorting, query)
    return _search_parts(db, filters.tiers(wanted, query), query)


def count(db: Session, actor: Actor, query: ContactQuery, most: int | None = None) -> int:
    """Return how many contacts the query has on all its pages, counting up to `most` of them.

    They are not counted again before the book changes.
    """
    wanted = filters.make(db, actor.book_id, query)
    if wanted is None:
        return 0
    if wanted.is_all:
        return positions.count_all(db, actor.book_id)
    if most is None:
        return _count_once(db, wanted)
    known = counts.find(db, _revision_of(db, wanted.book_id), wanted)
    return _count(db, wanted, most) if known is None else known


def count_reachable(db: Session, actor: Actor, query: ContactQuery) -> int | None:
    """Return at how many positions contacts can be asked for; None where there is no limit.

    A search is not sorted by name, company or change where it has too many contacts for that.
    """
    wanted = filters.make(db, actor.book_id, query)
    if wanted is None or wanted.is_all or SORTINGS[query.sorting].column is None:
        return None
    return None if _has_at_most(db, wanted, SORTABLE) else NEAR


def find_position(db: Session, actor: Actor, query: ContactQuery, contact: Any) -> int | None:
    """Return at which position from 0 a contact is among all of the book, in the query's order."""
    if contact.deleted_at is not None:
        return None
    return positions.find_position(db, actor.book_id, SORTINGS[query.sorting], contact)


def _search_parts(db: Session, parts: Sequence[Filter], query: ContactQuery) -> Found:
    """Return a page that is found by passing over what is before it, or by a place."""
    sorting, limit = SORTINGS[query.sorting], query.rows + 1
    first, skipped = (query.after.tier, 0) if query.after else (0, query.start)
    found: list[tuple[int, Any]] = []
    for tier, wanted in enumerate(parts[first:], start=first):
        after = query.after if tier == first else None
        rows = _page(db, wanted, sorting, limit - len(found), after, skipped)
        found += [(tier, row) for row in rows]
        if len(found) == limit:
            break
        if skipped:
            skipped = 0 if rows else max(0, skipped - _count_once(db, wanted))
    return _found(found, sorting, query)


def _found(found: Sequence[tuple[int, Any]], sorting: Sorting, query: ContactQuery) -> Found:
    rows = [row for _, row in found[: query.rows]]
    if len(found) <= query.rows:
        return Found(rows)
    tier, last = found[query.rows - 1]
    return Found(rows, Cursor(query.identity, sorting.key_of(last), last.id, tier))


def _page(
    db: Session, wanted: Filter, sorting: Sorting, limit: int, after: Cursor | None, offset: int
) -> Sequence[Any]:
    values: dict[str, Any] = {"book_id": wanted.book_id, "limit": limit, "offset": offset}
    if after:
        values |= sorting.parameters(after.key, after.id)
    is_continued = after is not None
    if wanted.is_all:
        statement = _page_of_all(sorting, is_continued)
    elif not _is_sqlite(db):
        statement = _page_where(active_in(BOOK_ID), sorting, is_continued, _conditions(db, wanted))
    elif wanted.is_text and sorting.column is None:
        values["match"] = match(wanted.book_id, wanted.terms, wanted.former)
        statement = _page_of_index(sorting, is_continued)
    else:
        statement = _page_of_parts(db, wanted, sorting, is_continued)
    return db.connection().execute(statement, values).all()


def _is_sqlite(db: Session) -> bool:
    return db.connection().dialect.name == "sqlite"


@cache
def _page_of_index(sorting: Sorting, is_continued: bool) -> Any:
    """Return the statement, which is built once: that takes longer than running it."""
    return _page_of_ids(sa.select(INDEX.c.rowid).where(IS_FOUND), sorting, is_continued)


def _page_of_ids(ids: Any, sorting: Sorting, is_continued: bool) -> Any:
    """Return the statement that reads no other contacts than those of the page."""
    if isinstance(ids, sa.CompoundSelect):
        ids = sa.select(ids.subquery())
    (number,) = ids.selected_columns
    if is_continued:
        ids = ids.where(number < PLACE if sorting.is_descending else number > PLACE)
    ids = ids.order_by(number.desc() if sorting.is_descending else number)
    among = active_in(BOOK_ID).where(ID.in_(_limited(ids)))
    return _shown(among).order_by(*sorting.order_by())


@cache
def _page_of_all(sorting: Sorting, is_continued: bool) -> Any:
    return _page_where(active_in(BOOK_ID), sorting, is_continued, ())


def _page_of_parts(db: Session, wanted: Filter, sorting: Sorting, is_continued: bool) -> Any:
    """Return the statement for SQLite, which finds the contacts of the smallest part.

    It sorts them where they are few; else it looks for them in the order.
    """
    parts = parts_of(wanted)
    if len(parts) == 1 and sorting.column is None:
        return _page_of_ids(parts[0].ids(wanted.book_id), sorting, is_continued)
    is_by_id = sorting.column is None or _has_at_most(db, wanted, FEW)
    among = active_by_id(BOOK_ID) if is_by_id else active_in(BOOK_ID)
    return _page_where(among, sorting, is_continued, _conditions(db, wanted))


def _conditions(db: Session, wanted: Filter) -> list[Any]:
    """Return the conditions of the filter besides the book."""
    parts = parts_of(wanted)
    if not _is_sqlite(db):
        return [part.condition(is_sqlite=False) for part in parts]
    smallest = min(parts, key=lambda part: _size(db, wanted.book_id, part))
    others = (part.condition(is_sqlite=True) for part in parts if part is not smallest)
    return [ID.in_(smallest.ids(wanted.book_id)), *others]


def _size(db: Session, book_id: int, part: Part) -> int:
    """Return how many contacts a part has, up to a few."""
    found = part.ids(book_id).limit(FEW).subquery()
    return int(db.connection().scalar(sa.select(sa.func.count()).select_from(found)) or 0)


def _page_where(among: Any, sorting: Sorting, is_continued: bool, conditions: Sequence[Any]) -> Any:
    among = among.where(*conditions)
    if is_continued:
        among = among.where(sorting.beyond())
    return _limited(_shown(among).order_by(*sorting.order_by()))


def _limited(statement: Any) -> Any:
    return statement.limit(parameter("limit")).offset(parameter("offset"))


def _shown(among: Any) -> Any:
    return among.with_only_columns(*(getattr(Contact, name) for name in (*SHOWN, *KEYS)))


def _rows_of(db: Session, wanted: Filter, ids: Sequence[int]) -> list[tuple[int, Any]]:
    """Return the rows with these ids, in their order, as found in the first tier."""
    values = {"book_id": wanted.book_id, "ids": ids}
    rows = {row.id: row for row in db.connection().execute(_with_ids(), values)}
    return [(0, rows[number]) for number in ids if number in rows]


@cache
def _with_ids() -> Any:
    return _shown(active_in(BOOK_ID).where(ID.in_(parameter("ids", expanding=True))))


def _sorted_ids(db: Session, wanted: Filter, sorting: Sorting) -> "array[int]":
    """Return the ids of all contacts of a filter in an order, which are kept.

    There are none where the contacts are too many to be sorted.
    """
    if not _has_at_most(db, wanted, SORTABLE):
        return array("q")

    def list_ids() -> "array[int]":
        found: Any = _among(db, wanted).with_only_columns(ID).order_by(*sorting.order_by())
        return array("q", db.connection().scalars(found, {"book_id": wanted.book_id}))

    revision = _revision_of(db, wanted.book_id)
    return counts.get_ids(db, revision, (wanted, sorting), list_ids)


def _ranked(db: Session, wanted: Filter, query: ContactQuery) -> "array[int]":
    """Return the ids of all contacts of a search, each with `TIER` times its tier, in order."""
    *better, _ = filters.tiers(wanted, query)

    def tier_of(text: str) -> int:
        terms = (tier.terms for tier in better)
        return next(
            (n for n, each in enumerate(terms) if all(term.text in text for term in each)),
            len(better),
        )

    def list_ranked() -> "array[int]":
        found = _among(db, wanted).with_only_columns(ID, col(Contact.search_text))
        rows = db.connection().execute(found.order_by(ID.desc()), {"book_id": wanted.book_id})
        ranked = sorted((tier_of(row.search_text), -row.id) for row in rows)
        return array("q", (tier * TIER - place for tier, place in ranked))

    revision = _revision_of(db, wanted.book_id)
    return counts.get_ids(db, revision, (wanted, "ranked"), list_ranked)


def _has_at_most(db: Session, wanted: Filter, number: int) -> bool:
    known = counts.find(db, _revision_of(db, wanted.book_id), wanted)
    return (_count(db, wanted, number + 1) if known is None else known) <= number


def _count_once(db: Session, wanted: Filter) -> int:
    revision = _revision_of(db, wanted.book_id)
    return counts.get(db, revision, wanted, lambda: _count(db, wanted, None))


def _count(db: Session, wanted: Filter, most: int | None) -> int:
    if _is_sqlite(db) and len(parts := parts_of(wanted)) == 1:
        found = parts[0].ids(wanted.book_id)
    else:
        found = _among(db, wanted).with_only_columns(sa.literal(1), maintain_column_froms=True)
    counted = sa.select(sa.func.count()).select_from(found.limit(most).subquery())
    return int(db.connection().scalar(counted, {"book_id": wanted.book_id}) or 0)


def _among(db: Session, wanted: Filter) -> Any:
    """Select all contacts of the filter."""
    among = active_by_id(BOOK_ID) if _is_sqlite(db) else active_in(BOOK_ID)
    return among.where(*_conditions(db, wanted))


def _revision_of(db: Session, book_id: int) -> int:
    book = sa.select(col(AddressBook.revision)).where(col(AddressBook.id) == BOOK_ID)
    return int(db.connection().scalar(book, {"book_id": book_id}) or 0)
