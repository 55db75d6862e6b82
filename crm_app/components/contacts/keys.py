"""The keys: their hints in the foot of the list, and the sheet of all of them."""

from typing import Any

import reflex as rx

from crm_app.components.dialog import DIALOG
from crm_app.components.icon import icon
from crm_app.components.lazy_view import importing
from crm_app.components.theme import BODY, FOCUS, GHOST, HEADING, KEYS, LINE, MUTED, STRONG

LIBRARY = "$/browser/keyboard.jsx"
WHERE_IN_USE = "in-[.no-single-keys]:hidden"
"""Hides the hints of single keys where they are switched off."""

_DIVIDED = "divide-y divide-ink-100 dark:divide-ink-800"
LOOK = {
    "header": f"flex h-14 shrink-0 items-center border-b px-5 {LINE}",
    "title": HEADING,
    "close": f"{GHOST} -mr-2 ml-auto size-8 px-0! max-lg:size-11",
    "groups": "grid min-h-0 gap-x-10 gap-y-6 overflow-y-auto p-5 sm:grid-cols-2",
    "group": f"text-sm font-semibold {STRONG}",
    "lines": _DIVIDED,
    "line": "flex h-9 items-center justify-between gap-4",
    "label": f"truncate text-sm {BODY}",
    "keys": "flex items-center gap-1",
    "word": f"text-xs {MUTED}",
    "key": (
        "grid h-6 min-w-6 place-items-center rounded-md border border-ink-200 bg-ink-50 px-1.5 "
        "text-xs font-medium text-ink-700 dark:border-ink-700 dark:bg-ink-800 dark:text-ink-200"
    ),
    "foot": f"flex shrink-0 items-center gap-3 border-t px-5 py-3 text-sm {LINE} {BODY}",
    "switch": (
        "group flex h-6 w-10 shrink-0 cursor-pointer items-center rounded-full bg-ink-500 p-0.5 "
        f"aria-checked:bg-accent-600 forced-colors:border {FOCUS}"
    ),
    "knob": (
        "size-5 rounded-full bg-white shadow-sm group-aria-checked:ml-auto forced-colors:border-8"
    ),
    "hint": f"ml-auto max-sm:hidden {MUTED}",
}


class Keyboard(rx.Component):
    """Listens to the keys; what they do is loaded with the first of them."""

    library = LIBRARY
    tag = "Keyboard"

    load: rx.Var[Any]


class SheetButton(rx.Component):
    """A button that opens the sheet of all keys."""

    library = LIBRARY
    tag = "SheetButton"


class Shortcuts(rx.Component):
    """What the keys do, and the sheet; its child is the icon of the button that closes it."""

    library = "$/browser/shortcuts.jsx"
    tag = "Shortcuts"

    first: rx.Var[Any]
    look: rx.Var[dict[str, str]]


@rx.memo
def shortcuts(first: rx.Var[Any]) -> rx.Component:
    return Shortcuts.create(
        icon("close"),
        first=first,
        look=LOOK,
        class_name=(
            f"{DIALOG} max-w-4xl flex-col overflow-hidden open:flex max-sm:m-0 max-sm:h-dvh "
            "max-sm:max-h-none max-sm:w-full max-sm:max-w-none max-sm:rounded-none"
        ),
        custom_attrs={"data-testid": "shortcuts", "aria-labelledby": "keys-title"},
    )


def keyboard() -> rx.Component:
    return Keyboard.create(load=importing(shortcuts(first=rx.Var("null"))))


def list_foot() -> rx.Component:
    """Return the line below the list; what is first in it keeps to the left."""
    return rx.el.div(
        rx.el.span(
            hint("J", "next"),
            hint("E", "edit"),
            class_name=f"ml-auto flex gap-4 {WHERE_IN_USE}",
            custom_attrs={"aria-hidden": "true"},
        ),
        SheetButton.create(
            rx.el.kbd("?", class_name=f"{KEYS} {WHERE_IN_USE}"),
            "all keys",
            class_name=(
                "inline-flex cursor-pointer items-center gap-1.5 rounded hover:underline "
                f"in-[.no-single-keys]:ml-auto {FOCUS}"
            ),
            custom_attrs={"aria-haspopup": "dialog"},
        ),
        class_name=(
            "flex h-9 shrink-0 items-center gap-4 border-t px-5 text-xs max-lg:hidden "
            f"print:hidden {LINE} {MUTED}"
        ),
    )


def hint(key: str, text: str) -> rx.Component:
    return rx.el.span(
        rx.el.kbd(key, class_name=KEYS), text, class_name="inline-flex items-center gap-1.5"
    )
