"""Statements about contacts; every one begins at what the actor owns."""

from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_app.database.models import Contact
from crm_app.domain import text
from crm_app.domain.actor import Actor
from crm_app.errors import DuplicateEmail

LIVING_EMAIL = "uq_contact_living_email"
LIVING_EMAIL_ON_SQLITE = "UNIQUE constraint failed: contact.owner_id, contact.email_key"


def owned_by(actor: Actor) -> SelectOfScalar[Contact]:
    """Select all contacts of the actor's account, those in the trash too."""
    return select(Contact).where(col(Contact.owner_id) == actor.account_id)


def living(actor: Actor) -> SelectOfScalar[Contact]:
    """Select the actor's contacts that are not in the trash."""
    return owned_by(actor).where(col(Contact.deleted_at).is_(None))


def trashed(actor: Actor) -> SelectOfScalar[Contact]:
    """Select the actor's contacts that are in the trash."""
    return owned_by(actor).where(col(Contact.deleted_at).is_not(None))


def find(
    db: Session, among: SelectOfScalar[Contact], contact_id: UUID, *, lock: bool = False
) -> Contact | None:
    """Return the contact with this public id among those selected.

    With `lock`, other writers of it wait until this transaction ends (PostgreSQL; on SQLite all
    writers wait anyway).
    """
    statement = among.where(col(Contact.public_id) == contact_id)
    return db.exec(statement.with_for_update() if lock else statement).one_or_none()


def find_by_idempotency_key(db: Session, actor: Actor, key: UUID) -> Contact | None:
    """Return the contact that the form with this key created, deleted or not."""
    return db.exec(owned_by(actor).where(col(Contact.idempotency_key) == key)).one_or_none()


def search(db: Session, actor: Actor, query: str, limit: int) -> list[Contact]:
    """Return the newest contacts in which every term of the query occurs."""
    statement = living(actor).where(*_matches(query)).order_by(col(Contact.id).desc())
    return list(db.exec(statement.limit(limit)))


def count(db: Session, actor: Actor, query: str) -> int:
    """Return how many contacts `search` would find without a limit."""
    matching = living(actor).where(*_matches(query))
    statement = matching.with_only_columns(sa.func.count(), maintain_column_froms=True)
    return cast(int, db.scalar(statement))


def count_all(db: Session, actor: Actor) -> int:
    """Return how many contacts the actor has, those in the trash too."""
    statement = owned_by(actor).with_only_columns(sa.func.count(), maintain_column_froms=True)
    return cast(int, db.scalar(statement))


def save(db: Session, contact: Contact) -> None:
    """Write a new or changed contact; after a refusal the transaction can go on.

    Raises:
        DuplicateEmail: The database's constraint on living emails refused it.
        sqlalchemy.exc.IntegrityError: Another constraint did.
    """
    try:
        with db.begin_nested():
            db.add(contact)
            db.flush()
    except IntegrityError as error:
        if _is_living_email_violation(error):
            raise DuplicateEmail from error
        raise


def trash_doubles(db: Session, giver_id: int, taker_id: int, at: datetime) -> None:
    """Move the giver's contacts to the trash whose email a living contact of the taker's has."""
    taken = sa.select(col(Contact.email_key)).where(
        col(Contact.owner_id) == taker_id, col(Contact.deleted_at).is_(None)
    )
    statement = sa.update(Contact).where(
        col(Contact.owner_id) == giver_id,
        col(Contact.deleted_at).is_(None),
        col(Contact.email_key).in_(taken),
    )
    db.connection().execute(statement.values(deleted_at=at))


def give_all(db: Session, giver_id: int, taker_id: int) -> int:
    """Make all contacts of one account those of another; return how many there were."""
    statement = sa.update(Contact).where(col(Contact.owner_id) == giver_id)
    return db.connection().execute(statement.values(owner_id=taker_id)).rowcount


def _matches(query: str) -> list[sa.ColumnElement[bool]]:
    return [
        col(Contact.search_text).contains(term, autoescape=True)
        for term in text.search_terms(query)
    ]


def _is_living_email_violation(error: IntegrityError) -> bool:
    message = str(error.orig)
    return LIVING_EMAIL in message or LIVING_EMAIL_ON_SQLITE in message
