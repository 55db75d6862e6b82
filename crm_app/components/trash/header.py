"""The heading of the trash with what is done to all of it, and the work under way."""

from typing import Any

import reflex as rx

from crm_app.components.buttons import ConnectedButton
from crm_app.components.icon import icon
from crm_app.components.theme import BODY, GHOST, GHOST_DANGER, HEADING, LINE, MUTED, SECONDARY
from crm_app.components.words import VERBATIM, words
from crm_app.states.contacts.trash import DAYS_KEPT, TrashState

LIBRARY = "$/browser/trash.jsx"
BUTTON = "h-8! gap-1.5! px-2.5! max-lg:h-11!"


class AskButton(rx.Component):
    """A button that asks before it deletes a row for good; without one, all of them."""

    library = LIBRARY
    tag = "AskButton"

    row: rx.Var[Any]


class RestoreAllButton(rx.Component):
    """A button that restores all."""

    library = LIBRARY
    tag = "RestoreAllButton"

    is_busy: rx.Var[bool]
    on_restore: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def header() -> rx.Component:
    is_shown = TrashState.is_loaded & (TrashState.total > 0)
    return rx.el.div(
        rx.el.h2(
            rx.cond(is_shown, counted(), "Trash"),
            id="trash-heading",
            tab_index=-1,
            class_name=f"outline-none {HEADING}",
        ),
        rx.cond(
            is_shown,
            rx.fragment(
                rx.el.p(
                    f"Kept for {DAYS_KEPT} days, then deleted for good.",
                    class_name=f"text-sm max-lg:hidden {MUTED}",
                ),
                buttons(),
            ),
        ),
        class_name=(
            "flex min-h-13 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b py-2 pr-3 pl-4 "
            f"sm:pl-5 {LINE}"
        ),
    )


def counted() -> rx.Component:
    return rx.el.span(
        words(
            grouped(TrashState.total),
            class_name="tabular-nums",
            custom_attrs={"data-testid": "trash-count", **VERBATIM},
        ),
        words(rx.cond(TrashState.total == 1, " contact in the trash", " contacts in the trash")),
    )


def buttons() -> rx.Component:
    return rx.el.div(
        RestoreAllButton.create(
            icon("restore"),
            "Restore all",
            is_busy=TrashState.is_busy,
            on_restore=lambda key: TrashState.restore_all(key),
            class_name=f"{GHOST} {BUTTON} max-sm:hidden",
            custom_attrs={"data-testid": "restore-all"},
        ),
        AskButton.create(
            icon("trash"),
            "Empty trash",
            class_name=f"{GHOST_DANGER} {BUTTON}",
            custom_attrs={"data-testid": "empty-trash"},
        ),
        class_name="ml-auto flex gap-1",
    )


def progress() -> rx.Component:
    """Return how far the work is, with a way to stop it."""
    job: Any = TrashState.job
    numbers = grouped(job.done) + " of " + grouped(job.total)
    return rx.el.div(
        rx.el.p(
            words(job.text),
            " ",
            words(numbers, class_name="tabular-nums"),
            role="status",
            class_name=f"min-w-0 text-sm {BODY}",
        ),
        rx.el.progress(
            value=job.done.to(str),
            max=job.total.to(str),
            class_name="h-1.5 min-w-16 flex-1 accent-accent-600",
            custom_attrs={"aria-label": "Progress"},
        ),
        ConnectedButton.create(
            "Stop",
            on_click=TrashState.stop,
            class_name=f"{SECONDARY} {BUTTON}",
            custom_attrs={"data-testid": "stop-job"},
        ),
        class_name=f"flex shrink-0 items-center gap-3 border-b px-4 py-2 sm:px-5 {LINE}",
        custom_attrs={"data-testid": "trash-progress"},
    )


def grouped(number: Any) -> Any:
    """Return the number with separators."""
    return rx.Var(f"({number!s}).toLocaleString('en-US')", _var_data=number._get_all_var_data()).to(
        str
    )
