"""The list: its heading with the total, and its rows, skeleton, failure or empty state."""

import reflex as rx

from crm_app.components.contact_row import contact_row
from crm_app.components.field import LOST, counting_down
from crm_app.components.icon import icon
from crm_app.components.theme import (
    ALERT,
    ALERT_TEXT,
    ALERT_TITLE,
    CARD,
    CARD_HEADER,
    DANGER,
    HEADING,
    MUTED,
    SECONDARY,
)
from crm_app.components.words import VERBATIM, verbatim, words
from crm_app.domain.contact_query import MAX_ROWS
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState

SKELETON_ROWS = 8
ROWS = "divide-y divide-ink-100 dark:divide-ink-800"
# Dimmed, yet every word keeps the contrast that WCAG asks for; opacity would not.
OLD_ROWS = "bg-ink-50 grayscale **:text-ink-500! dark:bg-ink-950 dark:**:text-ink-400!"
LIST_END = "border-t border-ink-100 p-4 text-center dark:border-ink-800"


def contact_list() -> rx.Component:
    return rx.el.section(
        list_header(),
        rx.cond(ContactListState.failure, list_failed()),
        rx.cond(
            ContactListState.is_loaded,
            rx.cond(
                ContactListState.total > 0,
                rows(),
                rx.cond(ContactListState.failure, rx.fragment(), nothing_to_show()),
            ),
            rx.cond(ContactListState.failure, rx.fragment(), skeleton()),
        ),
        class_name=f"overflow-hidden {CARD}",
        custom_attrs={
            "data-testid": "contact-list",
            "data-query": ContactListState.query,
            "aria-labelledby": "contacts-heading",
        },
    )


def list_header() -> rx.Component:
    total = rx.Var(f"({ContactListState.total}).toLocaleString('en-US')").to(str)
    count = rx.cond(ContactListState.is_loaded, f"({total})", "")
    return rx.el.div(
        rx.el.h2(
            "Contacts ",
            words(
                count,
                class_name=f"ml-1 font-normal tabular-nums {MUTED}",
                custom_attrs={"data-testid": "contact-count", **VERBATIM},
            ),
            id="contacts-heading",
            tab_index=-1,
            class_name=f"outline-none {HEADING}",
        ),
        class_name=f"flex min-h-14 items-center {CARD_HEADER}",
    )


def rows() -> rx.Component:
    """Return the contacts, dimmed while a load has failed."""
    return rx.fragment(
        rx.el.ul(
            rx.foreach(
                ContactListState.contacts,
                lambda row: contact_row(
                    row=row, is_open=ContactFormState.contact_id == row.id, key=row.id
                ),
            ),
            class_name=rx.cond(
                ContactListState.failure,
                f"{ROWS} {OLD_ROWS}",
                f"{ROWS} {LOST}grayscale",
            ),
        ),
        rx.cond(
            ContactListState.has_more,
            rx.el.div(
                rx.el.button(
                    words(rx.cond(ContactListState.is_loading_more, "Loading...", "Load more")),
                    type="button",
                    on_click=ContactListState.load_more,
                    disabled=ContactListState.is_loading_more,
                    class_name=SECONDARY,
                    custom_attrs={"data-testid": "load-more", "data-keeps-focus": ""},
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
    )


def skeleton() -> rx.Component:
    """Return placeholder rows for the first load."""
    bar = "rounded bg-ink-100 dark:bg-ink-800"
    row = rx.el.li(
        rx.el.div(class_name=f"size-10 shrink-0 rounded-full {bar}"),
        rx.el.div(
            rx.el.div(class_name=f"h-3.5 w-36 max-w-full {bar}"),
            rx.el.div(class_name=f"h-3 w-52 max-w-full {bar}"),
            rx.el.div(class_name=f"h-3 w-44 max-w-full {bar}"),
            class_name="flex-1 space-y-2.5 py-1",
        ),
        class_name="flex gap-4 px-5 py-4",
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
                counting_down(ContactListState.failure, ContactListState.load_count),
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


def nothing_to_show() -> rx.Component:
    """Return the empty state: no contacts at all, or no match."""
    return rx.cond(
        ContactListState.is_search,
        empty_state(
            "search",
            words(
                "No match for “",
                verbatim(ContactListState.query),
                "”",
                key=ContactListState.query,
            ),
            hint("Words are looked for in name, email, company and phone."),
            rx.el.button(
                "Clear search",
                type="button",
                class_name=f"mt-5 {SECONDARY}",
                custom_attrs={"data-clear-search": ""},
            ),
            test_id="no-match",
        ),
        empty_state(
            "people",
            "No contacts yet",
            rx.el.div(hint("Add your first contact with the form."), class_name="max-lg:hidden"),
            rx.el.div(hint("Add your first contact with the + above."), class_name="lg:hidden"),
            test_id="empty-state",
        ),
    )


def empty_state(
    icon_name: str, title: rx.Component | str, *content: rx.Component, test_id: str
) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            icon(icon_name, "size-6"),
            class_name=(
                "mx-auto mb-4 grid size-14 place-items-center rounded-2xl bg-ink-100 text-ink-500 "
                "dark:bg-ink-800 dark:text-ink-300"
            ),
        ),
        rx.el.p(title, class_name=f"{HEADING} break-words"),
        *content,
        key=test_id,  # where one takes the place of another, nothing of it is left
        class_name="px-6 py-20 text-center",
        custom_attrs={"data-testid": test_id},
    )


def hint(text: str) -> rx.Component:
    return rx.el.p(text, class_name=f"mx-auto mt-1 max-w-xs text-sm {MUTED}")
