"""The versions of a contact: each change makes the next one, with an entry in the history."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from crm_app.database.models import Contact, ContactChange
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.domain.contact_fields import Values
from crm_app.domain.contact_list.tags import TAGS
from crm_app.domain.search_text import derived
from crm_app.errors import ContactNotFound
from crm_app.repositories import contacts
from crm_app.schemas.ids import read_uuid
from crm_app.services.contact_list import tags


class Action(StrEnum):
    """What an entry of the history did."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    RESTORED = "restored"


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


def edit(
    db: Session,
    actor: Actor,
    contact: Contact,
    changes: Values,
    tag_names: Sequence[str] | None = None,
) -> None:
    """Store the changes, which differ from what is stored, as the contact's next version.

    `tag_names` are all tags that it is to have.
    """
    former = contact.values()
    email, key = contact.email, contact.email_key
    contact.set_values(changes)
    derive(contact)
    if contact.email == email:  # its key may be from before revision 0005
        contact.email_key = key
    differing: dict[str, Any] = {field: [former[field], value] for field, value in changes.items()}
    if tag_names is not None:
        differing[TAGS] = [tags.names_of(db, contact), [*tag_names]]
        contact.tag_ids = tags.find_or_create(db, actor.book_id, tag_names)
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
    changes: dict[str, Any] | None = None,
) -> None:
    contact.version += 1
    contact.updated_at = utc_now()
    change = new_change(actor, action, contact.updated_at, changes or {})
    change.contact_id, change.version = contact.id or 0, contact.version
    contacts.save(db, contact, change)


def new_change(
    actor: Actor, action: Action, at: datetime, changes: dict[str, Any]
) -> ContactChange:
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
