"""The opened contact: its header, the person, what there is, its history, and its foot."""

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from crm_app.components.buttons import ConnectedButton
from crm_app.components.contacts.column import CloseButton
from crm_app.components.contacts.confirm_delete import AskButton
from crm_app.components.contacts.contact_facts import facts, ways
from crm_app.components.contacts.contact_row import avatar
from crm_app.components.contacts.history import history, load_spec
from crm_app.components.contacts.keys import WHERE_IN_USE
from crm_app.components.field import Countdown
from crm_app.components.icon import icon
from crm_app.components.lazy_view import lazy_view, not_loaded
from crm_app.components.notice import ROOM_IN_SHEET
from crm_app.components.theme import (
    BODY,
    COLUMN_HEADER,
    FAILURE,
    GHOST,
    GHOST_DANGER,
    HEADING,
    LINE,
    SECONDARY,
    STRONG,
)
from crm_app.components.words import VERBATIM, words
from crm_app.schemas.contact_rows import NO_CONTACT, ContactRow
from crm_app.schemas.history import HistoryEntry
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.contacts.history import HistoryState
from crm_app.states.notice import NoticeState


class StepButton(rx.Component):
    """A button that opens the contact so many rows below."""

    library = "$/browser/rows.jsx"
    tag = "StepButton"

    by: rx.Var[int]


class FlashChanges(rx.Component):
    """A `div` in which what shows a field flashes when that changes; see `data-field`."""

    library = "$/browser/flash.jsx"
    tag = "FlashChanges"

    contact: rx.Var[ContactRow]


class OpenedContact(rx.Component):
    """The contact that the address names, or its second child for one that is missing."""

    library = "$/browser/rows.jsx"
    tag = "OpenedContact"

    opened: rx.Var[ContactRow | None]
    missing_id: rx.Var[str]


class MissingContact(rx.Component):
    """What is said of a contact that is missing, and the way to bring it back from the trash."""

    library = "$/browser/missing.jsx"
    tag = "MissingContact"

    missing_id: rx.Var[str]
    contact_id: rx.Var[str]
    entries: rx.Var[list[HistoryEntry]]
    on_load: rx.EventHandler[load_spec]


def contact_panel() -> rx.Component:
    return rx.el.section(
        header(),
        rx.cond(ContactListState.open_failure, failed()),
        OpenedContact.create(
            lazy_view(details(contact=NO_CONTACT), rx.el.div(not_loaded(), class_name="p-5")),
            lazy_view(missing_contact(), missing()),
            opened=ContactListState.opened,
            missing_id=ContactListState.missing_id,
        ),
        class_name="flex min-h-0 flex-1 flex-col",
        custom_attrs={"aria-labelledby": "contact-heading", "data-testid": "contact-panel"},
    )


@rx.memo
def details(contact: ObjectVar[ContactRow]) -> rx.Component:
    return rx.fragment(
        FlashChanges.create(
            person(contact),
            ways(contact),
            facts(contact),
            history(),
            contact=contact,
            class_name=["min-h-0 flex-1 overflow-y-auto", ROOM_IN_SHEET],
        ),
        foot(contact),
    )


def missing() -> rx.Component:
    return rx.el.p("This contact no longer exists", class_name=f"p-5 text-sm {BODY}")


@rx.memo
def missing_contact() -> rx.Component:
    return MissingContact.create(
        missing(),
        ConnectedButton.create(
            "Restore",
            on_click=NoticeState.restore_contact(ContactListState.missing_id, "").temporal,
            class_name=f"mx-5 {SECONDARY}",
            custom_attrs={"data-testid": "restore"},
        ),
        missing_id=ContactListState.missing_id,
        contact_id=HistoryState.contact_id,
        entries=HistoryState.entries,
        on_load=lambda contact_id, start, shown: HistoryState.load(contact_id, start, shown),
    )


