"""The list: header with the true total, rows, and its four states."""

import reflex as rx
from reflex.vars import ObjectVar

from crm_app.components.empty_state import empty_state, hint
from crm_app.components.icon import icon
from crm_app.components.theme import (
    ALERT,
    ALERT_TEXT,
    ALERT_TITLE,
    AVATAR,
    AVATAR_COLORS,
    BODY,
    CARD,
    CARD_HEADER,
    DANGER,
    GHOST,
    GHOST_DANGER,
    HEADING,
    LINK,
    MUTED,
    SECONDARY,
)
from crm_app.schemas import MAX_ROWS
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState, ContactRow

SKELETON_ROWS = 8
ROWS = "divide-y divide-ink-100 dark:divide-ink-800"
# Dimmed, yet every word keeps the contrast that WCAG asks for; opacity would not.
OLD_ROWS = "bg-ink-50 grayscale **:text-ink-500! dark:bg-ink-950 dark:**:text-ink-400!"
LIST_END = "border-t border-ink-100 p-4 text-center dark:border-ink-800"
ROW = "group relative flex gap-3 px-4 py-4 sm:gap-4 sm:px-5"


def contact_list() -> rx.Component:
    """Return the section with all contacts that match the search."""
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
        custom_attrs={"data-testid": "contact-list", "aria-labelledby": "contacts-heading"},
    )


def list_header() -> rx.Component:
    """Return the heading with how many contacts match."""
    count = rx.Var(f"({ContactListState.total}).toLocaleString('en-US')").to(str)
    return rx.el.div(
        rx.el.h2(
            "Contacts ",
            rx.el.span(
                rx.cond(ContactListState.is_loaded, f"({count})", ""),
                class_name=f"ml-1 font-normal tabular-nums {MUTED}",
                custom_attrs={"data-testid": "contact-count"},
            ),
            id="contacts-heading",
            tab_index=-1,
            class_name=f"outline-none {HEADING}",
        ),
        class_name=f"flex min-h-14 items-center {CARD_HEADER}",
    )


