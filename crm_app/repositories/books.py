"""Statements about address books and their members."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from crm_app.database.models import AddressBook, Contact, IdempotencyKey, Membership


def own(db: Session, account_id: int) -> int:
    """Return the id of the account's own book."""
    statement = select(Membership.book_id).where(
        col(Membership.account_id) == account_id, col(Membership.role) == "owner"
    )
    return db.exec(statement).one()


def lock(db: Session, book_id: int) -> bool:
    """Let everybody wait who would write to the book; return whether there is one."""
    statement = select(AddressBook.id).where(col(AddressBook.id) == book_id)
    return db.exec(statement.with_for_update(key_share=True)).one_or_none() is not None


def move_keys(db: Session, book_id: int, to_book_id: int, account_id: int, limit: int) -> int:
    """Let at most so many idempotency keys of a book go on being known in another.

    A key that is known there already stays what it was. Returns how many there were.
    """
    keys = _list_keys(db, book_id, limit)
    known = sa.select(col(IdempotencyKey.key)).where(
        col(IdempotencyKey.book_id) == to_book_id,
        col(IdempotencyKey.account_id) == account_id,
        col(IdempotencyKey.key).in_(keys),
    )
    _remove_keys(db, book_id, db.connection().scalars(known).all())
    moving = sa.update(IdempotencyKey).where(
        col(IdempotencyKey.book_id) == book_id, col(IdempotencyKey.key).in_(keys)
    )
    db.connection().execute(moving.values(book_id=to_book_id, account_id=account_id))
    return len(keys)


def remove_keys(db: Session, book_id: int, limit: int) -> int:
    """Remove at most so many idempotency keys of a book; return how many there were."""
    keys = _list_keys(db, book_id, limit)
    _remove_keys(db, book_id, keys)
    return len(keys)


def _list_keys(db: Session, book_id: int, limit: int) -> Sequence[Any]:
    statement = sa.select(col(IdempotencyKey.key)).where(col(IdempotencyKey.book_id) == book_id)
    return db.connection().scalars(statement.limit(limit)).all()


def _remove_keys(db: Session, book_id: int, keys: Sequence[Any]) -> None:
    db.connection().execute(
        sa.delete(IdempotencyKey).where(
            col(IdempotencyKey.book_id) == book_id, col(IdempotencyKey.key).in_(keys)
        )
    )


def is_abandoned() -> sa.ColumnElement[bool]:
    """Return the condition for books that have neither a member nor a contact."""
    has_member = sa.exists().where(col(Membership.book_id) == col(AddressBook.id))
    has_contact = sa.exists().where(col(Contact.book_id) == col(AddressBook.id))
    return ~has_member & ~has_contact


def remove(db: Session, book_id: int) -> None:
    """Remove the book and, by the foreign keys, all that belongs to it."""
    db.connection().execute(sa.delete(AddressBook).where(col(AddressBook.id) == book_id))
