"""The history of a contact: what was changed, by whom, and undoing one change."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from crm_app.database.models import Contact, ContactChange
from crm_app.domain.actor import Actor
from crm_app.domain.contact_fields import Values
from crm_app.domain.contact_list.tags import TAGS, merge_tags
from crm_app.domain.merging import merge
from crm_app.errors import ChangeNotFound, EditConflict
from crm_app.repositories import changes, contacts
from crm_app.schemas.contacts import ChangeView, ContactView
from crm_app.schemas.ids import read_uuid
from crm_app.schemas.tokens import Scope
from crm_app.services import idempotency
from crm_app.services.contact_list import tags
from crm_app.services.contact_list.versions import Action, claim, delete, edit, restore

SHOWN = 100


def list_changes(
    db: Session, actor: Actor, *, contact_id: str, limit: int = SHOWN
) -> list[ChangeView]:
    """Return the last changes of a contact, in the trash or not, the newest first.

    Raises:
        ContactNotFound: There is none with this id.
    """
    contact = claim(db, contacts.in_book(actor), contact_id, lock=False)
    found = changes.list_newest(db, contact, limit)
    made = {change.version: change.changes for change in found}
    if found and found[-1].action == Action.CREATED:
        made[found[-1].version] = _created(db, contact, found[:-1])
    return [_view(actor, change, made[change.version]) for change in found]


def undo_change(
    db: Session, actor: Actor, *, contact_id: str, version: int, key: object = None
) -> ContactView:
    """Undo the change that made this version of a contact; that is a change itself.

    Undoing an edit brings the former values of its fields back; undoing a deletion restores the
    contact, and undoing a creation or a restoration deletes it. A change that was undone since is
    not undone again, even if it was repeated: the later change can be undone. With the same key (a
    UUID) a change is undone once.

    Raises:
        ContactNotFound: There is none with this id.
        ChangeNotFound: The contact has no change of this version.
        NotAllowed: That deletes or restores it, which the API token does not allow.
        IdempotencyKeyReused: The key was used for another request.
        EditConflict: A field was changed since.
        DuplicateEmail: Another active contact has the former email.
    """
    contact = claim(db, contacts.in_book(actor), contact_id)
    change = changes.find(db, contact, version)
    if change is None:
        raise ChangeNotFound
    if change.action != Action.UPDATED:
        actor.require(Scope.DELETE)
    content = {"id": str(contact.public_id), "version": version}
    if idempotency.claim(db, actor, read_uuid(key), "undo_change", content, contact.public_id):
        return tags.view_of(db, contact)
    later = changes.list_after(db, contact, version)
    was_moved = any(each.action in (Action.DELETED, Action.RESTORED) for each in later)
    match Action(change.action):
        case Action.UPDATED:
            _undo_edit(db, actor, contact, change, later)
        case Action.DELETED if not was_moved:
            restore(db, actor, contact)
        case Action.CREATED | Action.RESTORED if not was_moved:
            if edited := sorted({field for each in later for field in each.changes}):
                raise EditConflict(contact.values(), contact.version, edited)
            delete(db, actor, contact)
        case _:
            pass
    return tags.view_of(db, contact)


def _undo_edit(
    db: Session,
    actor: Actor,
    contact: Contact,
    change: ContactChange,
    later: Sequence[ContactChange],
) -> None:
    """Bring the former values back, except of fields that had theirs again since."""
    standing = {
        field: (old, new)
        for field, (old, new) in change.changes.items()
        if field != TAGS
        and all(field not in each.changes or each.changes[field][1] != old for each in later)
    }
    former: Values = {field: old for field, (old, _) in standing.items()}
    made: Values = {field: new for field, (_, new) in standing.items()}
    merged = merge(made, former, contact.values())
    if merged.collisions:
        raise EditConflict(contact.values(), contact.version, merged.collisions, merged.kept)
    wanted_tags = _former_tags(db, contact, change)
    if merged.changes or wanted_tags is not None:
        edit(db, actor, contact, merged.changes, wanted_tags)


def _former_tags(db: Session, contact: Contact, change: ContactChange) -> Sequence[str] | None:
    """Return the contact's tags without those the change added, with those it removed."""
    if TAGS not in change.changes:
        return None
    old, new = change.changes[TAGS]
    now = tags.names_of(db, contact)
    wanted = merge_tags(new, old, now)
    return None if wanted == now else wanted


def _created(db: Session, contact: Contact, later: Sequence[ContactChange]) -> dict[str, list[Any]]:
    """Return with what a contact was created: what it has, without what was changed since.

    It is not stored a second time; `later` are all changes since, the newest first.
    """
    values: dict[str, Any] = {**contact.values(), TAGS: tags.names_of(db, contact)}
    for change in later:
        values |= {field: old for field, (old, _) in change.changes.items()}
    given = {field: value for field, value in values.items() if value}
    return {field: [[] if field == TAGS else None, value] for field, value in given.items()}


def _view(actor: Actor, change: ContactChange, changes: Mapping[str, list[Any]]) -> ChangeView:
    return ChangeView(
        version=change.version,
        action=change.action,
        at=change.at,
        is_own=change.account_id == actor.account_id,
        via=change.via,
        changes={field: (old, new) for field, (old, new) in changes.items()},
    )
