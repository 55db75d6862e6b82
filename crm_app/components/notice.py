"""The notices at the bottom right, and the banner of a lost connection."""

import reflex as rx
from reflex.vars import ObjectVar

from crm_app.components.field import counting_down
from crm_app.components.icon import icon
from crm_app.components.theme import FOCUS
from crm_app.states.notice import Notice, NoticeState

CARD = (
    "pointer-events-auto flex items-center gap-3 rounded-xl bg-ink-900 px-4 py-3 text-sm "
    "text-white shadow-xl dark:bg-ink-100 dark:text-ink-900"
)


def notices() -> rx.Component:
    """Return the region of the notices, which screen readers announce."""
    return rx.el.div(
        rx.foreach(NoticeState.notices, lambda notice: notice_card(notice=notice, key=notice.id)),
        role="status",
        class_name=(
            "pointer-events-none fixed inset-x-4 bottom-5 z-50 flex flex-col items-end gap-2 "
            "sm:left-auto "
            # A sheet's buttons are at the bottom too.
            "max-lg:group-has-[[data-sheet=open]]/page:top-4 "
            "max-lg:group-has-[[data-sheet=open]]/page:bottom-auto"
        ),
        custom_attrs={"aria-label": "Notices"},
    )


@rx.memo
def notice_card(notice: ObjectVar[Notice], rest: rx.RestProp) -> rx.Component:
    return rx.el.div(
        rest,
        rx.cond(notice.is_error, icon("info"), icon("check")),
        rx.el.span(
            rx.cond(notice.is_error, counting_down(notice.message, notice.id), notice.message),
            dir="auto",
            class_name="min-w-0 break-words",
        ),
        rx.cond(
            notice.contact_id,
            rx.el.button(
                "Undo",
                type="button",
                on_click=NoticeState.restore_contact(notice.contact_id, notice.id),
                class_name=(
                    "cursor-pointer rounded px-1 font-semibold text-accent-300 "
                    f"dark:text-accent-700 {FOCUS}"
                ),
                custom_attrs={"data-testid": "undo", "data-keeps-focus": ""},
            ),
        ),
        rx.el.button(
            icon("close", "size-3.5"),
            type="button",
            on_click=NoticeState.dismiss(notice.id),
            class_name=(
                "grid size-6 cursor-pointer place-items-center rounded opacity-70 "
                f"hover:opacity-100 {FOCUS}"
            ),
            custom_attrs={"aria-label": "Dismiss", "data-keeps-focus": ""},
        ),
        class_name=CARD,
        custom_attrs={"data-testid": "notice"},
    )


def connection_banner() -> rx.Component:
    """Return the banner of a lost connection.

    `assets/connection.js` shows it, sooner than Reflex, which counts failed attempts.
    """
    return rx.el.div(
        rx.el.p(
            "Reconnecting... your edits are kept",
            hidden=True,
            class_name="bg-amber-300 px-4 py-2 text-center text-sm font-medium text-ink-950",
            custom_attrs={"data-testid": "reconnecting", "data-lost-banner": ""},
        ),
        role="status",
        class_name="sticky top-0 z-50",
    )
