"""Statements about the history of contacts."""

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_app.database.models import Contact, ContactChange


def of(contact: Contact) -> SelectOfScalar[ContactChange]:
    """Select the changes of a contact."""
    return select(ContactChange).where(
        col(ContactChange.book_id) == contact.book_id, col(ContactChange.contact_id) == contact.id
    )


def list_newest(db: Session, contact: Contact, limit: int) -> list[ContactChange]:
    """Return the contact's last changes, the newest first."""
    return list(db.exec(of(contact).order_by(col(ContactChange.version).desc()).limit(limit)))


def list_after(db: Session, contact: Contact, version: int) -> list[ContactChange]:
    """Return the changes that made later versions of the contact, the oldest first."""
    later = of(contact).where(col(ContactChange.version) > version)
    return list(db.exec(later.order_by(col(ContactChange.version))))


def find(db: Session, contact: Contact, version: int) -> ContactChange | None:
    """Return the change that made this version of the contact."""
    return db.exec(of(contact).where(col(ContactChange.version) == version)).one_or_none()
