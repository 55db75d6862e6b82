"""What the list shows without a row: no contacts yet, or no match for the search."""

import reflex as rx

from crm_app.components.buttons import SteadyButton
from crm_app.components.contacts.column import AddButton
from crm_app.components.contacts.search import ClearSearch
from crm_app.components.icon import icon
from crm_app.components.theme import HEADING, MUTED, PRIMARY, SECONDARY, TEXT_LINK
from crm_app.components.words import verbatim, words
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import SAMPLES, NoticeState


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
            hint("Looked in name, email, company and phone."),
            ClearSearch.create(
                "Clear search",
                class_name=f"mt-5 {SECONDARY}",
                custom_attrs={"data-testid": "no-match-clear"},
            ),
            test_id="no-match",
        ),
        empty_state(
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
        ),
    )


def empty_state(
    icon_name: str, title: rx.Component | str, *content: rx.Component, test_id: str
) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            icon(icon_name, "size-6"),
            class_name=(
                "mx-auto mb-5 grid size-14 place-items-center rounded-2xl bg-accent-50 "
                "text-accent-700 dark:bg-accent-950 dark:text-accent-300"
            ),
        ),
        rx.el.p(title, class_name=f"{HEADING} text-lg wrap-anywhere"),
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
