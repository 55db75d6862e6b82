"""What the trash shows without a row: loading, failed, empty."""

import reflex as rx

from crm_app.components.buttons import SteadyButton
from crm_app.components.field import Countdown
from crm_app.components.icon import icon
from crm_app.components.theme import ALERT, ALERT_TEXT, ALERT_TITLE, DANGER, HEADING, MUTED
from crm_app.components.trash.header import LIBRARY
from crm_app.states.contacts.trash import DAYS_KEPT, TrashState

SKELETON_ROWS = 6


class Slowly(rx.Component):
    """Its children after a moment: what is loaded sooner needs no word."""

    library = LIBRARY
    tag = "Slowly"


def empty() -> rx.Component:
    return rx.el.div(
        rx.el.span(
            icon("trash", "size-6"),
            class_name=(
                "grid size-12 place-items-center rounded-full bg-ink-100 text-ink-500 "
                "dark:bg-ink-800 dark:text-ink-400"
            ),
        ),
        rx.el.p("The trash is empty", class_name=f"mt-4 {HEADING}"),
        rx.el.p(
            f"Deleted contacts stay here for {DAYS_KEPT} days.",
            class_name=f"mt-1 text-sm {MUTED}",
        ),
        class_name="grid flex-1 content-center justify-items-center p-10 text-center",
        custom_attrs={"data-testid": "trash-empty"},
    )


def failed() -> rx.Component:
    return rx.el.div(
        icon("alert", "size-5 text-red-600 dark:text-red-400"),
        rx.el.div(
            rx.el.h3("The trash could not be loaded", class_name=ALERT_TITLE),
            rx.el.p(
                Countdown.create(
                    message=TrashState.failure,
                    message_id=TrashState.load_count,
                    retry_after=TrashState.retry_after,
                ),
                rx.cond(TrashState.total > 0, rx.el.span(" The rows below are from before.")),
                class_name=ALERT_TEXT,
            ),
            SteadyButton.create(
                "Try again",
                on_click=TrashState.load,
                class_name=f"mt-4 {DANGER}",
                custom_attrs={"data-testid": "retry"},
            ),
        ),
        role="alert",
        class_name=f"m-5 flex shrink-0 gap-3 {ALERT}",
        custom_attrs={"data-testid": "trash-failed"},
    )


def loading() -> rx.Component:
    bar = "rounded bg-ink-100 dark:bg-ink-800"
    row = rx.el.li(
        rx.el.div(class_name=f"size-10 shrink-0 rounded-full {bar}"),
        rx.el.div(
            rx.el.div(class_name=f"h-3.5 w-36 max-w-full {bar}"),
            rx.el.div(class_name=f"h-3 w-52 max-w-full {bar}"),
            class_name="flex-1 space-y-2.5",
        ),
        class_name="flex h-18 items-center gap-4 px-4 sm:px-5",
    )
    return Slowly.create(
        rx.el.p("Loading the trash...", class_name="sr-only", role="status"),
        rx.el.ul(
            *[row for _ in range(SKELETON_ROWS)],
            class_name="divide-y divide-ink-100 motion-safe:animate-pulse dark:divide-ink-800",
            custom_attrs={"aria-hidden": "true", "data-testid": "trash-skeleton"},
        ),
    )
