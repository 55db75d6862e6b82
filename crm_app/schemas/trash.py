"""Contacts in the trash, and the work on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_app.schemas.contact_rows import contact_row
from crm_app.schemas.contacts import ContactView


@dataclass(frozen=True, slots=True)
class TrashedContact:
    """A contact in the trash: how it went there, and how many days it is kept yet.

    `is_own` if the reader's account deleted it; `via` names the token or merge it was deleted by.
    `used_by` is the active contact that has its email now.
    """

    contact: ContactView
    is_own: bool
    via: str
    days_left: int
    used_by: ContactView | None = None


@dataclass(frozen=True, slots=True)
class TrashPage:
    """Some contacts of the trash, newest deletion first, and how many there are in all.

    `as_of` is when they were read. `next_cursor` leads to the next page, empty on the last.
    """

    contacts: Sequence[TrashedContact]
    total: int
    as_of: datetime
    next_cursor: str = ""


@dataclass(frozen=True, slots=True)
class TrashJob:
    """Work on all contacts of the trash, done or under way.

    `kind` is empty_trash, restore_trash or undo_restore; `state` queued, running, done, stopped or
    failed. `total` is how many were there when it began; `done` of them were removed, restored or
    moved back, and `kept` could not be: the email is used again, or the contact changed since.
    """

    id: str
    kind: str
    state: str
    total: int
    done: int
    kept: int

    @property
    def is_over(self) -> bool:
        """Whether nothing more is done."""
        return self.state not in ("queued", "running")


@dataclass(frozen=True)
class TrashProgress:
    """How many contacts of how many the work is done with, and what it does, in words."""

    id: str
    text: str
    done: int
    total: int


@dataclass(frozen=True)
class TrashRow:
    """A contact as the trash draws it; values are empty where it has none.

    `how` is who deleted it, `used_by` the name of the contact that has its email now.
    """

    id: str
    name: str
    email: str
    company: str
    initials: str
    tone: int
    deleted_at: str
    how: str
    used_by: str
    days_left: int


def trash_row(trashed: TrashedContact) -> TrashRow:
    """Make the row of a contact in the trash."""
    row = contact_row(trashed.contact)
    deleted_at = trashed.contact.deleted_at
    return TrashRow(
        *(row.id, row.name, row.email, row.company, row.initials, row.tone),
        deleted_at=deleted_at.isoformat() if deleted_at else "",
        how=_how(trashed),
        used_by=trashed.used_by.name if trashed.used_by else "",
        days_left=trashed.days_left,
    )


def _how(trashed: TrashedContact) -> str:
    if trashed.via == "merge":
        return "Duplicate, deleted when you signed in"
    if trashed.via.startswith("token "):
        return f"Deleted by {trashed.via}"
    return "Deleted by you" if trashed.is_own else "Deleted by another member"
