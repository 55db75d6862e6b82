"""Statements that write many contacts at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from crm_app.database.models import Contact, ContactChange
from crm_app.domain.actor import Actor
from crm_app.errors import DuplicateEmail
from crm_app.repositories.contacts import in_book, is_active_email_violation


def add_all(
    db: Session, rows: Sequence[dict[str, Any]], changes: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Write new contacts, each with the entry in its history, in their order; nobody is notified.

    The rows have all columns but the id, which the entries get as well. Returns the entries.

    Raises:
        DuplicateEmail: An active contact has one of the emails; the transaction is over.
    """
    connection = db.connection()
    # SQLite inserts the rows of one statement in their order; SQLAlchemy would send one for each,
    # after each of which the search index is written.
    inserting = sa.insert(Contact).returning(
        *(col(Contact.public_id), col(Contact.id)),
        sort_by_parameter_order=connection.dialect.name != "sqlite",
    )
    try:
        ids = {row.public_id: row.id for row in connection.execute(inserting, rows)}
    except IntegrityError as error:
        if is_active_email_violation(error):
            raise DuplicateEmail from error
        raise
    entries = [
        change | {"contact_id": ids[row["public_id"]]}
        for row, change in zip(rows, changes, strict=True)
    ]
    connection.execute(sa.insert(ContactChange), entries)
    return entries


def list_created(db: Session, actor: Actor, public_ids: Sequence[UUID], via: str) -> list[int]:
    """Return the ids of those contacts of the actor's book that were created this way."""
    creation = (
        (col(ContactChange.book_id) == col(Contact.book_id))
        & (col(ContactChange.contact_id) == col(Contact.id))
        & (col(ContactChange.version) == 1)
    )
    created = in_book(actor).join(ContactChange, creation).where(col(ContactChange.via) == via)
    found = created.where(col(Contact.public_id).in_(public_ids))
    return cast("list[int]", db.scalars(found.with_only_columns(col(Contact.id))).all())


def find_newest_time(db: Session, book_id: int) -> datetime | None:
    """Return when the book's newest contact was created, in the trash or not."""
    statement = sa.select(col(Contact.created_at)).where(col(Contact.book_id) == book_id)
    return db.connection().scalar(statement.order_by(col(Contact.id).desc()).limit(1))