def panel_soon() -> rx.Component:
    """Return nothing, and load the code of the opened contact when a row is pointed at."""
    return lazy_view(
        details(contact=NO_CONTACT), rx.fragment(), is_wanted=False, near="[data-contact-id]"
    )


def failed() -> rx.Component:
    """Return why the contact could not be read; choosing it again tries again."""
    return rx.el.p(
        icon("info"),
        Countdown.create(
            message=ContactListState.open_failure,
            message_id=ContactListState.open_failure_id,
            retry_after=ContactListState.open_retry_after,
        ),
        role="alert",
        class_name=f"mx-5 mt-4 {FAILURE}",
    )


def header() -> rx.Component:
    button = f"{GHOST} size-8 px-0! max-lg:size-11 print:hidden"
    return rx.el.div(
        CloseButton.create(
            icon("left", "size-4 lg:hidden"),
            icon("close", "size-4 max-lg:hidden"),
            class_name=f"{button} max-lg:-ml-4 lg:order-last",
            custom_attrs={
                "aria-label": "Close contact",
                "title": "Close (Esc)",
                "data-testid": "close-panel",
            },
        ),
        rx.el.h2(
            "Contact",
            id="contact-heading",
            tab_index=-1,
            class_name=f"mr-auto outline-none {HEADING}",
        ),
        step(-1, "up", "Previous contact", "K", button),
        step(1, "down", "Next contact", "J", button),
        class_name=COLUMN_HEADER,
    )


def step(by: int, icon_name: str, label: str, key: str, look: str) -> rx.Component:
    named = {"aria-label": label, "title": label, "data-key": key}
    test_id = {"data-testid": label.lower().replace(" ", "-")}
    return StepButton.create(
        icon(icon_name), by=by, class_name=look, custom_attrs={**named, **test_id}
    )


def person(contact: Any) -> rx.Component:
    return rx.el.div(
        avatar(contact, "size-14 text-lg"),
        rx.el.div(
            rx.el.h3(
                words(contact.name),
                dir="auto",
                class_name=f"text-left text-lg font-semibold wrap-anywhere {STRONG}",
                custom_attrs={"data-testid": "contact-name", "data-field": "name", **VERBATIM},
            ),
            rx.cond(
                contact.company,
                rx.el.p(
                    words(contact.company),
                    dir="auto",
                    class_name=f"truncate text-left text-sm {BODY}",
                    custom_attrs={"data-field": "company", **VERBATIM},
                ),
            ),
            class_name="min-w-0",
        ),
        class_name="flex items-center gap-4 p-5 pb-4",
    )


def foot(contact: Any) -> rx.Component:
    return rx.el.div(
        ConnectedButton.create(
            icon("pencil"),
            rx.el.span("Edit", rx.el.span(" contact", class_name="lg:hidden")),
            rx.el.kbd(
                "E",
                class_name=f"text-xs font-normal opacity-90 max-lg:hidden {WHERE_IN_USE}",
                custom_attrs={"aria-hidden": "true"},
            ),
            on_click=ContactFormState.edit_contact(contact.id).temporal,
            class_name=(
                f"{SECONDARY} h-10! flex-1 max-lg:h-11! max-lg:border-0 max-lg:bg-accent-600! "
                "max-lg:text-white!"
            ),
            custom_attrs={"data-testid": "edit", "data-key": "E", "data-opens": ""},
        ),
        AskButton.create(
            icon("trash"),
            rx.el.span("Delete", class_name="max-lg:sr-only"),
            contact=contact,
            class_name=(
                f"{GHOST_DANGER} h-10! px-4! max-lg:size-11! max-lg:border max-lg:border-ink-200 "
                "max-lg:px-0! max-lg:shadow-xs dark:max-lg:border-ink-700"
            ),
            custom_attrs={"data-testid": "delete", "data-key": "#", "data-opens": ""},
        ),
        class_name=f"flex shrink-0 gap-2 border-t px-5 py-4 print:hidden {LINE}",
    )
