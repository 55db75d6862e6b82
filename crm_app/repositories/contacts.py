"""Statements about contacts; every one begins at the actor's address book."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_app.database.models import CHANGES, Contact, ContactChange
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.errors import DuplicateEmail

BY_MERGE = "merge"  # of a guest's address book
ACTIVE_EMAIL = "uq_contact_active_email"
ACTIVE_EMAIL_ON_SQLITE = "UNIQUE constraint failed: contact.book_id, contact.email_key"


def in_book(actor: Actor) -> SelectOfScalar[Contact]:
    """Select all contacts of the actor's address book, those in the trash too."""
    return _in_book(actor.book_id)


def active(actor: Actor) -> SelectOfScalar[Contact]:
    """Select the contacts that are not in the trash."""
    return active_in(actor.book_id)


def active_in(book_id: Any) -> SelectOfScalar[Contact]:
    """Select the contacts of the book with this id, or bound parameter, but those in the trash."""
    return _in_book(book_id).where(col(Contact.deleted_at).is_(None))


def active_by_id(book_id: Any) -> SelectOfScalar[Contact]:
    """Select what `active_in` does, where SQLite is to find the contacts by their ids.

    It would follow an index of the book, from its beginning to its end: the plus forbids that.
    PostgreSQL, which has statistics, is not to be used with it.
    """
    unary: Any = UnaryExpression
    own = unary(col(Contact.book_id), operator=custom_op[int]("+"))
    return select(Contact).where(own == book_id, col(Contact.deleted_at).is_(None))


def _in_book(book_id: Any) -> SelectOfScalar[Contact]:
    return select(Contact).where(col(Contact.book_id) == book_id)


def find(
    db: Session, among: SelectOfScalar[Contact], contact_id: UUID, *, lock: bool = False
) -> Contact | None:
    """Return the contact with this public id among those selected.

    With `lock`, other writers of it wait until this transaction ends (PostgreSQL; on SQLite all
    writers wait anyway).
    """
    statement = among.where(col(Contact.public_id) == contact_id)
    return db.exec(statement.with_for_update() if lock else statement).one_or_none()


def has_active(db: Session, actor: Actor) -> bool:
    """Return whether the address book has a contact that is not in the trash."""
    return db.exec(active(actor).limit(1)).first() is not None


def count_active(db: Session, actor: Actor, ids: Sequence[int]) -> int:
    """Return how many of these contacts are not in the trash."""
    return _count(db, active(actor).where(col(Contact.id).in_(ids)))


def count_all(db: Session, actor: Actor) -> int:
    """Return how many contacts the address book has, those in the trash too."""
    return _count(db, in_book(actor))


def add(db: Session, row: Mapping[str, Any], change: ContactChange) -> None:
    """Write a new contact, whose row has all columns but the id, with the entry in its history.

    Raises:
        DuplicateEmail: The database's constraint on active emails refused it; the transaction is
            over.
        sqlalchemy.exc.IntegrityError: Another constraint did.
    """
    with _translating():
        change.contact_id = db.connection().execute(_inserting(), row).scalar_one()
    _record(db, change)


def save(db: Session, contact: Contact, change: ContactChange) -> None:
    """Write a changed contact with the entry in its history.

    Raises:
        DuplicateEmail: As `add` does.
        sqlalchemy.exc.IntegrityError: As `add` does.
    """
    with _translating():
        db.add(contact)
        db.flush()
    _record(db, change)


@contextmanager
def _translating() -> Generator[None]:
    try:
        yield
    except IntegrityError as error:
        if is_active_email_violation(error):
            raise DuplicateEmail from error
        raise


def _record(db: Session, change: ContactChange) -> None:
    db.connection().execute(sa.insert(ContactChange), change.model_dump())
    note(db, change)


def note(db: Session, change: ContactChange) -> None:
    """Have the change published once the transaction is committed."""
    db.info.setdefault(CHANGES, []).append(change)


@cache
def _inserting() -> Any:
    return sa.insert(Contact).returning(col(Contact.id))


def has_any(db: Session, book_id: int) -> bool:
    """Return whether the book has a contact, in the trash or not."""
    return bool(list_ids(db, book_id, 1))


