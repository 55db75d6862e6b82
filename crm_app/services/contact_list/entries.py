"""The history as people read it: changes of a few minutes are one entry, which can be restored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from crm_app.database.models import ContactChange
from crm_app.domain.actor import Actor
from crm_app.domain.contact_fields import NAMES
from crm_app.domain.contact_list.tags import TAGS
from crm_app.errors import ChangeNotFound
from crm_app.repositories import changes, contacts
from crm_app.schemas.history import FieldChange, HistoryEntry, HistoryPage, RestoredContact
from crm_app.services.contact_list import tags
from crm_app.services.contact_list.versions import Action, claim
from crm_app.services.contacts import update_contact

SHOWN = 20
MAX_READ = 500  # changes for one page: a script can make thousands in a minute
TOGETHER = timedelta(minutes=5)
RESTORED = "restore"
"""What a change came through that restored an entry; it is an entry of its own."""

Changes = Sequence[ContactChange]
"""Changes of one contact, the oldest first."""


def list_entries(
    db: Session, actor: Actor, *, contact_id: str, before: int = 0, shown: int = SHOWN
) -> HistoryPage:
    """Return the last entries about a contact, or those about versions before `before`.

    There may be fewer than `shown` although others follow.

    Raises:
        ContactNotFound: There is none with this id.
    """
    contact = claim(db, contacts.in_book(actor), contact_id, lock=False)
    found = changes.list_newest(db, contact, MAX_READ + 1, before)
    has_more = len(found) > MAX_READ
    groups = _grouped(found[:MAX_READ][::-1])
    if has_more and len(groups) > 1:  # the oldest may be a part of an entry
        del groups[0]
    has_more |= len(groups) > shown
    groups = groups[-shown:]
    entries = [_entry(actor, group) for group in reversed(groups)]
    told = [entry for entry in entries if entry.changes or entry.action != Action.UPDATED]
    return HistoryPage(told, groups[0][0].version if has_more else 0)


def restore_entry(
    db: Session, actor: Actor, *, contact_id: str, first: int, last: int
) -> RestoredContact:
    """Give the fields the values they had before these versions; that is a change itself.

    Raises:
        ContactNotFound: There is none with this id.
        ChangeNotFound: These versions changed no field.
        ValidationFailed: A former value breaks a rule of today.
        DuplicateEmail: Another active contact has the former email.
    """
    contact = claim(db, contacts.active(actor), contact_id)
    former = get_former(db, actor, contact_id=contact_id, first=first, last=last)
    stored = {**contact.values(), TAGS: tags.names_of(db, contact)}
    differing = [name for name, value in former.items() if value != stored[name]]
    data = {"version": contact.version, **former}
    actor = replace(actor, via=RESTORED)
    updated = update_contact(db, actor, contact_id=contact_id, data=data)
    return RestoredContact(updated.contact, differing)


def get_former(
    db: Session, actor: Actor, *, contact_id: str, first: int, last: int
) -> dict[str, Any]:
    """Return the values that these versions changed, as they were before.

    Raises:
        ContactNotFound: There is none with this id.
        ChangeNotFound: These versions changed no field.
    """
    contact = claim(db, contacts.in_book(actor), contact_id, lock=False)
    found = changes.list_between(db, contact, first, last, MAX_READ)
    edits = [change for change in found if change.action == Action.UPDATED]
    former = {each.field: each.old for each in _outcome(edits) if each.field in (*NAMES, TAGS)}
    if not former:
        raise ChangeNotFound
    return former


def _grouped(found: Changes) -> list[list[ContactChange]]:
    groups: list[list[ContactChange]] = []
    for change in found:
        if groups and _continues(groups[-1], change):
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _continues(group: Changes, change: ContactChange) -> bool:
    first = group[0]
    return (
        first.action == change.action == Action.UPDATED
        and change.via != RESTORED
        and (first.account_id, first.via) == (change.account_id, change.via)
        and change.at - first.at <= TOGETHER
    )


def _entry(actor: Actor, group: Changes) -> HistoryEntry:
    first, last = group[0], group[-1]
    return HistoryEntry(
        first.version,
        last.version,
        last.action,
        last.at.isoformat(),
        is_own=last.account_id == actor.account_id,
        via=last.via,
        changes=_outcome(group) if last.action == Action.UPDATED else [],
    )


def _outcome(group: Changes) -> list[FieldChange]:
    """Return what became of each field, without those that have their value again."""
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for change in group:
        for name, (before, after) in change.changes.items():
            old.setdefault(name, before)
            new[name] = after
    names = [*(name for name in NAMES if name in old), *(name for name in old if name not in NAMES)]
    return [FieldChange(name, old[name], new[name]) for name in names if old[name] != new[name]]
