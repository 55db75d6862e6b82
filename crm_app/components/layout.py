"""The frame of the page: top bar, the list on the left, the form on the right or in a sheet."""

import reflex as rx

from crm_app.components.account_menu import account_menu
from crm_app.components.color_mode import color_mode_button
from crm_app.components.field import LOST
from crm_app.components.icon import icon
from crm_app.components.theme import INPUT, MUTED, PRIMARY
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import QUERY_LENGTH, ContactListState

SEARCH_DEBOUNCE_MS = 120


def top_bar() -> rx.Component:
    """Return name, search, colour mode and account."""
    return rx.el.header(
        rx.el.div(
            rx.el.h1(
                rx.el.span(
                    icon("contact"),
                    class_name="grid size-7 place-items-center rounded-lg bg-accent-600 text-white",
                ),
                rx.el.span("Contact Manager", class_name="max-sm:sr-only"),
                class_name=(
                    "flex shrink-0 items-center gap-2 font-semibold tracking-tight text-ink-900 "
                    "dark:text-ink-50"
                ),
            ),
            search(),
            add_button(),
            color_mode_button("max-sm:hidden"),
            account_menu(),
            class_name="mx-auto flex h-14 max-w-6xl items-center gap-3 px-4 sm:gap-4 sm:px-6",
        ),
        class_name=(
            "sticky top-0 z-20 border-b border-ink-200/70 bg-white/85 backdrop-blur "
            # Below the banner of a lost connection, while there is one.
            f"{LOST}top-9 "
            "dark:border-ink-800 dark:bg-ink-950/85"
        ),
        custom_attrs={"data-behind-sheet": ""},
    )


def search() -> rx.Component:
    """Return the search box; `assets/crm.js` keeps its text in the address of the page."""
    return rx.el.div(
        rx.el.span(
            icon("search"),
            class_name=f"pointer-events-none absolute inset-y-0 left-3 grid items-center {MUTED}",
        ),
        rx.el.input(
            type="search",
            placeholder="Search name, email, company…",
            auto_complete="off",
            max_length=QUERY_LENGTH,
            # Offline nothing is sent: the address has the text, reconnecting loads it.
            on_change=ContactListState.get_contacts.debounce(SEARCH_DEBOUNCE_MS).temporal,
            class_name=f"{INPUT} bg-ink-50! pr-3 pl-9 sm:pr-14 dark:bg-ink-900!",
            custom_attrs={
                "data-testid": "search",
                "aria-label": "Search contacts",
                "aria-keyshortcuts": "/ Control+K Meta+K",
            },
        ),
        rx.el.kbd(
            "Ctrl K",
            class_name=(
                "pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 rounded-md border "
                "border-ink-200 bg-white px-1.5 text-[11px] font-medium text-ink-500 max-sm:hidden "
                "dark:border-ink-700 dark:bg-ink-800 dark:text-ink-400"
            ),
            custom_attrs={"aria-hidden": "true", "data-search-shortcut": ""},
        ),
        role="search",
        class_name="relative mx-auto w-full max-w-md min-w-0",
    )


def add_button() -> rx.Component:
    """Return the button that opens the form's sheet on small screens."""
    return rx.el.button(
        icon("plus"),
        type="button",
        on_click=ContactFormState.add_contact,
        class_name=f"{PRIMARY} lg:hidden",
        custom_attrs={
            "data-testid": "add-contact",
            "data-opens-sheet": "",
            "aria-label": "Add contact",
        },
    )


def two_columns(left: rx.Component, right: rx.Component) -> rx.Component:
    """Return the list with the form beside it; below 1024 px the form is a sheet over the page."""
    return rx.el.main(
        rx.el.div(left, class_name="min-w-0", custom_attrs={"data-behind-sheet": ""}),
        rx.el.div(
            rx.el.div(
                rx.el.div(
                    class_name=(
                        "mx-auto mt-2 h-1 w-10 rounded-full bg-ink-200 lg:hidden dark:bg-ink-700"
                    )
                ),
                right,
                class_name=(
                    "max-lg:max-h-[92dvh] max-lg:w-full max-lg:overflow-y-auto "
                    "max-lg:rounded-t-2xl max-lg:bg-white max-lg:dark:bg-ink-900"
                ),
            ),
            class_name=(
                "min-w-0 max-lg:fixed max-lg:inset-0 max-lg:z-40 max-lg:items-end "
                "max-lg:bg-ink-950/50 max-lg:not-data-[sheet=open]:hidden "
                "max-lg:data-[sheet=open]:flex lg:sticky lg:top-20"
            ),
            custom_attrs={"data-sheet": "closed"},
        ),
        class_name=(
            "mx-auto grid min-h-[calc(100dvh-3.5rem)] max-w-6xl content-start gap-6 px-4 py-6 "
            "sm:px-6 lg:grid-cols-[1fr_22rem] lg:items-start"
        ),
    )
