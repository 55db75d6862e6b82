"""Statements about idempotency keys."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from crm_app.database.models import IdempotencyKey
from crm_app.domain.actor import Actor


@cache
def _adding(dialect: str) -> Any:
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(IdempotencyKey)
    return insert.on_conflict_do_nothing().returning(col(IdempotencyKey.key))


def add(db: Session, row: Mapping[str, Any]) -> bool:
    """Write a key with all its columns unless it is there; return whether it was new.

    Another transaction that uses the same key waits until this one ends.
    """
    connection = db.connection()
    added = connection.execute(_adding(connection.dialect.name), row)
    return added.first() is not None


def find(db: Session, actor: Actor, key: UUID) -> IdempotencyKey:
    """Return the actor's key."""
    return db.exec(
        select(IdempotencyKey).where(
            col(IdempotencyKey.book_id) == actor.book_id,
            col(IdempotencyKey.account_id) == actor.account_id,
            col(IdempotencyKey.key) == key,
        )
    ).one()
