"""Positions in the list of all contacts, found by the blocks that triggers count."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from crm_app.database.list_models import ContactBlock
from crm_app.repositories.contact_list.sorting import ID, Sorting, parameter
from crm_app.repositories.contacts import active_in

BOOK_ID: Any = parameter("book_id")
BLOCK: Any = ContactBlock
BLOCKS = (
    sa.select(
        *(BLOCK.key, BLOCK.id),
        (sa.func.sum(BLOCK.size).over(order_by=(BLOCK.key, BLOCK.id)) - BLOCK.size).label("before"),
    )
    .where(BLOCK.book_id == BOOK_ID, BLOCK.sorted_by == parameter("sorted_by"))
    .subquery()
)
LAST = sa.select(BLOCKS).order_by(BLOCKS.c.key.desc(), BLOCKS.c.id.desc()).limit(1)
AT_POSITION = LAST.where(BLOCKS.c.before <= parameter("start"))
AT_KEY = LAST.where(
    sa.tuple_(BLOCKS.c.key, BLOCKS.c.id) <= sa.tuple_(parameter("key"), parameter("place"))
)
TOTAL = sa.select(sa.func.coalesce(sa.func.sum(BLOCK.size), 0)).where(
    BLOCK.book_id == BOOK_ID, BLOCK.sorted_by == "id"
)


def count_all(db: Session, book_id: int) -> int:
    """Return how many active contacts the book has."""
    return int(db.connection().scalar(TOTAL, {"book_id": book_id}) or 0)


def list_ids(db: Session, book_id: int, sorting: Sorting, start: int, limit: int) -> list[int]:
    """Return the ids of so many contacts from a position on, 0 being the first in this order."""
    if sorting.is_descending:
        end = count_all(db, book_id) - start
        start, limit = max(0, end - limit), min(limit, end)
    if limit <= 0:
        return []
    block = _block(db, AT_POSITION, book_id, sorting, start=start)
    values = {"book_id": book_id, "limit": limit, "offset": start - int(block.before)}
    values |= sorting.parameters(block.key, block.id)
    ids = [*db.connection().scalars(_ids_from(sorting), values)]
    return ids[::-1] if sorting.is_descending else ids


def find_position(db: Session, book_id: int, sorting: Sorting, contact: Any) -> int:
    """Return at which position from 0 an active contact is in this order."""
    key, place = sorting.key_of(contact), contact.id
    block = _block(db, AT_KEY, book_id, sorting, key=key, place=place)
    until = sorting.parameters(key, place)
    values = {f"until_{name}": value for name, value in until.items()}
    values |= {"book_id": book_id, **sorting.parameters(block.key, block.id)}
    position = int(block.before) + int(db.connection().scalar(_count_until(sorting), values) or 0)
    if sorting.is_descending:
        return count_all(db, book_id) - 1 - position
    return position


def _block(db: Session, which: Any, book_id: int, sorting: Sorting, **values: Any) -> Any:
    """Return where a block begins, and how many contacts stand before it."""
    values |= {"book_id": book_id, "sorted_by": sorting.blocks}
    return db.connection().execute(which, values).one()


@cache
def _ids_from(sorting: Sorting) -> Any:
    found = active_in(BOOK_ID).where(sorting.since()).with_only_columns(ID)
    return found.order_by(*sorting.columns).limit(parameter("limit")).offset(parameter("offset"))


@cache
def _count_until(sorting: Sorting) -> Any:
    between = active_in(BOOK_ID).where(sorting.since(), sorting.before())
    return between.with_only_columns(sa.func.count(), maintain_column_froms=True)
