"""Statements about the trash of an address book: listing, restoring and removing."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from crm_app.database.models import Contact, ContactChange
from crm_app.errors import DuplicateEmail
from crm_app.repositories.contacts import is_active_email_violation, note

Place = tuple[datetime, int]
"""When a contact was deleted, and its id: where it is in the trash."""


def in_trash(book_id: int, until: datetime | None = None) -> sa.ColumnElement[bool]:
    """Return the condition for the book's deleted contacts, of those deleted until then."""
    deleted_at = col(Contact.deleted_at)
    return (col(Contact.book_id) == book_id) & (
        deleted_at.is_not(None) if until is None else deleted_at <= until
    )


def list_newest(
    db: Session,
    book_id: int,
    limit: int,
    *,
    after: Place | None = None,
    until: datetime | None = None,
    lock: bool = False,
) -> list[Contact]:
    """Return so many deleted contacts, the newest deletion first, those after this place.

    With `lock`, nobody else changes them until this transaction ends.
    """
    place = sa.tuple_(col(Contact.deleted_at), col(Contact.id))
    statement = select(Contact).where(in_trash(book_id, until))
    if after:
        # The first condition is what the index serves.
        statement = statement.where(col(Contact.deleted_at) <= after[0], place < sa.tuple_(*after))
    newest = statement.order_by(col(Contact.deleted_at).desc(), col(Contact.id).desc())
    newest = newest.limit(limit)
    return list(db.exec(newest.with_for_update() if lock else newest))


def find_id(db: Session, book_id: int, public_id: UUID) -> int | None:
    """Return the id of a contact of the book, in the trash or restored since."""
    statement = select(col(Contact.id)).where(
        col(Contact.book_id) == book_id, col(Contact.public_id) == public_id
    )
    return db.exec(statement).one_or_none()


def count(db: Session, book_id: int, until: datetime | None = None) -> int:
    """Return how many contacts are in the trash."""
    counting = sa.select(sa.func.count()).select_from(Contact).where(in_trash(book_id, until))
    return cast(int, db.connection().scalar(counting))


def find_deletions(db: Session, contacts: Sequence[Contact]) -> dict[int, ContactChange]:
    """Return the change that made the present version of each of the contacts, by their ids."""
    if not contacts:
        return {}
    versions = {contact.id or 0: contact.version for contact in contacts}
    # Pairs with IN would not be looked up in SQLite's index.
    statement = select(ContactChange).where(
        col(ContactChange.book_id) == contacts[0].book_id,
        col(ContactChange.contact_id).in_(versions),
        col(ContactChange.version).in_(set(versions.values())),
    )
    found = db.exec(statement)
    return {each.contact_id: each for each in found if versions[each.contact_id] == each.version}


def find_users(db: Session, book_id: int, contacts: Sequence[Contact]) -> dict[str, Contact]:
    """Return the active contacts that have the emails of these, by the email's key."""
    keys = [contact.email_key for contact in contacts if contact.email_key]
    active = (col(Contact.book_id) == book_id) & col(Contact.deleted_at).is_(None)
    found = db.exec(select(Contact).where(active, col(Contact.email_key).in_(keys)))
    return {contact.email_key or "": contact for contact in found}


def remove(db: Session, book_id: int, until: datetime, limit: int) -> int:
    """Remove at most so many contacts deleted until then, with their history; return how many."""
    batch = sa.select(col(Contact.id)).where(in_trash(book_id, until)).limit(limit)
    removing = sa.delete(Contact).where(
        in_trash(book_id, until), col(Contact.id).in_(batch.scalar_subquery())
    )
    return db.connection().execute(removing).rowcount


def move(
    db: Session, contacts: Sequence[Contact], action: str, at: datetime, account_id: int, via: str
) -> None:
    """Restore the contacts, which this transaction has locked, or delete them: by the action.

    Raises:
        DuplicateEmail: An active contact has one of the emails; the transaction is over.
    """
    deleted_at = at if action == "deleted" else None
    values = {"deleted_at": deleted_at, "updated_at": at, "version": col(Contact.version) + 1}
    ids = [contact.id for contact in contacts]
    which = (col(Contact.book_id) == contacts[0].book_id) & col(Contact.id).in_(ids)
    try:
        db.connection().execute(sa.update(Contact).where(which).values(**values))
    except IntegrityError as error:
        if is_active_email_violation(error):
            raise DuplicateEmail from error
        raise
    changes = [_entry(contact, action, at, account_id, via) for contact in contacts]
    db.connection().execute(sa.insert(ContactChange), [each.model_dump() for each in changes])
    for change in changes:
        note(db, change)


def _entry(contact: Contact, action: str, at: datetime, account_id: int, via: str) -> ContactChange:
    return ContactChange(
        book_id=contact.book_id,
        contact_id=contact.id or 0,
        version=contact.version + 1,
        action=action,
        account_id=account_id,
        via=via,
        at=at,
        changes={},
    )


def lock_active(
    db: Session, book_id: int, ids: Sequence[int], first: datetime, last: datetime
) -> list[Contact]:
    """Return those of the active contacts that were changed last between these times.

    Nobody else changes them until this transaction ends.
    """
    statement = select(Contact).where(
        col(Contact.book_id) == book_id,
        col(Contact.id).in_(ids),
        col(Contact.deleted_at).is_(None),
        col(Contact.updated_at).between(first, last),
    )
    return list(db.exec(statement.with_for_update()))


def list_ids(db: Session, book_id: int, after: int, limit: int) -> list[int]:
    """Return the ids of so many contacts of the book after this one, in the trash or not."""
    statement = sa.select(col(Contact.id)).where(
        col(Contact.book_id) == book_id, col(Contact.id) > after
    )
    found = db.connection().scalars(statement.order_by(col(Contact.id)).limit(limit))
    return cast("list[int]", found.all())