def rows() -> rx.Component:
    """Return the contacts; old ones are dimmed while a load has failed."""
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
                ROWS,
            ),
        ),
        rx.cond(
            ContactListState.has_more,
            rx.el.div(
                rx.el.button(
                    rx.cond(ContactListState.is_loading_more, "Loading...", "Load more"),
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


@rx.memo
def contact_row(
    row: ObjectVar[ContactRow], is_open: rx.Var[bool], rest: rx.RestProp
) -> rx.Component:
    """Return one contact; missing values take no space."""
    return rx.el.li(
        rest,
        rx.cond(is_open, rx.el.span(class_name="absolute inset-y-0 left-0 w-0.5 bg-accent-600")),
        rx.el.div(avatar(row), class_name="pt-0.5"),
        rx.el.div(
            rx.el.p(
                row.name,
                dir="auto",
                class_name="truncate text-left text-sm font-semibold text-ink-900 dark:text-ink-50",
            ),
            rx.el.p(
                rx.el.a(row.email, href=mailto(row), class_name=LINK),
                class_name=f"truncate text-sm {MUTED}",
            ),
            facts(row),
            rx.cond(
                row.notes,
                rx.el.p(
                    row.notes,
                    dir="auto",
                    class_name=f"mt-1.5 line-clamp-2 text-left text-sm break-words {MUTED}",
                ),
            ),
            class_name="min-w-0 flex-1",
        ),
        rx.el.div(
            added(row),
            row_buttons(row, is_open),
            class_name="flex shrink-0 flex-col items-end justify-between gap-2",
        ),
        class_name=rx.cond(
            is_open,
            f"{ROW} bg-accent-50/60 dark:bg-accent-950/40",
            f"{ROW} hover:bg-ink-50 dark:hover:bg-ink-800/50",
        ),
        custom_attrs={"data-testid": "contact-row", "data-contact-id": row.id},
    )


def mailto(row: ObjectVar[ContactRow]) -> rx.Var[str]:
    """Return the address as a link that cannot carry more than the address."""
    encoded = f"encodeURIComponent({row.email!s}).replace('%40', '@')"
    return rx.Var(f"'mailto:' + {encoded}").to(str)


def avatar(row: ObjectVar[ContactRow]) -> rx.Component:
    """Return the initials in a colour that goes with the name."""
    return rx.el.div(
        row.initials,
        class_name=[
            AVATAR,
            "size-10 text-sm",
            rx.match(row.tone, *enumerate(AVATAR_COLORS[:-1]), AVATAR_COLORS[-1]),
        ],
        custom_attrs={"aria-hidden": "true"},
    )


def facts(row: ObjectVar[ContactRow]) -> rx.Component:
    """Return company and phone, as far as there are any."""
    return rx.cond(
        row.company | row.phone,
        rx.el.p(
            rx.cond(
                row.company,
                rx.el.span(
                    icon("building", "size-3.5"),
                    rx.el.span(row.company, dir="auto", class_name="min-w-0 truncate"),
                    class_name="inline-flex min-w-0 items-center gap-1.5",
                ),
            ),
            rx.cond(
                row.phone,
                rx.el.span(
                    icon("phone", "size-3.5"),
                    rx.el.a(
                        row.phone,
                        href=f"tel:{row.phone}",
                        class_name=f"min-w-0 truncate {LINK}",
                    ),
                    class_name="inline-flex min-w-0 items-center gap-1.5",
                ),
            ),
            class_name=f"mt-1 flex flex-wrap gap-x-4 gap-y-1 text-sm {BODY}",
        ),
    )


def added(row: ObjectVar[ContactRow]) -> rx.Component:
    """Return the day the contact was added, in the visitor's time zone."""
    options = "{year: 'numeric', month: 'short', day: 'numeric'}"
    day = rx.Var(f"new Date({row.created_at!s}).toLocaleDateString('en-US', {options})").to(str)
    return rx.el.time(
        rx.el.span("Added ", class_name="max-sm:sr-only"),
        day,
        date_time=row.created_at,
        class_name=f"text-xs whitespace-nowrap {MUTED}",
    )


def row_buttons(row: ObjectVar[ContactRow], is_open: rx.Var[bool]) -> rx.Component:
    """Return Edit and Delete; a mouse finds them by pointing at the row, all else sees them."""
    size = "h-8 px-2 text-xs"
    return rx.el.div(
        rx.el.button(
            icon("pencil", "size-3.5"),
            rx.el.span("Edit", class_name="max-sm:sr-only"),
            type="button",
            on_click=ContactFormState.edit_contact(row.id).temporal,
            class_name=f"{GHOST} {size}",
            custom_attrs={
                "data-testid": "edit",
                "data-opens-sheet": "",
                "aria-label": f"Edit {row.name}",
            },
        ),
        rx.el.button(
            icon("trash", "size-3.5"),
            rx.el.span("Delete", class_name="max-sm:sr-only"),
            type="button",
            on_click=ConfirmDeleteState.ask(row.id).temporal,
            class_name=f"{GHOST_DANGER} {size}",
            custom_attrs={"data-testid": "delete", "aria-label": f"Delete {row.name}"},
        ),
        class_name=rx.cond(
            is_open,
            "flex gap-1",
            "flex gap-1 transition-opacity motion-reduce:transition-none sm:pointer-fine:opacity-0 "
            "sm:pointer-fine:group-hover:opacity-100 "
            "sm:pointer-fine:group-focus-within:opacity-100",
        ),
    )


def skeleton() -> rx.Component:
    """Return rows of nothing while the first contacts are on their way."""
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
    """Return what kept the list from loading; it never looks like an empty list."""
    return rx.el.div(
        icon("alert", "size-5 text-red-600 dark:text-red-400"),
        rx.el.div(
            rx.el.h3("Your contacts could not be loaded", class_name=ALERT_TITLE),
            rx.el.p(ContactListState.failure, class_name=ALERT_TEXT),
            rx.el.button(
                "Try again",
                type="button",
                on_click=ContactListState.retry,
                class_name=f"mt-4 {DANGER}",
                custom_attrs={"data-testid": "retry"},
            ),
        ),
        role="alert",
        class_name=f"m-5 flex gap-3 {ALERT}",
        custom_attrs={"data-testid": "list-failed"},
    )


def nothing_to_show() -> rx.Component:
    """Return why there is no row: no contact at all, or none that matches."""
    return rx.cond(
        ContactListState.is_search,
        empty_state(
            "search",
            rx.el.span("No match for “", rx.el.bdi(ContactListState.query), "”"),
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
