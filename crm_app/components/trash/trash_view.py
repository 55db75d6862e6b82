"""The view of the trash; few visits open it, so its code is not in the first load."""

from typing import Any

import reflex as rx

from crm_app.components.error_boundary import section_boundary
from crm_app.components.lazy_view import lazy_view, not_loaded
from crm_app.components.notice import ROOM_IN_LIST
from crm_app.components.theme import CARD
from crm_app.components.trash.header import header, progress
from crm_app.components.trash.question import question
from crm_app.components.trash.rows import rows
from crm_app.components.trash.states import empty, failed, loading
from crm_app.states.contacts.trash import TrashState
from crm_app.states.notice import NoticeState

LIBRARY = "$/browser/trash.jsx"
MAIN = (
    "mx-auto flex min-h-[calc(100dvh-3.5rem-1px)] max-w-[96rem] max-lg:pb-16 sm:px-6 sm:py-5 "
    "lg:h-[calc(100dvh-3.5rem-1px-var(--docked,0px))] lg:min-h-0! print:h-auto!"
)


class Trash(rx.Component):
    """The section, which loads the trash when it is drawn, and follows the work under way.

    It loads it again when there are other `news`, the id of the last notice: an Undo, maybe.
    """

    library = LIBRARY
    tag = "Trash"

    job_id: rx.Var[str]
    news: rx.Var[str]
    on_open: rx.EventHandler[rx.event.no_args_event_spec]
    on_follow: rx.EventHandler[rx.event.no_args_event_spec]


@rx.memo
def trash_page() -> rx.Component:
    return rx.el.main(
        section_boundary(
            "trash",
            trash(),
            reset_keys=[TrashState.load_count],
            on_retry=[TrashState.load],
        ),
        question(),
        class_name=MAIN,
    )


def trash_view() -> rx.Component:
    """Return the view, drawn at its address."""
    return lazy_view(
        trash_page(),
        rx.el.main(not_loaded(), class_name=f"p-5 {MAIN}"),
        at="trash",
        near="[href='/trash']",
        early=".at-trash",
    )


def trash() -> rx.Component:
    """Return the list of deleted contacts, or why there is none."""
    job: Any = TrashState.job
    return Trash.create(
        header(),
        rx.cond(job, progress()),
        rx.cond(TrashState.failure, failed()),
        rx.cond(
            TrashState.is_loaded,
            rx.cond(
                TrashState.total > 0,
                rows(),
                rx.cond(TrashState.failure, rx.fragment(), empty()),
            ),
            rx.cond(TrashState.failure, rx.fragment(), loading()),
        ),
        rx.el.div(class_name=["shrink-0 lg:hidden print:hidden", ROOM_IN_LIST]),
        job_id=rx.cond(job, job.id, ""),
        news=NoticeState.notices[-1].id,  # pyright: ignore[reportIndexIssue]
        on_open=TrashState.load,
        on_follow=TrashState.follow,
        class_name=(
            "flex min-w-0 flex-1 flex-col max-sm:rounded-none max-sm:border-0 max-sm:shadow-none "
            f"lg:h-full lg:overflow-hidden {CARD}"
        ),
        custom_attrs={"data-testid": "trash", "aria-labelledby": "trash-heading"},
    )