def list_ids(db: Session, book_id: int, limit: int) -> list[int]:
    """Return the ids of at most so many contacts of a book, the oldest first."""
    statement = sa.select(col(Contact.id)).where(col(Contact.book_id) == book_id)
    found = db.connection().scalars(statement.order_by(col(Contact.id)).limit(limit))
    return cast("list[int]", found.all())


def list_tagged(db: Session, book_id: int, ids: Sequence[int]) -> Sequence[Contact]:
    """Return those of the contacts that have a tag."""
    none: Any = ()
    has_tag = col(Contact.tag_ids) != none
    return db.exec(select(Contact).where(_among(book_id, ids), has_tag)).all()


def delete_duplicates(
    db: Session, book_id: int, ids: Sequence[int], by_book_id: int, account_id: int
) -> None:
    """Move those contacts to the trash whose email an active contact of another book has."""
    taken = sa.select(col(Contact.email_key)).where(
        col(Contact.book_id) == by_book_id, col(Contact.deleted_at).is_(None)
    )
    duplicates = _among(book_id, ids) & col(Contact.email_key).in_(taken)
    _delete(db, book_id, duplicates, account_id, BY_MERGE)


def delete_unchanged(db: Session, actor: Actor, ids: Sequence[int]) -> None:
    """Move those of the contacts to the trash that are as they were created."""
    unchanged = _among(actor.book_id, ids) & (col(Contact.version) == 1)
    _delete(db, actor.book_id, unchanged, actor.account_id, actor.via)


def _delete(
    db: Session, book_id: int, which: sa.ColumnElement[bool], account_id: int, via: str
) -> None:
    statement = sa.update(Contact).where(which, col(Contact.deleted_at).is_(None))
    now = utc_now()
    values = {"deleted_at": now, "updated_at": now, "version": col(Contact.version) + 1}
    deleted = db.connection().execute(
        statement.values(**values).returning(col(Contact.id), col(Contact.version))
    )
    for contact_id, version in deleted:
        change = ContactChange(
            book_id=book_id,
            contact_id=contact_id or 0,
            version=version,
            action="deleted",
            account_id=account_id,
            via=via,
            changes={},
        )
        db.add(change)
        note(db, change)
    db.flush()


def count_duplicates_of_merge(db: Session, actor: Actor, since: datetime) -> int:
    """Return how many contacts `delete_duplicates` moved to the book's trash since then."""
    is_deletion = (
        (col(ContactChange.book_id) == col(Contact.book_id))
        & (col(ContactChange.contact_id) == col(Contact.id))
        & (col(ContactChange.version) == col(Contact.version))
    )
    deleted = in_book(actor).where(col(Contact.deleted_at) >= since)
    return _count(db, deleted.join(ContactChange, is_deletion).where(ContactChange.via == BY_MERGE))


def move(db: Session, book_id: int, ids: Sequence[int], to_book_id: int, account_id: int) -> None:
    """Give the contacts to another book; their history is that account's own from now on."""
    statement = sa.update(Contact).where(_among(book_id, ids))
    db.connection().execute(statement.values(book_id=to_book_id))
    # PostgreSQL changed the book by the foreign key; SQLite's has no book in it.
    history = sa.update(ContactChange).where(
        col(ContactChange.book_id).in_((book_id, to_book_id)),
        col(ContactChange.contact_id).in_(ids),
    )
    db.connection().execute(history.values(book_id=to_book_id, account_id=account_id))


def remove(db: Session, book_id: int, ids: Sequence[int]) -> None:
    """Remove the contacts for good, with their history."""
    db.connection().execute(sa.delete(Contact).where(_among(book_id, ids)))


def _among(book_id: int, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    return (col(Contact.book_id) == book_id) & col(Contact.id).in_(ids)


def _count(db: Session, among: SelectOfScalar[Contact]) -> int:
    counting: Any = among.with_only_columns(sa.func.count(), maintain_column_froms=True)
    return cast(int, db.scalar(counting))


def is_active_email_violation(error: IntegrityError) -> bool:
    """Return whether the error is that an active contact of the book has the email."""
    message = str(error.orig)
    return ACTIVE_EMAIL in message or ACTIVE_EMAIL_ON_SQLITE in message
