"""The statements that remove expired rows, so many at a time."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel


def delete(db: Session, table: type[SQLModel], is_over: sa.ColumnElement[bool], limit: int) -> int:
    """Remove at most so many rows for which the condition, an index's, holds; return how many."""
    key: Any = sa.inspect(table).primary_key
    batch = sa.select(*key).where(is_over).limit(limit)
    return db.connection().execute(sa.delete(table).where(sa.tuple_(*key).in_(batch))).rowcount


def delete_among_next(
    db: Session, table: type[SQLModel], is_over: sa.ColumnElement[bool], after: int, limit: int
) -> tuple[int, int]:
    """Look at so many rows with an id after this one; remove those for which the condition holds.

    Returns:
        How many were looked at, 0 after the last one, and the id of the last.
    """
    key: Any = sa.inspect(table).primary_key[0]
    following = sa.select(key).where(key > after).order_by(key).limit(limit).subquery()
    counted = sa.select(sa.func.count(), sa.func.max(following.c[0])).select_from(following)
    number, last = db.connection().execute(counted).one()
    if number:
        db.connection().execute(sa.delete(table).where(key > after, key <= last, is_over))
    return number, last or 0
