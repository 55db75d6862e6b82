"""The form for adding and editing; the same inputs serve both."""

from typing import Any

import reflex as rx

from crm_app.components.contacts.column import CloseButton
from crm_app.components.contacts.contact_row import OpenButton
from crm_app.components.contacts.form_foot import LIBRARY, FormText, foot
from crm_app.components.field import field
from crm_app.components.icon import icon
from crm_app.components.notice import ROOM_IN_SHEET
from crm_app.components.theme import (
    COLUMN_HEADER,
    FOCUS,
    GHOST,
    HEADING,
    MUTED,
    NOTE,
    TEXT_LINK,
)
from crm_app.domain.contact_fields import FIELDS, ContactField, Kind
from crm_app.states.contact_form import ContactFormState

Values = rx.event.passthrough_event_spec(dict[str, str])


class ContactForm(rx.Component):
    """What the form is filled with and what became of it; see `ContactFormState`."""

    library = LIBRARY
    tag = "ContactForm"

    contact_id: rx.Var[str]
    form_key: rx.Var[str]
    version: rx.Var[int]
    values: rx.Var[dict[str, str]]
    saved_key: rx.Var[str]
    refused_key: rx.Var[str]
    ack: rx.Var[str]
    missing: rx.Var[str]
    conflict: rx.Var[str]
    restored: rx.Var[str]
    on_create: rx.EventHandler[Values]
    on_update: rx.EventHandler[Values]
    on_edit: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_cancel: rx.EventHandler[rx.event.no_args_event_spec]


class FormElement(rx.Component):
    """The form element."""

    library = LIBRARY
    tag = "FormElement"


class ContactInput(rx.Component):
    """An input that the form fills; `as_` is the element, `input` by default."""

    library = LIBRARY
    tag = "ContactInput"

    as_: rx.Var[str]
    name: rx.Var[str]
    type: rx.Var[str]
    placeholder: rx.Var[str]
    input_mode: rx.Var[str]
    auto_complete: rx.Var[str]
    rows: rx.Var[int]


class WhileUnchanged(rx.Component):
    """Its children until the text of the field differs from the one that was sent."""

    library = LIBRARY
    tag = "WhileUnchanged"

    name: rx.Var[str]


class OtherValue(rx.Component):
    """What somebody else made of the field, or what it was before it was edited."""

    library = LIBRARY
    tag = "OtherValue"

    name: rx.Var[str]
    label: rx.Var[str]
    look_of_note: rx.Var[str]
    look_of_button: rx.Var[str]
    look_of_old: rx.Var[str]


class UnsavedChanges(rx.Component):
    """Says so while an edit differs from the contact."""

    library = LIBRARY
    tag = "UnsavedChanges"


class Counter(rx.Component):
    """How many characters a field has, of how many."""

    library = LIBRARY
    tag = "Counter"

    name: rx.Var[str]
    most: rx.Var[int]


def contact_form() -> rx.Component:
    """Return the column's form, with the outcome above its foot."""
    return ContactForm.create(
        rx.el.section(
            header(),
            FormElement.create(
                *map(contact_field, FIELDS),
                id="contact-form",
                class_name=["min-h-0 flex-1 space-y-4 overflow-y-auto p-5", ROOM_IN_SHEET],
                custom_attrs={"data-testid": "contact-form", "aria-labelledby": "form-heading"},
            ),
            foot(),
            class_name="flex min-h-0 flex-1 flex-col",
            custom_attrs={"aria-labelledby": "form-heading"},
        ),
        contact_id=ContactFormState.contact_id,
        form_key=ContactFormState.form_key,
        version=ContactFormState.version,
        values={own.name: getattr(ContactFormState, own.name) for own in FIELDS},
        saved_key=ContactFormState.saved_key,
        refused_key=ContactFormState.refused_key,
        ack=ContactFormState.ack,
        missing=ContactFormState.missing,
        conflict=ContactFormState.conflict,
        restored=ContactFormState.restored,
        on_create=lambda data: ContactFormState.create_contact(data),
        on_update=lambda data: ContactFormState.update_contact(data),
        on_edit=lambda contact_id: ContactFormState.edit_contact(contact_id),
        on_cancel=ContactFormState.cancel_edit,
    )


def header() -> rx.Component:
    return rx.el.div(
        rx.el.h2(
            FormText.create(
                adding="Add contact",
                editing=rx.cond(ContactFormState.restores, "Restore contact", "Edit contact"),
            ),
            id="form-heading",
            class_name=f"mr-auto {HEADING}",
        ),
        UnsavedChanges.create(class_name=f"mr-1 text-xs {MUTED}"),
        CloseButton.create(
            icon("close"),
            class_name=f"{GHOST} size-8 px-0! max-lg:size-11",
            custom_attrs={
                "aria-label": "Close form",
                "title": "Close form",
                "data-testid": "close-form",
            },
        ),
        class_name=COLUMN_HEADER,
    )


def beside_error(own: ContactField, message: rx.Component) -> rx.Component:
    """Return the message, with the way to the contact that has the email of one in the trash."""
    if own.kind is not Kind.EMAIL:
        return message
    way = OpenButton.create(
        "Open",
        contact_id=ContactFormState.used_by,
        class_name=f"{TEXT_LINK} text-sm max-lg:py-3 max-lg:-my-3",
        custom_attrs={"data-testid": "open-other"},
    )
    return rx.el.div(
        message,
        rx.cond(ContactFormState.used_by, way),
        class_name="flex flex-wrap items-end gap-x-3",
    )


PROPS: dict[Kind, dict[str, Any]] = {
    Kind.NAME: {
        "auto_complete": "off",
        "custom_attrs": {"autoCapitalize": "words", "spellCheck": "false"},
    },
    Kind.EMAIL: {
        "input_mode": "email",
        "custom_attrs": {"autoCapitalize": "none", "autoCorrect": "off", "spellCheck": "false"},
    },
    Kind.PHONE: {"type": "tel"},
    Kind.TEXT: {"as_": "textarea", "rows": 3},
}
"""How a field of this kind is typed."""


def contact_field(own: ContactField) -> rx.Component:
    counter = Counter.create(
        name=own.name, most=own.max_length, class_name=f"float-right text-sm {MUTED}"
    )
    error = ContactFormState.field_errors[own.name]
    return field(
        own.name,
        own.label,
        error,
        element=ContactInput.create,
        placeholder=own.placeholder,
        required=own.is_required,
        note=OtherValue.create(
            name=own.name,
            label=own.label,
            look_of_note=NOTE,
            look_of_button=f"cursor-pointer rounded py-0.5 font-semibold underline {FOCUS}",
            look_of_old=f"mt-1.5 text-xs wrap-anywhere {MUTED}",
        ),
        beside=counter if own.kind is Kind.TEXT else None,
        while_shown=lambda message: WhileUnchanged.create(
            beside_error(own, message), name=own.name
        ),
        **PROPS.get(own.kind, {}),
    )
