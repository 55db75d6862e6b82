"""The list: its heading with the total, and its rows, skeleton, failure or empty state."""

import reflex as rx

from crm_app.components.buttons import SteadyButton
from crm_app.components.contacts.contact_row import contact_row
from crm_app.components.contacts.empty_states import nothing_to_show
from crm_app.components.contacts.keys import list_foot
from crm_app.components.field import LOST, Countdown
from crm_app.components.icon import icon
from crm_app.components.notice import ROOM_IN_LIST
from crm_app.components.theme import (
    ALERT,
    ALERT_TEXT,
    ALERT_TITLE,
    CARD,
    DANGER,
    HEADING,
    LINE,
    MARKS,
    MUTED,
    SECONDARY,
)
from crm_app.components.words import VERBATIM, words
from crm_app.domain.contact_query import MAX_ROWS
from crm_app.schemas.contact_rows import NO_CONTACT, Change, ContactRow
from crm_app.states.contact_list import FIRST_ROWS, ContactListState
from crm_app.states.session import SessionState

SKELETON_ROWS = 8
ROWS = "divide-y divide-ink-100 dark:divide-ink-800"
# Dimmed, yet every word keeps the contrast that WCAG asks for; opacity would not.
OLD_ROWS = "bg-ink-50 grayscale **:text-ink-500! dark:bg-ink-950 dark:**:text-ink-400!"
LIST_END = f"border-t p-4 text-center {LINE}"


class ContactRows(rx.Component):
    """The rows; its child is the row of no contact, which is drawn for each.

    The first `at_once` are drawn at once, as many as the HTML has; the others in the next frame.
    """

    library = "$/browser/rows.jsx"
    tag = "ContactRows"

    at_once: rx.Var[int]


class RowTemplates(rx.Component):
    """The row in all its forms, for the server to fill; the page never has them."""

    library = "$/browser/rows.jsx"
    tag = "RowTemplates"


class Served(rx.Component):
    """A place that the server fills in the HTML it serves."""

    library = "$/browser/rows.jsx"
    tag = "Served"

    as_: rx.Var[str]
    name: rx.Var[str]


class Rows(rx.Component):
    """Gives its children the rows that the server sends; `on_gap` asks for all of them."""

    library = "$/browser/rows.jsx"
    tag = "Rows"

    contacts: rx.Var[list[ContactRow]]
    sequence: rx.Var[int]
    changes: rx.Var[list[Change]]
    on_gap: rx.EventHandler[rx.event.no_args_event_spec]


def with_rows(*children: rx.Component) -> rx.Component:
    """Return the children, which know the rows."""
    return Rows.create(
        *children,
        contacts=ContactListState.contacts,
        sequence=ContactListState.sequence,
        changes=ContactListState.changes,
        on_gap=ContactListState.resend,
    )


def contact_list() -> rx.Component:
    return rx.el.section(
        list_header(),
        rx.el.p(words(announcement()), role="status", class_name="sr-only"),
        rx.el.div(
            rx.cond(ContactListState.failure, list_failed()),
            rx.cond(
                ContactListState.is_loaded,
                rx.cond(
                    ContactListState.total > 0,
                    rows(),
                    rx.cond(ContactListState.failure, rx.fragment(), nothing_to_show()),
                ),
                rx.cond(ContactListState.failure, rx.fragment(), not_loaded()),
            ),
            class_name="flex min-h-0 flex-1 flex-col lg:overflow-y-auto",
        ),
        rx.cond(ContactListState.is_loaded & (ContactListState.total > 0), list_foot()),
        class_name=(
            "@container flex min-h-full flex-col max-sm:rounded-none max-sm:border-0 "
            f"max-sm:shadow-none lg:h-full lg:overflow-hidden {MARKS} {CARD}"
        ),
        custom_attrs={
            "data-testid": "contact-list",
            "data-query": ContactListState.query,
            "aria-labelledby": "contacts-heading",
        },
    )


def announcement() -> rx.Var[str]:
    """Return what screen readers say after a search."""
    found = rx.match(
        ContactListState.total,
        (0, "No match"),
        (1, "1 contact"),
        rx.Var(f"{total()} + ' contacts'").to(str),
    )
    is_known = ContactListState.is_loaded & (ContactListState.failure == "")
    return rx.cond(ContactListState.is_search & is_known, found, "").to(str)


def total() -> rx.Var[str]:
    return rx.Var(f"({ContactListState.total}).toLocaleString('en-US')").to(str)


