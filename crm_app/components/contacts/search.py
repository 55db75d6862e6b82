"""The search box; its text is in the address of the page."""

import reflex as rx

from crm_app.components.icon import icon
from crm_app.components.theme import FOCUS, INPUT, KEYS, MUTED
from crm_app.states.contact_list import ContactListState

LIBRARY = "$/browser/search_box.jsx"


class SearchBox(rx.Component):
    """The input, with a hint while it is empty and else what clears it.

    `answers` grows with each answer of the server.
    """

    library = LIBRARY
    tag = "SearchBox"

    answers: rx.Var[int]
    query: rx.Var[str]
    placeholder: rx.Var[str]
    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class SearchFor(rx.Component):
    """A button that searches for another text."""

    library = LIBRARY
    tag = "SearchFor"

    query: rx.Var[str]


class ClearSearch(rx.Component):
    """A button that empties the search box."""

    library = LIBRARY
    tag = "ClearSearch"


def search() -> rx.Component:
    return rx.el.div(
        rx.el.span(
            icon("search"),
            class_name=f"pointer-events-none absolute inset-y-0 left-3 grid items-center {MUTED}",
        ),
        SearchBox.create(
            rx.el.kbd(
                "/",
                class_name=(
                    "pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 max-sm:hidden "
                    "in-[.no-single-keys]:hidden "
                    f"{KEYS}"
                ),
                custom_attrs={"aria-hidden": "true"},
            ),
            ClearSearch.create(
                icon("close"),
                class_name=(
                    "absolute inset-y-0 right-0 grid w-9 cursor-pointer place-items-center "
                    f"rounded-lg max-sm:w-11 {MUTED} {FOCUS}"
                ),
                custom_attrs={"aria-label": "Clear", "data-testid": "clear-search"},
            ),
            answers=ContactListState.load_count,
            query=ContactListState.query,
            placeholder="Search name, email, company, phone…",
            on_search=lambda text: ContactListState.get_contacts(text),
            class_name=f"{INPUT} h-9! bg-ink-50! pr-9 pl-9 max-sm:h-11! dark:bg-ink-900!",
            custom_attrs={
                "data-testid": "search",
                "aria-label": "Search contacts",
                "aria-keyshortcuts": "/ Control+K Meta+K",
            },
        ),
        role="search",
        class_name="relative ml-auto w-full max-w-md min-w-0",
    )
