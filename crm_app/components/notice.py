"""The notices at the bottom right, and the banner of a lost connection."""

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from crm_app.components.buttons import SteadyButton
from crm_app.components.field import Countdown
from crm_app.components.icon import icon
from crm_app.components.theme import FOCUS
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contacts.history import HistoryState
from crm_app.states.contacts.trash import TrashState
from crm_app.states.notice import Notice, NoticeState

CARD = (
    "pointer-events-auto flex items-center gap-3 rounded-xl bg-ink-900 px-4 py-3 text-sm "
    "max-w-full text-white shadow-xl sm:max-w-sm forced-colors:border dark:bg-ink-100 "
    "dark:text-ink-900 max-lg:group-has-[[aria-modal]]/page:py-2"
)

# Room below what scrolls, so that its end can be scrolled above the notices. A selector with `:has`
# would do without the state, but has every element's style computed again with each change.
_count: Any = NoticeState.notices.length()  # pyright: ignore[reportAttributeAccessIssue]
ROOM_IN_LIST: Any = rx.cond(_count > 2, "h-80 max-lg:h-104", rx.cond(_count > 0, "h-24", ""))
ROOM_IN_SHEET: Any = rx.cond(_count > 0, "max-lg:pb-36", "")


def notices() -> rx.Component:
    """Return the region of the notices, which screen readers announce."""
    return rx.el.div(
        rx.foreach(NoticeState.notices, lambda notice: notice_card(notice=notice, key=notice.id)),
        role="status",
        class_name=(
            "pointer-events-none fixed inset-x-4 bottom-17 z-50 flex flex-col items-end gap-2 "
            # At the right of the list: the buttons of the column, or of a sheet, stay free.
            "sm:left-auto lg:right-[calc(max(0px,(100vw-96rem)/2)+26rem)] "
            "xl:right-[calc(max(0px,(100vw-96rem)/2)+28rem)] "
            "2xl:right-[calc(max(0px,(100vw-96rem)/2)+30rem)] lg:in-[.at-trash]:right-5! "
            "lg:in-[.at-trash]:bottom-5! "
            # Above the bar at the bottom, or above the foot of a sheet.
            "max-lg:bottom-20 max-lg:group-has-[[aria-modal]]/page:bottom-21 "
            # On phones a sheet has room for the newest two.
            "max-sm:group-has-[[aria-modal]]/page:*:nth-last-[n+3]:hidden print:hidden"
        ),
        custom_attrs={"aria-label": "Notices"},
    )


@rx.memo
def notice_card(notice: ObjectVar[Notice], rest: rx.RestProp) -> rx.Component:
    return rx.el.div(
        rest,
        rx.cond(notice.is_error, icon("info"), icon("check")),
        rx.el.span(
            Countdown.create(
                message=notice.message, message_id=notice.id, retry_after=notice.retry_after
            ),
            class_name="min-w-0 wrap-anywhere",
        ),
        rx.cond(
            notice.contact_id | notice.samples_id | notice.changed_id | notice.job_id,
            SteadyButton.create(
                "Undo",
                on_click=rx.cond(
                    notice.contact_id,
                    NoticeState.restore_contact(notice.contact_id, notice.id),
                    rx.cond(
                        notice.changed_id,
                        HistoryState.undo_change(notice.changed_id, notice.version, notice.id),
                        rx.cond(
                            notice.samples_id,
                            NoticeState.remove_samples(notice.samples_id),
                            TrashState.undo_restore_all(notice.job_id, notice.id),
                        ),
                    ),
                ),
                class_name=(
                    "cursor-pointer rounded px-1 font-semibold text-accent-300 "
                    f"dark:text-accent-700 {FOCUS}"
                ),
                custom_attrs={"data-testid": "undo"},
            ),
        ),
        SteadyButton.create(
            icon("close", "size-3.5"),
            on_click=NoticeState.dismiss(notice.id),
            class_name=(
                "grid size-6 cursor-pointer place-items-center rounded opacity-70 "
                f"hover:opacity-100 {FOCUS}"
            ),
            custom_attrs={"aria-label": "Dismiss"},
        ),
        class_name=CARD,
        custom_attrs={"data-testid": "notice", "data-notice": ""},
    )


class ConnectionBanner(rx.Component):
    """Its children while the connection is lost; `load_id` changes with each load of the data."""

    library = "$/browser/connection.jsx"
    tag = "ConnectionBanner"

    load_id: rx.Var[str]


def connection_banner() -> rx.Component:
    """Return the banner of a lost connection, sooner than Reflex, which counts failed attempts."""
    return ConnectionBanner.create(
        rx.el.p(
            "Reconnecting... your edits are kept",
            class_name="bg-amber-300 px-4 py-2 text-center text-sm font-medium text-ink-950",
            custom_attrs={"data-testid": "reconnecting"},
        ),
        load_id=ContactFormState.load_id,
        class_name="sticky top-0 z-50",
    )
