"""What can be done with contacts: the rules and decisions, without the page."""

from datetime import datetime
from enum import StrEnum
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar
from uuid_utils.compat import uuid7

from crm_app.database.models import Contact, ContactChange
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.domain.contact_fields import Values
from crm_app.domain.contact_query import ContactQuery
from crm_app.domain.merging import Merge, merge
from crm_app.domain.search_text import derived
from crm_app.errors import (
    ContactNotFound,
    EditConflict,
    IdempotencyKeyReused,
    PlaceNotFound,
    StaleVersion,
)
from crm_app.repositories import contact_search, contacts
from crm_app.schemas.contacts import (
    ContactChanges,
    ContactCreate,
    ContactPage,
    ContactUpdate,
    ContactUpdateWithoutEmail,
    ContactView,
    UpdatedContact,
)
from crm_app.schemas.ids import read_uuid
from crm_app.schemas.validation import validate
from crm_app.services import idempotency, quota

ALL = ContactQuery()


class Action(StrEnum):
    """What an entry of the history did."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    RESTORED = "restored"


def create_contact(db: Session, actor: Actor, *, data: object) -> ContactView:
    """Create a contact in the actor's address book; the same key gives the first result again.

    Raises:
        ValidationFailed: A field breaks a rule.
        DuplicateEmail: An active contact of the book has this email.
        IdempotencyKeyReused: The key created a contact from other values, or one now deleted.
        QuotaReached: The book has as many contacts as it may have.
    """
    form = validate(ContactCreate, data)
    values, public_id = form.values(), uuid7()
    first = idempotency.claim(
        db, actor, form.idempotency_key, "create_contact", [*values.values()], public_id
    )
    if first is not None:
        return ContactView.of(_first_result(db, actor, first))
    quota.spend(db, actor)
    now = utc_now()
    row = new_row(actor.book_id, public_id, values, now)
    changes = {field: [None, value] for field, value in values.items() if value is not None}
    contacts.add(db, row, _change(actor, Action.CREATED, now, changes))
    stored: Any = SimpleNamespace(**row)
    return ContactView.of(stored)


def get_contacts(
    db: Session, actor: Actor, *, query: ContactQuery = ALL, count_to: int | None = None
) -> ContactPage:
    """Return the contacts of the actor's book that the query asks for, and how many match in all.

    Counting ends at `count_to` where others than all are counted.

    Raises:
        PlaceNotFound: The place that the page would come after is not one of this query.
    """
    if query.after and query.after.of != query.identity:
        raise PlaceNotFound
    found = contact_search.search(db, actor, query)
    is_first = query.after is None and query.start == 0
    if is_first and found.next is None:
        total = len(found.rows)
    else:
        total = contact_search.count(db, actor, query, count_to)
    return ContactPage(
        [ContactView.of(row) for row in found.rows], total, found.next, total != count_to
    )


def find_position(
    db: Session, actor: Actor, *, contact_id: str, query: ContactQuery = ALL
) -> int | None:
    """Return at which position from 0 a contact is in the list of the query, None if in none.

    Raises:
        ContactNotFound: There is none with this id.
    """
    contact = claim(db, contacts.in_book(actor), contact_id, lock=False)
    return contact_search.find_position(db, actor, query, contact)


def get_contact(db: Session, actor: Actor, *, contact_id: str) -> ContactView:
    """Return one active contact.

    Raises:
        ContactNotFound: There is none with this id: missing, in the trash or another's.
    """
    return ContactView.of(claim(db, contacts.active(actor), contact_id, lock=False))


def update_contact(db: Session, actor: Actor, *, contact_id: str, data: object) -> UpdatedContact:
    """Change the given fields of a contact; its version grows by one if one of them differs.

    When it was changed meanwhile, and the update has its `base`, the fields that do not collide
    are merged. With the same idempotency key it is done once, whatever was changed between.

    Raises:
        ContactNotFound: There is none with this id.
        ValidationFailed: A field breaks a rule; fields are judged before the version is.
        IdempotencyKeyReused: The key was used with other values.
        StaleVersion: The contact was changed after the caller read it, and there is no base.
        EditConflict: A field was changed meanwhile, to another value than the update's.
        DuplicateEmail: Another active contact of the book has the new email.
    """
    contact = claim(db, contacts.active(actor), contact_id)
    form = validate(ContactUpdate if contact.email else ContactUpdateWithoutEmail, data)
    wanted = form.changes()
    content = {"id": str(contact.public_id), **wanted}
    key = form.idempotency_key
    if idempotency.claim(db, actor, key, "update_contact", content, contact.public_id):
        return UpdatedContact(ContactView.of(contact))
    change = _merged(contact, form)
    if change.changes:
        edit(db, actor, contact, change.changes)
    return UpdatedContact(ContactView.of(contact), change.kept)


def delete_contact(
    db: Session, actor: Actor, *, contact_id: str, key: object = None, version: int | None = None
) -> ContactView:
    """Move a contact to the trash; its email is free again at once.

    With the same key (a UUID) it is done once: a contact that was brought back since stays.

    Raises:
        ContactNotFound: There is none with this id.
        IdempotencyKeyReused: The key deleted another contact.
        StaleVersion: It was meant for this version, and the contact was changed since.
    """
    contact = claim(db, contacts.in_book(actor), contact_id)
    content = {"id": str(contact.public_id)}
    if idempotency.claim(db, actor, read_uuid(key), "delete_contact", content, contact.public_id):
        return ContactView.of(contact)
    if contact.deleted_at is not None:
        raise ContactNotFound
    if version not in (None, contact.version):
        raise StaleVersion(contact.values(), contact.version)
    delete(db, actor, contact)
    return ContactView.of(contact)


def restore_contact(
    db: Session, actor: Actor, *, contact_id: str, key: object = None
) -> ContactView:
    """Bring a contact back from the trash, to the place in the list it had.

    One that is not in the trash stays as it is. With the same key (a UUID) it is done once.

    Raises:
        ContactNotFound: There is none with this id.
        IdempotencyKeyReused: The key restored another contact.
        DuplicateEmail: Its email was given to another contact meanwhile.
    """
    contact = claim(db, contacts.in_book(actor), contact_id)
    content = {"id": str(contact.public_id)}
    if idempotency.claim(db, actor, read_uuid(key), "restore_contact", content, contact.public_id):
        return ContactView.of(contact)
    if contact.deleted_at is not None:
        restore(db, actor, contact)
    return ContactView.of(contact)


def new_row(book_id: int, public_id: UUID, values: Values, at: datetime) -> dict[str, Any]:
    """Return all columns of a new contact but its id."""
    return {
        "book_id": book_id,
        "public_id": public_id,
        **values,
        **derived(values),
        "tag_ids": (),
        "version": 1,
        "created_at": at,
        "updated_at": at,
        "deleted_at": None,
    }


def claim(
    db: Session, among: SelectOfScalar[Contact], contact_id: object, *, lock: bool = True
) -> Contact:
    """Return one of these contacts, which no one else can change until the transaction ends.

    Raises:
        ContactNotFound: None of them has this id, or it is no id.
    """
    public_id = read_uuid(contact_id)
    contact = contacts.find(db, among, public_id, lock=lock) if public_id else None
    if contact is None:
        raise ContactNotFound
    return contact


def edit(db: Session, actor: Actor, contact: Contact, changes: Values) -> None:
    """Store the changes, which differ from what is stored, as the contact's next version."""
    former = contact.values()
    email, key = contact.email, contact.email_key
    contact.set_values(changes)
    derive(contact)
    if contact.email == email:  # its key may be from before revision 0005
        contact.email_key = key
    differing = {field: [former[field], value] for field, value in changes.items()}
    _save(db, actor, contact, Action.UPDATED, differing)


