"""The right column: Add, View or Edit; below 1024 px a sheet over the page."""

from typing import Any

import reflex as rx

from crm_app.components.theme import CARD
from crm_app.states.contact_list import ContactListState

opened_contact: Any = ContactListState.opened
LIBRARY = "$/browser/column.jsx"


class Column(rx.Component):
    """The column, with the opened contact and the form, of which it shows one."""

    library = LIBRARY
    tag = "Column"

    opened_id: rx.Var[str]
    look: rx.Var[str]
    on_open: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class BehindSheet(rx.Component):
    """What the sheet covers: out of reach while it is open."""

    library = LIBRARY
    tag = "BehindSheet"

    as_: rx.Var[str]


def column(opened: rx.Component, form: rx.Component) -> rx.Component:
    """Return the column with the opened contact and the form."""
    return Column.create(
        opened,
        form,
        opened_id=rx.cond(opened_contact, opened_contact.id, ContactListState.missing_id),
        on_open=lambda contact_id: ContactListState.open_contact(contact_id),
        look=(
            f"flex min-w-0 flex-col overflow-hidden max-lg:fixed max-lg:inset-0 max-lg:z-40 "
            "max-lg:rounded-none max-lg:border-0 lg:h-full lg:w-88 lg:shrink-0 xl:w-96 2xl:w-104 "
            "print:static print:mt-5 print:h-auto print:w-auto print:border-0 print:shadow-none "
            f"{CARD}"
        ),
    )


class CloseButton(rx.Component):
    """A button that closes what the column shows, or the column."""

    library = LIBRARY
    tag = "CloseButton"


class AddButton(rx.Component):
    """A button that shows the form for a new contact, which the `text` is offered to."""

    library = LIBRARY
    tag = "AddButton"

    look: rx.Var[str]
    look_while_form: rx.Var[str]
    text: rx.Var[str]
    on_add: rx.EventHandler[rx.event.no_args_event_spec]
