"""The event that is handled, by Reflex's own ids, and what it brought along."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reflex_base.event.context import EventContext
from reflex_base.utils.form import form_data_as_dict


@dataclass(frozen=True, slots=True)
class EventIds:
    """The id of an event, and that of the event whose handler yielded it, if one did."""

    id: str
    parent_id: str | None


def find_current() -> EventIds | None:
    """Return the ids of the event that is handled, None outside of events."""
    try:
        context = EventContext.get()
    except LookupError:
        return None
    return EventIds(context.txid, context.parent_txid) if context.txid else None


def is_page_load(payload: Mapping[str, Any]) -> bool:
    """Return True for the first event of a page that was just loaded.

    Only that event carries the hashes of the initial states in the page.
    """
    return bool(payload.get("hashes"))


def plain(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of an event, forms as dictionaries."""
    return {name: form_data_as_dict(value) for name, value in payload.items()}
