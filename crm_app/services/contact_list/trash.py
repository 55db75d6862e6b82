"""The trash: listing it, and restoring a contact or deleting it for good."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from crm_app.database.models import Contact, ContactChange
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.domain.contact_query import MAX_ROWS, PAGE_SIZE
from crm_app.errors import ContactNotFound, PlaceNotFound, StaleVersion
from crm_app.repositories import contacts
from crm_app.repositories.contact_list import trash
from crm_app.repositories.contact_list.trash import Place
from crm_app.schemas.contacts import (
    ContactUpdate,
    ContactUpdateWithoutEmail,
    ContactView,
    TagLabel,
)
from crm_app.schemas.ids import read_uuid
from crm_app.schemas.trash import TrashedContact, TrashPage
from crm_app.schemas.validation import validate
from crm_app.services import audit, idempotency, quota
from crm_app.services.contact_list import tags
from crm_app.services.contact_list.versions import claim, edit, restore
from crm_app.services.tidying import TRASH_KEPT

CURSOR = r"[0-9a-f]{1,13}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def list_trash(db: Session, actor: Actor, *, limit: int = PAGE_SIZE, cursor: str = "") -> TrashPage:
    """Return the contacts in the trash of the actor's book, the newest deletion first.

    `cursor` is the `next_cursor` of the page before.

    Raises:
        PlaceNotFound: It is none, or the last contact of that page was deleted for good since.
    """
    now, rows = utc_now(), min(max(limit, 1), MAX_ROWS)
    after = _place(db, actor, cursor) if cursor else None
    found = trash.list_newest(db, actor.book_id, rows + 1, after=after)
    shown = found[:rows]
    deletions = trash.find_deletions(db, shown)
    users = trash.find_users(db, actor.book_id, shown)
    labels = tags.labels_of(db, (tag for each in [*shown, *users.values()] for tag in each.tag_ids))

    def view(contact: Contact) -> TrashedContact:
        deletion, user = deletions.get(contact.id or 0), users.get(contact.email_key or "")
        return _view(actor, contact, deletion, user, labels)

    views = [*map(view, shown)]
    is_all = after is None and len(found) <= rows
    total = len(found) if is_all else trash.count(db, actor.book_id)
    return TrashPage(views, total, now, _cursor(shown[-1]) if len(found) > rows else "")


def find_user(db: Session, actor: Actor, *, contact_id: str) -> TrashedContact:
    """Return a contact of the trash with the active one that has its email now.

    Raises:
        ContactNotFound: There is none with this id in the trash.
    """
    contact = _claim(db, actor, contact_id, lock=False)
    users = trash.find_users(db, actor.book_id, [contact])
    user = users.get(contact.email_key or "")
    labels = tags.labels_of(db, [*contact.tag_ids, *(user.tag_ids if user else ())])
    return _view(actor, contact, None, user, labels)


def restore_edited(db: Session, actor: Actor, *, contact_id: str, data: object) -> ContactView:
    """Bring a contact back from the trash with other values, an email that is free above all.

    With the same idempotency key it is done once. One that was restored meanwhile stays as it is.

    Raises:
        ContactNotFound: There is none with this id.
        ValidationFailed: A field breaks a rule.
        IdempotencyKeyReused: The key was used with other values.
        StaleVersion: The contact was changed after the caller read it.
        DuplicateEmail: An active contact of the book has the email.
    """
    contact = claim(db, contacts.in_book(actor), contact_id)
    form = validate(ContactUpdate if contact.email else ContactUpdateWithoutEmail, data)
    wanted, public_id = form.changes(), contact.public_id
    content = {"id": str(public_id), **wanted}
    if idempotency.claim(db, actor, form.idempotency_key, "restore_edited", content, public_id):
        return tags.view_of(db, contact)
    if contact.version != form.version:
        raise StaleVersion(contact.values(), contact.version)
    former = contact.values()
    changes = {field: value for field, value in wanted.items() if value != former[field]}
    if changes:
        edit(db, actor, contact, changes)
    if contact.deleted_at is not None:
        restore(db, actor, contact)
    return tags.view_of(db, contact)


def delete_forever(
    db: Session, actor: Actor, *, contact_id: str, key: object = None
) -> ContactView | None:
    """Remove a contact of the trash with its history; that cannot be undone.

    With the same key (a UUID) it is done once: then there is nothing left to return.

    Raises:
        ContactNotFound: There is none with this id in the trash; an active one counts as none.
        IdempotencyKeyReused: The key was used for something else.
    """
    public_id = read_uuid(contact_id)
    if public_id is None:
        raise ContactNotFound
    content = {"id": str(public_id)}
    if idempotency.claim(db, actor, read_uuid(key), "delete_forever", content, public_id):
        return None
    contact = _claim(db, actor, contact_id)
    contacts.remove(db, actor.book_id, [contact.id or 0])
    quota.recount(db, actor.book_id)
    audit.record(db, actor, audit.Action.CONTACT_REMOVED, public_id)
    return tags.view_of(db, contact)


def _claim(db: Session, actor: Actor, contact_id: str, *, lock: bool = True) -> Contact:
    contact = claim(db, contacts.in_book(actor), contact_id, lock=lock)
    if contact.deleted_at is None:
        raise ContactNotFound
    return contact


def _view(
    actor: Actor,
    contact: Contact,
    deletion: ContactChange | None,
    user: Contact | None,
    labels: Mapping[int, TagLabel],
) -> TrashedContact:
    now = utc_now()
    left = (contact.deleted_at or now) + TRASH_KEPT - now
    return TrashedContact(
        ContactView.of(contact, labels),
        is_own=deletion is not None and deletion.account_id == actor.account_id,
        via=deletion.via if deletion else "",
        days_left=max(0, math.ceil(left / timedelta(days=1))),
        used_by=ContactView.of(user, labels) if user else None,
    )


def _cursor(contact: Contact) -> str:
    """Return the place as text: one that was restored since still says where the page ended."""
    deleted_at = contact.deleted_at or EPOCH
    return f"{(deleted_at - EPOCH) // MICROSECOND:x}.{contact.public_id}"


def _place(db: Session, actor: Actor, cursor: str) -> Place:
    time, _, public_id = cursor.partition(".")
    id_read = read_uuid(public_id)
    place = trash.find_id(db, actor.book_id, id_read) if id_read else None
    if place is None or not re.fullmatch(CURSOR, cursor):
        raise PlaceNotFound
    return EPOCH + int(time, 16) * MICROSECOND, place
