"""Contacts as the list draws them, and what of a list is sent when a few of them have changed."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, make_dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from crm_app.domain import phone
from crm_app.domain.contact_fields import NAMES
from crm_app.domain.search.marking import matches
from crm_app.domain.text import initials
from crm_app.schemas.contacts import ContactView

AVATAR_TONES = 4
MAX_CHANGED = 5  # rows; a list that differs in more is sent as a whole

_fields: Any = make_dataclass("_fields", [(name, str) for name in NAMES], kw_only=True)


@dataclass(kw_only=True)
class ContactRow(_fields):
    """A contact as the list draws it, with an attribute for each field, empty without a value.

    `phone_link` is where the phone number leads, empty for what is no number. Times are ISO 8601 in
    UTC, the page localises them. `marks` has the fields in which a search has matches, with the
    places where these start and end, in turn.
    """

    if TYPE_CHECKING:
        name: str
        email: str
        company: str
        phone: str
        notes: str

    id: str
    version: int
    phone_link: str
    created_at: str
    updated_at: str
    initials: str
    tone: int
    marks: dict[str, list[int]] = field(default_factory=dict[str, list[int]])


def contact_row(contact: ContactView, terms: Sequence[str] = ()) -> ContactRow:
    """Make the row of a contact, in a search with its terms marked."""
    values: Any = {name: getattr(contact, name) or "" for name in NAMES}
    return ContactRow(
        **values,
        id=contact.id,
        version=contact.version,
        phone_link=phone.link(contact.phone),
        created_at=contact.created_at.isoformat(),
        updated_at=contact.updated_at.isoformat(),
        initials=initials(contact.name),
        tone=zlib.crc32(contact.name.encode()) % AVATAR_TONES,
        marks=_marks(values, terms) if terms else {},
    )


def _marks(values: dict[str, str], terms: Sequence[str]) -> dict[str, list[int]]:
    found = {name: matches(value, terms) for name, value in values.items()}
    return {name: [*chain.from_iterable(spans)] for name, spans in found.items() if spans}


NO_CONTACT = ContactRow(
    **dict.fromkeys(NAMES, ""),
    id="",
    version=0,
    phone_link="",
    created_at="",
    updated_at="",
    initials="",
    tone=0,
)
"""The row of no contact."""


@dataclass(frozen=True)
class Placed:
    """A row and its place in the list, from 0."""

    place: int
    row: ContactRow


@dataclass(frozen=True)
class Change:
    """What makes a list of another: rows that go, then rows that are put, the first place first."""

    sequence: int
    removed: list[str]
    put: list[Placed]


def change_between(
    old: Sequence[ContactRow], new: Sequence[ContactRow], sequence: int
) -> Change | None:
    """Return what makes the new rows of the old ones; None where that is most of them."""
    known = {row.id: row for row in old}
    put = [Placed(place, row) for place, row in enumerate(new) if row != known.get(row.id)]
    put_ids = {placed.row.id for placed in put}
    new_ids = {row.id for row in new}
    removed = [row.id for row in old if row.id not in new_ids]
    if len(removed) + len(put) > MAX_CHANGED:
        return None
    kept_order = [row.id for row in old if row.id in new_ids and row.id not in put_ids]
    if kept_order != [row.id for row in new if row.id not in put_ids]:
        return None
    return Change(sequence, removed, put)
