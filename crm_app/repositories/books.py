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


def lock(db: Session, book_id: int) -> None:
    """Let everybody wait who would write something that belongs to the book."""
    db.exec(select(AddressBook).where(col(AddressBook.id) == book_id).with_for_update()).all()


def remove(db: Session, book_id: int, *, keys_to: int, account_id: int) -> None:
    """Remove an empty book; its idempotency keys go on being known in another."""
    keys = sa.update(IdempotencyKey).where(col(IdempotencyKey.book_id) == book_id)
    db.connection().execute(keys.values(book_id=keys_to, account_id=account_id))
    db.connection().execute(sa.delete(AddressBook).where(col(AddressBook.id) == book_id))
