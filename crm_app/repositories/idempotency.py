"""Statements about idempotency keys."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from crm_app.database.models import IdempotencyKey


def add(db: Session, key: IdempotencyKey) -> bool:
    """Write the key unless it is there; return whether it was new.

    Another transaction that uses the same key waits until this one ends.
    """
    dialect = db.connection().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(IdempotencyKey)
    statement = insert.values(**key.model_dump()).on_conflict_do_nothing()
    return db.connection().execute(statement.returning(col(IdempotencyKey.key))).first() is not None


def find(db: Session, key: IdempotencyKey) -> IdempotencyKey:
    """Return the row with the same book, account and key."""
    return db.exec(
        select(IdempotencyKey).where(
            col(IdempotencyKey.book_id) == key.book_id,
            col(IdempotencyKey.account_id) == key.account_id,
            col(IdempotencyKey.key) == key.key,
        )
    ).one()
