"""What the list shows without a row: no contacts yet, or no match for the search."""

import reflex as rx
from reflex.vars import ObjectVar

from crm_app.components.buttons import SteadyButton
from crm_app.components.contacts.column import AddButton
from crm_app.components.contacts.search import ClearSearch, SearchFor
from crm_app.components.icon import icon
from crm_app.components.lazy_view import lazy_view
from crm_app.components.theme import (
    BODY,
    FOCUS,
    GHOST,
    HEADING,
    MUTED,
    PRIMARY,
    SECONDARY,
    TEXT_LINK,
)
from crm_app.components.words import verbatim, words
from crm_app.schemas.suggestions import Suggestion
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import SAMPLES, NoticeState

LOUD = "bg-accent-50 text-accent-700 dark:bg-accent-950 dark:text-accent-300"
QUIET = "bg-ink-100 text-ink-500 dark:bg-ink-800 dark:text-ink-400"
SPELLING = (
    "inline-flex min-h-9 max-w-full cursor-pointer items-center gap-2 rounded-full px-4 text-sm "
    "ring-1 ring-inset ring-ink-200 hover:bg-ink-50 max-sm:min-h-11 dark:ring-ink-700 "
    f"dark:hover:bg-ink-800 forced-colors:border {FOCUS}"
)


def nothing_to_show() -> rx.Component:
    """Return what is shown without contacts, or without a match: its code comes with searching."""
    simple = rx.el.p("No match", class_name="m-auto", custom_attrs={"data-testid": "no-match"})
    lazy = lazy_view(no_match(), simple, near="[role=search]")
    return rx.cond(ContactListState.is_search, lazy, no_contacts())


@rx.memo
def no_match() -> rx.Component:
    query = ContactListState.query
    return empty_state(
        "search",
        words("No match for “", verbatim(query), "”", key=query),
        rx.cond(ContactListState.suggestions, did_you_mean()),
        rx.el.p(
            "Looked in name, email, company, phone and notes.", class_name=f"mt-6 text-sm {MUTED}"
        ),
        rx.el.div(
            ClearSearch.create(
                "Clear search",
                class_name=SECONDARY,
                custom_attrs={"data-testid": "no-match-clear"},
            ),
            AddButton.create(
                icon("plus"),
                words("Add “", verbatim(query), "” as a contact", key=query),
                text=query,
                on_add=ContactFormState.add_contact,
                look=f"{GHOST} h-auto! min-h-9 py-1.5 text-left wrap-anywhere",
                custom_attrs={"data-testid": "add-from-search"},
            ),
            class_name="mt-5 flex flex-wrap justify-center gap-2",
        ),
        test_id="no-match",
        look=QUIET,
    )


def did_you_mean() -> rx.Component:
    """Return the spellings that do match, each a button that searches for it."""
    return rx.fragment(
        rx.el.p("Did you mean", class_name=f"mt-3 text-sm {BODY}"),
        rx.el.div(
            rx.foreach(ContactListState.suggestions, suggestion),
            class_name="mt-2 flex flex-wrap justify-center gap-2",
        ),
    )


def suggestion(one: ObjectVar[Suggestion]) -> rx.Component:
    total = f"({one.total}).toLocaleString('en-US') + ({one.is_exact} ? '' : '+')"
    return SearchFor.create(
        rx.el.span(
            verbatim(one.text),
            class_name="font-medium wrap-anywhere text-accent-700 dark:text-accent-300",
        ),
        words(rx.Var(total).to(str), class_name=f"tabular-nums {MUTED}"),
        query=one.text,
        key=one.text,
        class_name=SPELLING,
        custom_attrs={"data-testid": "did-you-mean"},
    )


def no_contacts() -> rx.Component:
    return empty_state(
        "people",
        "No contacts yet",
        hint(
            "Add the first person",
            rx.el.span(
                " with the form on the right",
                class_name="max-lg:hidden in-[.column-closed]:hidden",
            ),
            ".",
        ),
        AddButton.create(
            "Add contact",
            on_add=ContactFormState.add_contact,
            look=f"mt-5 lg:hidden lg:in-[.column-closed]:inline-flex {PRIMARY}",
            custom_attrs={"data-testid": "empty-add"},
        ),
        load_samples(),
        test_id="empty-state",
    )


def empty_state(
    icon_name: str,
    title: rx.Component | str,
    *content: rx.Component,
    test_id: str,
    look: str = LOUD,
) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            icon(icon_name, "size-6"),
            class_name=f"mx-auto mb-5 grid size-14 place-items-center rounded-2xl {look}",
        ),
        rx.el.p(title, class_name=f"{HEADING} wrap-anywhere {'text-lg' if look == LOUD else ''}"),
        *content,
        key=test_id,  # where one takes the place of another, nothing of it is left
        class_name="m-auto max-w-full px-6 py-20 text-center",
        custom_attrs={"data-testid": test_id},
    )


def load_samples() -> rx.Component:
    """Return the way to look around with contacts that are not one's own."""
    return rx.el.p(
        "Only looking around? ",
        SteadyButton.create(
            words(
                rx.cond(
                    NoticeState.is_loading_samples,
                    "Loading...",
                    f"Load {SAMPLES} sample contacts",
                )
            ),
            on_click=NoticeState.load_samples(NoticeState.samples_key),
            disabled=NoticeState.is_loading_samples,
            class_name=f"py-3 {TEXT_LINK}",
            custom_attrs={"data-testid": "load-samples"},
        ),
        class_name=f"mt-3 text-sm {MUTED}",
    )


def hint(*text: rx.Component | str) -> rx.Component:
    return rx.el.p(*text, class_name=f"mx-auto mt-1 max-w-xs text-sm {MUTED}")
