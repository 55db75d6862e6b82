"""The history of the opened contact."""

import reflex as rx

from crm_app.components.icon import icon
from crm_app.components.theme import FAILURE, LINE, MUTED, SECONDARY, STRONG, TEXT_LINK
from crm_app.schemas.contact_rows import ContactRow
from crm_app.schemas.history import HistoryEntry
from crm_app.states.contact_list import ContactListState
from crm_app.states.contacts.history import HistoryState

_VALUE = "min-w-0 rounded px-1 whitespace-pre-line no-underline"
LOOK = {
    "section": f"border-t p-5 print:hidden {LINE}",
    "heading": f"mb-3 text-sm font-semibold outline-none {STRONG}",
    "day": f"mb-3 text-xs font-semibold {MUTED}",
    "entry": "group relative flex gap-3 pb-4",
    "line": ("absolute top-8 bottom-0 left-3.5 w-px bg-ink-200 group-last:hidden dark:bg-ink-700"),
    "icon": (
        "grid size-7 shrink-0 place-items-center rounded-full bg-ink-100 text-ink-600 "
        "forced-colors:border dark:bg-ink-800 dark:text-ink-300"
    ),
    "text": "min-w-0 flex-1 py-1 wrap-anywhere",
    "sentence": "text-sm text-ink-700 dark:text-ink-200",
    "strong": f"font-semibold {STRONG}",
    "name": f"text-xs {MUTED}",
    "values": "mt-1 flex flex-wrap items-center gap-1.5 text-sm",
    "old": f"{_VALUE} bg-red-50 text-red-800 dark:bg-red-950 dark:text-red-300",
    "arrow": f"inline-flex min-w-0 items-center gap-1.5 {MUTED}",
    "new": f"{_VALUE} bg-emerald-50 text-emerald-800 dark:bg-emerald-950 dark:text-emerald-300",
    "added": f"mt-1 line-clamp-2 text-sm *:mr-1.5 {MUTED}",
    "quoted": "no-underline",
    "time": f"mt-1 text-xs {MUTED}",
    "link": f"-my-3.5 py-3.5 {TEXT_LINK}",
    "failure": f"mb-4 {FAILURE} flex-wrap justify-between",
    "older": f"mb-4 w-full {SECONDARY}",
}


def load_spec(
    contact_id: rx.Var[str], start: rx.Var[int], shown: rx.Var[int]
) -> tuple[rx.Var[str], rx.Var[int], rx.Var[int]]:
    return contact_id, start, shown


class History(rx.Component):
    """The history; its children are icons, in the order that `history.jsx` names."""

    library = "$/browser/history.jsx"
    tag = "History"

    opened: rx.Var[ContactRow | None]
    contact_id: rx.Var[str]
    start: rx.Var[int]
    before: rx.Var[int]
    entries: rx.Var[list[HistoryEntry]]
    failed_id: rx.Var[str]
    failure: rx.Var[str]
    failure_id: rx.Var[str]
    retry_after: rx.Var[int]
    restoring: rx.Var[int]
    look: rx.Var[dict[str, str]]
    on_load: rx.EventHandler[load_spec]
    on_restore: rx.EventHandler[load_spec]


def history() -> rx.Component:
    """Return the history of the contact that the address names."""
    names = ("pencil", "key", "plus", "trash", "undo", "right")
    return History.create(
        *(icon(name, "size-3.5") for name in names),
        opened=ContactListState.opened,
        contact_id=HistoryState.contact_id,
        start=HistoryState.start,
        before=HistoryState.before,
        entries=HistoryState.entries,
        failed_id=HistoryState.failed_id,
        failure=HistoryState.failure,
        failure_id=HistoryState.failure_id,
        retry_after=HistoryState.retry_after,
        restoring=HistoryState.restoring,
        look=LOOK,
        on_load=lambda contact_id, start, shown: HistoryState.load(contact_id, start, shown),
        on_restore=lambda contact_id, first, last: HistoryState.restore_entry(
            contact_id, first, last
        ),
    )