def delete(db: Session, actor: Actor, contact: Contact) -> None:
    """Move the contact to the trash."""
    contact.deleted_at = utc_now()
    _save(db, actor, contact, Action.DELETED)


def restore(db: Session, actor: Actor, contact: Contact) -> None:
    """Bring the contact back from the trash."""
    contact.deleted_at = None
    _save(db, actor, contact, Action.RESTORED)


def derive(contact: Contact) -> None:
    """Set what follows from the fields that people fill in."""
    contact.set_values(derived(contact.values()))


def _save(
    db: Session,
    actor: Actor,
    contact: Contact,
    action: Action,
    changes: dict[str, list[str | None]] | None = None,
) -> None:
    contact.version += 1
    contact.updated_at = utc_now()
    change = _change(actor, action, contact.updated_at, changes or {})
    change.contact_id, change.version = contact.id or 0, contact.version
    contacts.save(db, contact, change)


def _change(actor: Actor, action: Action, at: datetime, changes: dict[str, Any]) -> ContactChange:
    """Return an entry of the history, of the first version of no contact yet."""
    return ContactChange(
        book_id=actor.book_id,
        contact_id=0,
        version=1,
        action=action.value,
        account_id=actor.account_id,
        via=actor.via,
        at=at,
        changes=changes,
    )


def _merged(contact: Contact, form: ContactChanges) -> Merge:
    """Put the update together with what was stored after its form was opened."""
    theirs = contact.values()
    if contact.version == form.version:
        return merge(theirs, form.changes(), theirs)
    if form.base is None:
        raise StaleVersion(theirs, contact.version)
    merged = merge(form.base.values(), form.changes(), theirs)
    if merged.collisions:
        raise EditConflict(theirs, contact.version, merged.collisions, merged.kept)
    return merged


def _first_result(db: Session, actor: Actor, public_id: Any) -> Contact:
    contact = contacts.find(db, contacts.active(actor), public_id)
    if contact is None:
        raise IdempotencyKeyReused
    return contact