def list_header() -> rx.Component:
    return rx.el.div(
        rx.el.h2(
            rx.cond(
                ContactListState.is_loaded,
                rx.el.span(
                    words(
                        total(),
                        class_name="tabular-nums",
                        custom_attrs={"data-testid": "contact-count", **VERBATIM},
                    ),
                    words(rx.cond(ContactListState.total == 1, " contact", " contacts")),
                ),
                rx.fragment(
                    Served.create(
                        name="count",
                        as_="span",
                        class_name="peer tabular-nums",
                        custom_attrs={"data-testid": "contact-count", **VERBATIM},
                    ),
                    rx.el.span("Contacts", class_name="peer-[:not(:empty)]:hidden"),
                    Served.create(name="noun", as_="span"),
                ),
            ),
            custom_attrs={"id": "contacts-heading"},
            tab_index=-1,
            class_name=f"truncate outline-none {HEADING}",
        ),
        class_name=f"flex h-13 shrink-0 items-center gap-3 border-b px-4 sm:px-5 {LINE}",
    )


def rows() -> rx.Component:
    """Return the contacts, dimmed while a load has failed."""
    return rx.fragment(
        ContactRows.create(
            contact_row(row=NO_CONTACT, is_open=False),
            at_once=FIRST_ROWS,
            class_name=rx.cond(
                ContactListState.failure, f"{ROWS} {OLD_ROWS}", f"{ROWS} {LOST}grayscale"
            ),
        ),
        rx.cond(
            ContactListState.has_more,
            rx.el.div(
                SteadyButton.create(
                    words(rx.cond(ContactListState.is_loading_more, "Loading...", "Load more")),
                    on_click=ContactListState.load_more,
                    disabled=ContactListState.is_loading_more,
                    class_name=SECONDARY,
                    custom_attrs={"data-testid": "load-more"},
                ),
                class_name=LIST_END,
            ),
        ),
        rx.cond(
            ContactListState.is_cut,
            rx.el.p(
                f"These are the newest {MAX_ROWS:,}. Search to find the others.",
                class_name=f"{LIST_END} text-sm {MUTED}",
            ),
        ),
        rx.el.div(class_name=["shrink-0 print:hidden", ROOM_IN_LIST]),
    )


def not_loaded() -> rx.Component:
    """Return what is shown until the data comes: the first rows as the server put them, or none."""
    return rx.fragment(
        RowTemplates.create(contact_row(row=NO_CONTACT, is_open=False)),
        Served.create(name="rows", class_name="peer"),
        rx.el.div(skeleton(), class_name="peer-[:not(:empty)]:hidden"),
    )


def skeleton() -> rx.Component:
    """Return placeholder rows for the first load."""
    bar = "rounded bg-ink-100 dark:bg-ink-800"
    row = rx.el.li(
        rx.el.div(class_name=f"size-11 shrink-0 rounded-full sm:size-10 {bar}"),
        rx.el.div(
            rx.el.div(class_name=f"h-3.5 w-36 max-w-full {bar}"),
            rx.el.div(class_name=f"h-3 w-52 max-w-full {bar}"),
            class_name="flex-1 space-y-2.5",
        ),
        class_name="flex h-18 items-center gap-3 px-4 sm:gap-4 sm:px-5",
    )
    return rx.fragment(
        rx.el.p("Loading contacts...", class_name="sr-only", role="status"),
        rx.el.ul(
            *[row for _ in range(SKELETON_ROWS)],
            class_name="divide-y divide-ink-100 motion-safe:animate-pulse dark:divide-ink-800",
            custom_attrs={"aria-hidden": "true", "data-testid": "skeleton"},
        ),
    )


def list_failed() -> rx.Component:
    return rx.el.div(
        icon("alert", "size-5 text-red-600 dark:text-red-400"),
        rx.el.div(
            rx.el.h3("Your contacts could not be loaded", class_name=ALERT_TITLE),
            rx.el.p(
                Countdown.create(
                    message=ContactListState.failure,
                    message_id=ContactListState.load_count,
                    retry_after=ContactListState.retry_after,
                ),
                rx.cond(ContactListState.total > 0, rx.el.span(" The rows below are from before.")),
                class_name=ALERT_TEXT,
            ),
            rx.el.button(
                "Try again",
                type="button",
                on_click=SessionState.load,  # who is signed in may not be known either
                class_name=f"mt-4 {DANGER}",
                custom_attrs={"data-testid": "retry"},
            ),
        ),
        role="alert",
        class_name=f"m-5 flex gap-3 {ALERT}",
        custom_attrs={"data-testid": "list-failed"},
    )
