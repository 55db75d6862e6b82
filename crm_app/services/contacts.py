"""What can be done with contacts: the rules and decisions, without the page."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from sqlmodel import Session
from uuid_utils.compat import uuid7

from crm_app.database.models import Contact
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.domain.contact_list.tags import TAGS, merge_tags
from crm_app.domain.contact_query import ContactQuery
from crm_app.domain.merging import Merge, merge
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
from crm_app.services.contact_list import tags
from crm_app.services.contact_list.versions import (
    Action,
    claim,
    delete,
    edit,
    new_change,
    new_row,
    restore,
)

ALL = ContactQuery()


def create_contact(db: Session, actor: Actor, *, data: object) -> ContactView:
    """Create a contact in the actor's address book; the same key gives the first result again.

    Raises:
        ValidationFailed: A field breaks a rule.
        DuplicateEmail: An active contact of the book has this email.
        IdempotencyKeyReused: The key created a contact from other values, or one now deleted.
        QuotaReached: The book has as many contacts as it may have.
    """
    form = validate(ContactCreate, data)
    values, names, public_id = form.values(), form.tags or (), uuid7()
    content = [*values.values(), *([names] if names else [])]
    first = idempotency.claim(db, actor, form.idempotency_key, "create_contact", content, public_id)
    if first is not None:
        return tags.view_of(db, _first_result(db, actor, first))
    quota.spend(db, actor)
    now = utc_now()
    row = new_row(actor.book_id, public_id, values, now)
    row["tag_ids"] = tags.find_or_create(db, actor.book_id, names)
    contacts.add(db, row, new_change(actor, Action.CREATED, now, {}))
    stored: Any = SimpleNamespace(**row)
    return tags.view_of(db, stored)


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
    views = tags.views_of(db, found.rows)
    return ContactPage(views, total, found.next, total != count_to)


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
    return tags.view_of(db, claim(db, contacts.active(actor), contact_id, lock=False))


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
    content: dict[str, Any] = {"id": str(contact.public_id), **form.changes()}
    if form.tags is not None:
        content[TAGS] = form.tags
    key = form.idempotency_key
    if idempotency.claim(db, actor, key, "update_contact", content, contact.public_id):
        return UpdatedContact(tags.view_of(db, contact))
    change = _merged(contact, form)
    wanted_tags = _merged_tags(db, contact, form)
    if change.changes or wanted_tags is not None:
        edit(db, actor, contact, change.changes, wanted_tags)
    return UpdatedContact(tags.view_of(db, contact), change.kept)


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
        return tags.view_of(db, contact)
    if contact.deleted_at is not None:
        raise ContactNotFound
    if version not in (None, contact.version):
        raise StaleVersion(contact.values(), contact.version)
    delete(db, actor, contact)
    return tags.view_of(db, contact)


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
        return tags.view_of(db, contact)
    if contact.deleted_at is not None:
        restore(db, actor, contact)
    return tags.view_of(db, contact)


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


def _merged_tags(db: Session, contact: Contact, form: ContactChanges) -> Sequence[str] | None:
    """Return all tags that the contact is to have, None if they stay as they are."""
    if form.tags is None:
        return None
    theirs = tags.names_of(db, contact)
    base = form.base.tags if form.base and contact.version != form.version else theirs
    wanted = merge_tags(theirs if base is None else base, form.tags, theirs)
    return None if wanted == theirs else wanted


def _first_result(db: Session, actor: Actor, public_id: Any) -> Contact:
    contact = contacts.find(db, contacts.active(actor), public_id)
    if contact is None:
        raise IdempotencyKeyReused
    return contact
