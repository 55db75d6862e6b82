"""Modal dialogs: native `dialog` elements, which keep the focus inside."""

from typing import Any

import reflex as rx

DIALOG = (
    "m-auto w-[calc(100%-2rem)] rounded-2xl bg-white shadow-2xl forced-colors:border "
    "backdrop:bg-ink-950/50 dark:bg-ink-900"
)


class Dialog(rx.Component):
    """A modal dialog, shown while `is_open`; Escape and a `DismissButton` close it at once."""

    library = "$/browser/dialog.jsx"
    tag = "Dialog"

    is_open: rx.Var[bool]
    on_dismiss: rx.EventHandler[rx.event.no_args_event_spec]


class DismissButton(rx.Component):
    """The way out of a dialog without an answer; it has the focus when the dialog opens."""

    library = "$/browser/dialog.jsx"
    tag = "DismissButton"


def attributes(test_id: str, title_id: str, text_id: str, role: str = "alertdialog") -> Any:
    """Return the attributes that name and describe a dialog."""
    return {
        "role": role,
        "data-testid": test_id,
        "aria-labelledby": title_id,
        "aria-describedby": text_id,
    }
