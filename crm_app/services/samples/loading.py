"""The sample contacts that the page offers for an empty address book, and their removal."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session
from uuid_utils.compat import uuid7

from crm_app.database.models import ContactChange
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.errors import ContactNotFound, NotEmpty
from crm_app.repositories import books, contact_batches, contacts
from crm_app.schemas.ids import read_uuid
from crm_app.services import idempotency, quota
from crm_app.services.contact_list.versions import new_row
from crm_app.services.samples.first_contacts import FIRST_CONTACTS
from crm_app.services.samples.rows import change_row

VIA = "sample"


@dataclass(frozen=True, slots=True)
class RemovedSamples:
    """How many sample contacts are in the trash now, and how many were changed and stay."""

    removed: int
    kept: int


def load_samples(db: Session, actor: Actor, *, key: object = None) -> str:
    """Add the sample contacts to the actor's empty address book; return the id of the first.

    With the same key (a UUID) it is done once. The ids of the others follow that of the first.

    Raises:
        IdempotencyKeyReused: The key was used for something else.
        NotEmpty: The book has contacts, not counting those in the trash.
        QuotaReached: The book may not have so many contacts.
    """
    first_id = uuid7()
    former = idempotency.claim(db, actor, read_uuid(key), "load_samples", [], first_id)
    if former is not None:
        return str(former)
    books.lock(db, actor.book_id)
    if contacts.has_active(db, actor):
        raise NotEmpty
    quota.require(db, actor, len(FIRST_CONTACTS))
    _add(db, actor, _ids_from(first_id))
    quota.recount(db, actor.book_id)
    return str(first_id)


def remove_samples(db: Session, actor: Actor, *, first_id: object) -> RemovedSamples:
    """Move the sample contacts that nobody changed to the trash; done again, it changes nothing.

    Raises:
        ContactNotFound: The book has no sample contacts from this id on.
    """
    public_id = read_uuid(first_id)
    ids = contact_batches.list_created(db, actor, _ids_from(public_id), VIA) if public_id else []
    if not ids:
        raise ContactNotFound
    contacts.delete_unchanged(db, actor, ids)
    kept = contacts.count_active(db, actor, ids)
    return RemovedSamples(len(ids) - kept, kept)


def _add(db: Session, actor: Actor, public_ids: Sequence[UUID]) -> None:
    """Add the contacts, the first of them as the newest, which is at the top of the list."""
    now = utc_now()
    pairs = [*zip(public_ids, reversed(FIRST_CONTACTS), strict=True)]
    rows = [new_row(actor.book_id, public_id, person, now) for public_id, person in pairs]
    changes = [change_row(actor.book_id, actor.account_id, VIA, person, now) for _, person in pairs]
    for entry in contact_batches.add_all(db, rows, changes):
        contacts.note(db, ContactChange(**entry))


def _ids_from(first: UUID) -> list[UUID]:
    """Return the first id and those after it: a batch is known by its first."""
    last = min(first.int + len(FIRST_CONTACTS), 2**128)
    return [UUID(int=number) for number in range(first.int, last)]
