"""Statements about address books and their members."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from crm_app.database.models import AddressBook, IdempotencyKey, Membership


def own(db: Session, account_id: int) -> int:
    """Return the id of the account's own book."""
    statement = select(Membership.book_id).where(
        col(Membership.account_id) == account_id, col(Membership.role) == "owner"
    )
    return db.exec(statement).one()


def lock(db: Session, book_id: int) -> bool:
    """Let everybody wait who would write to the book; return whether there is one."""
    statement = select(AddressBook).where(col(AddressBook.id) == book_id)
    return db.exec(statement.with_for_update()).one_or_none() is not None


def move_keys(db: Session, book_id: int, to_book_id: int, account_id: int) -> None:
    """Let the idempotency keys of a book go on being known in another."""
    keys = sa.update(IdempotencyKey).where(col(IdempotencyKey.book_id) == book_id)
    db.connection().execute(keys.values(book_id=to_book_id, account_id=account_id))


def remove(db: Session, book_id: int) -> None:
    """Remove the book and, by the foreign keys, all that belongs to it."""
    db.connection().execute(sa.delete(AddressBook).where(col(AddressBook.id) == book_id))
