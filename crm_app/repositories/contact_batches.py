"""Statements that write many contacts at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from crm_app.database.models import Contact, ContactChange
from crm_app.errors import DuplicateEmail
from crm_app.repositories.contacts import is_active_email_violation


def add_all(db: Session, rows: Sequence[dict[str, Any]], changes: Sequence[dict[str, Any]]) -> None:
    """Write new contacts, each with the entry in its history, in their order; nobody is notified.

    The rows have all columns but the id, which the entries get as well.

    Raises:
        DuplicateEmail: An active contact has one of the emails; the transaction is over.
    """
    inserting = sa.insert(Contact).returning(col(Contact.id), sort_by_parameter_order=True)
    connection = db.connection()
    try:
        ids = connection.scalars(inserting, rows).all()
    except IntegrityError as error:
        if is_active_email_violation(error):
            raise DuplicateEmail from error
        raise
    entries = [change | {"contact_id": i} for i, change in zip(ids, changes, strict=True)]
    connection.execute(sa.insert(ContactChange), entries)


def find_newest_time(db: Session, book_id: int) -> datetime | None:
    """Return when the book's newest contact was created, in the trash or not."""
    statement = sa.select(col(Contact.created_at)).where(col(Contact.book_id) == book_id)
    return db.connection().scalar(statement.order_by(col(Contact.id).desc()).limit(1))
