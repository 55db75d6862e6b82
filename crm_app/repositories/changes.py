"""Statements about the history of contacts."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_app.database.models import Contact, ContactChange


def of(contact: Contact) -> SelectOfScalar[ContactChange]:
    """Select the changes of a contact."""
    return select(ContactChange).where(
        col(ContactChange.book_id) == contact.book_id, col(ContactChange.contact_id) == contact.id
    )


def list_newest(db: Session, contact: Contact, limit: int, before: int = 0) -> list[ContactChange]:
    """Return the contact's last changes, the newest first, or those before a version."""
    version = col(ContactChange.version)
    wanted = of(contact).where(version < before) if before else of(contact)
    return list(db.exec(wanted.order_by(version.desc()).limit(limit)))


def list_between(
    db: Session, contact: Contact, first: int, last: int, limit: int
) -> list[ContactChange]:
    """Return the changes that made these versions of the contact, the oldest first."""
    version = col(ContactChange.version)
    wanted = of(contact).where(version.between(first, last))
    return list(db.exec(wanted.order_by(version).limit(limit)))


def list_after(db: Session, contact: Contact, version: int) -> list[ContactChange]:
    """Return the changes that made later versions of the contact, the oldest first."""
    later = of(contact).where(col(ContactChange.version) > version)
    return list(db.exec(later.order_by(col(ContactChange.version))))


def find(db: Session, contact: Contact, version: int) -> ContactChange | None:
    """Return the change that made this version of the contact."""
    return db.exec(of(contact).where(col(ContactChange.version) == version)).one_or_none()


def list_created(db: Session, book_id: int, via: str, limit: int) -> Sequence[dict[str, Any]]:
    """Return the values that the book's last contacts were created with this way, newest first."""
    statement = sa.select(col(ContactChange.changes)).where(
        col(ContactChange.book_id) == book_id,
        col(ContactChange.version) == 1,
        col(ContactChange.via) == via,
    )
    newest = statement.order_by(col(ContactChange.contact_id).desc()).limit(limit)
    return db.connection().scalars(newest).all()
