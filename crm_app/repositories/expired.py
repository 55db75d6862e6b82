"""The statement that removes expired rows, so many at a time."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel


def delete(db: Session, table: type[SQLModel], is_over: sa.ColumnElement[bool], limit: int) -> int:
    """Remove at most so many rows for which the condition holds; return how many."""
    key: Any = sa.inspect(table).primary_key
    batch = sa.select(*key).where(is_over).limit(limit)
    return db.connection().execute(sa.delete(table).where(sa.tuple_(*key).in_(batch))).rowcount
