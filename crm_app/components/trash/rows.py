"""The deleted contacts: who, how each was deleted, how long it stays, and the two ways out."""

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from crm_app.components.buttons import SteadyButton
from crm_app.components.contacts.contact_row import avatar
from crm_app.components.icon import icon
from crm_app.components.notice import ROOM_IN_LIST
from crm_app.components.theme import BODY, GHOST_DANGER, LINE, MUTED, SECONDARY, STRONG
from crm_app.components.trash.header import LIBRARY, AskButton
from crm_app.components.words import VERBATIM, words
from crm_app.domain.contact_query import MAX_ROWS
from crm_app.schemas.trash import TrashRow
from crm_app.states.contacts.trash import TrashState

FEW_DAYS = 3
ROW = (
    "group relative flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 sm:h-18 sm:flex-nowrap "
    "sm:px-5 sm:py-0 hover:bg-ink-50 dark:hover:bg-ink-800/50 max-lg:scroll-my-16 print:h-auto"
)
# Dimmed, yet every word keeps the contrast that WCAG asks for; opacity would not.
OLD_ROWS = "bg-ink-50 grayscale **:text-ink-500! dark:bg-ink-950 dark:**:text-ink-400!"
END = f"border-t p-4 text-center {LINE}"


def _restore_spec(contact_id: rx.Var[str], key: rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    return contact_id, key


class Scrolled(rx.Component):
    """What scrolls, and under it which of the rows are in sight."""

    library = LIBRARY
    tag = "Scrolled"

    count: rx.Var[int]
    total: rx.Var[int]
    look: rx.Var[str]
    look_of_foot: rx.Var[str]


class Deleted(rx.Component):
    """How and when a contact was deleted."""

    library = LIBRARY
    tag = "Deleted"

    how: rx.Var[str]
    at: rx.Var[str]


class RestoreButton(rx.Component):
    """A button that restores a contact."""

    library = LIBRARY
    tag = "RestoreButton"

    contact_id: rx.Var[str]
    title: rx.Var[str]
    on_restore: rx.EventHandler[_restore_spec]


def rows() -> rx.Component:
    """Return the rows, dimmed while a load has failed."""
    shown: Any = TrashState.rows
    return Scrolled.create(
        rx.el.ul(
            rx.foreach(shown, lambda row: trash_row(row=row, key=row.id)),
            class_name=[
                "divide-y divide-ink-100 dark:divide-ink-800",
                rx.cond(TrashState.failure, OLD_ROWS, ""),
            ],
        ),
        rx.cond(
            (shown.length() < TrashState.total) & (shown.length() < MAX_ROWS),
            rx.el.div(
                SteadyButton.create(
                    words(rx.cond(TrashState.is_loading_more, "Loading...", "Load more")),
                    on_click=TrashState.load_more,
                    disabled=TrashState.is_loading_more,
                    class_name=SECONDARY,
                    custom_attrs={"data-testid": "load-more"},
                ),
                class_name=END,
            ),
        ),
        rx.cond(
            (shown.length() < TrashState.total) & (shown.length() >= MAX_ROWS),
            rx.el.p(
                f"These are the {MAX_ROWS:,} deleted last.", class_name=f"{END} text-sm {MUTED}"
            ),
        ),
        rx.el.div(class_name=["shrink-0 max-lg:hidden print:hidden", ROOM_IN_LIST]),
        count=shown.length(),
        total=TrashState.total,
        look="min-h-0 flex-1 lg:overflow-y-auto",
        look_of_foot=(
            f"flex h-9 shrink-0 items-center border-t px-5 text-xs max-lg:hidden print:hidden "
            f"{LINE} {MUTED}"
        ),
    )


@rx.memo
def trash_row(row: ObjectVar[TrashRow], rest: rx.RestProp) -> rx.Component:
    return rx.el.li(
        rest,
        rx.el.span(avatar(row, "size-10 text-sm"), class_name="shrink-0 grayscale"),
        rx.el.div(
            line(row.name, f"font-semibold {STRONG}", dir="auto"),
            line(row.email, MUTED),
            class_name="min-w-0 flex-[4] text-left",
            custom_attrs=VERBATIM,
        ),
        rx.el.div(
            rx.cond(row.company, line(row.company, BODY, dir="auto", custom_attrs=VERBATIM)),
            rx.cond(
                row.used_by,
                line(
                    words("Email is now used by ", rx.el.bdi(row.used_by), key=row.used_by),
                    "text-amber-800 dark:text-amber-300",
                ),
                Deleted.create(how=row.how, at=row.deleted_at, class_name=f"{LINES} {MUTED}"),
            ),
            class_name="h-10 min-w-0 flex-[4] text-left max-sm:hidden",
        ),
        days_left(row),
        rx.el.div(restore(row), delete(row), class_name="flex shrink-0 items-center gap-1"),
        class_name=ROW,
        custom_attrs={"data-testid": "trash-row", "data-contact-id": row.id},
    )


LINES = "truncate text-sm leading-5"


def line(content: Any, look: str, **props: Any) -> rx.Component:
    return rx.el.p(content, class_name=f"{LINES} {look}", **props)


def days_left(row: Any) -> rx.Component:
    """Return how long the contact stays, in red when that is not long."""
    look = "inline-flex items-center gap-1.5 text-sm whitespace-nowrap tabular-nums"
    noun = rx.cond(row.days_left == 1, " day left", " days left")
    return rx.el.div(
        rx.el.span(
            icon("clock", "size-3.5"),
            words(row.days_left, noun, key=row.days_left),
            class_name=rx.cond(
                row.days_left <= FEW_DAYS,
                f"{look} text-red-700 dark:text-red-400",
                f"{look} {MUTED}",
            ),
        ),
        class_name="flex shrink-0 max-sm:order-last max-sm:w-full max-sm:pl-14 sm:w-28",
    )


def restore(row: ObjectVar[TrashRow]) -> rx.Component:
    """Return the button that restores; with dots, the form is opened first."""
    return RestoreButton.create(
        icon("restore"),
        words(rx.cond(row.used_by, "Restore…", "Restore")),
        contact_id=row.id,
        on_restore=lambda contact_id, key: TrashState.restore(contact_id, key),
        class_name=f"{SECONDARY} h-8! gap-1.5! px-2.5! max-sm:h-10! max-lg:h-11! sm:w-28",
        custom_attrs={"data-testid": "restore", "aria-label": f"Restore {row.name}"},
    )


def delete(row: ObjectVar[TrashRow]) -> rx.Component:
    named = f"Delete {row.name} forever"
    return AskButton.create(
        icon("trash"),
        row=row,
        class_name=f"{GHOST_DANGER} size-8 px-0! max-lg:size-11!",
        custom_attrs={"data-testid": "delete-forever", "aria-label": named, "title": named},
    )
