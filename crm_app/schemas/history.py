"""The history of a contact as people read it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_app.schemas.contacts import ContactView


@dataclass(frozen=True)
class FieldChange:
    """What a field was and became: a text, None for nothing, or a list of names."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class HistoryEntry:
    """What somebody did at one time: the changes that made the versions `first` to `last`.

    `action` is created, updated, deleted or restored. `at` is when the last change was made, as ISO
    8601 in UTC. `is_own` whether the reader's account did it; `via` the token or import it came
    through. Only an update has `changes`, in the order of the fields.
    """

    first: int
    last: int
    action: str
    at: str
    is_own: bool
    via: str
    changes: list[FieldChange] = field(default_factory=list[FieldChange])


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some entries, the newest first; older ones are about versions before `before`, 0 for none."""

    entries: Sequence[HistoryEntry]
    before: int = 0


@dataclass(frozen=True, slots=True)
class RestoredContact:
    """A contact whose `fields` have former values again; none where they had them."""

    contact: ContactView
    fields: Sequence[str]
