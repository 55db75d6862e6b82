"""Statements about idempotency keys."""

from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from crm_app.database.models import IdempotencyKey


@cache
def _adding(dialect: str) -> Any:
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(IdempotencyKey)
    return insert.on_conflict_do_nothing().returning(col(IdempotencyKey.key))


def add(db: Session, key: IdempotencyKey) -> bool:
    """Write the key unless it is there; return whether it was new.

    Another transaction that uses the same key waits until this one ends.
    """
    connection = db.connection()
    added = connection.execute(_adding(connection.dialect.name), key.model_dump())
    return added.first() is not None


def find(db: Session, key: IdempotencyKey) -> IdempotencyKey:
    """Return the row with the same book, account and key."""
    return db.exec(
        select(IdempotencyKey).where(
            col(IdempotencyKey.book_id) == key.book_id,
            col(IdempotencyKey.account_id) == key.account_id,
            col(IdempotencyKey.key) == key.key,
        )
    ).one()
