"""The form for adding and editing; the same inputs serve both."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import reflex as rx

from crm_app.components.field import connection_problem, field, outcome
from crm_app.components.icon import icon
from crm_app.components.theme import (
    CARD,
    CARD_HEADER,
    FOCUS,
    GHOST,
    HEADING,
    NOTE,
    PRIMARY,
    SECONDARY,
)
from crm_app.components.words import VERBATIM, words
from crm_app.domain.contact_fields import FIELDS, ContactField, Kind
from crm_app.states.contact_form import ContactFormState

is_editing = ContactFormState.contact_id != ""


def contact_form() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(
                words(rx.cond(is_editing, "Edit contact", "Add contact")),
                id="form-heading",
                class_name=HEADING,
            ),
            rx.el.button(
                icon("close"),
                type="button",
                class_name=f"-mr-2 ml-auto w-9 px-0! lg:hidden {GHOST}",
                custom_attrs={"data-closes-sheet": "", "aria-label": "Close form"},
            ),
            class_name=f"flex min-h-14 items-center {CARD_HEADER}",
        ),
        form(),
        form_message(),
        opener(),
        class_name=f"max-lg:rounded-none max-lg:border-0 max-lg:shadow-none {CARD}",
        custom_attrs={"aria-labelledby": "form-heading"},
    )


def form() -> rx.Component:
    """Return the form; a new `form_key` replaces it, `assets/crm.js` keeps a draft of it."""
    return rx.el.form(
        rx.el.input(type="hidden", name="idempotency_key", default_value=""),
        rx.cond(is_editing, edited_contact()),
        *contact_fields(),
        rx.el.div(
            connection_problem("Not sent yet."),
            rx.el.div(
                rx.cond(is_editing, cancel_button(), take_back_button()),
                submit_button(),
                class_name="flex gap-2",
            ),
        ),
        key=ContactFormState.form_key,
        on_submit=save,
        no_validate=True,
        class_name="space-y-4 p-5",
        custom_attrs={
            "data-testid": "contact-form",
            "data-contact-id": ContactFormState.contact_id,
            "data-saved-key": ContactFormState.saved_key,
            "data-refused-key": ContactFormState.refused_key,
            "data-ack": ContactFormState.ack,
            "data-action": rx.cond(is_editing, "update_contact", "create_contact"),
            "data-missing": ContactFormState.missing,
            "data-conflict": ContactFormState.conflict,
            "aria-labelledby": "form-heading",
        },
    )


def save(form_data: Any) -> Any:
    return rx.cond(
        is_editing,
        ContactFormState.update_contact(form_data),
        ContactFormState.create_contact(form_data),
    )


def opener() -> rx.Component:
    """Return the hidden input in which `assets/crm.js` names the contact to open again."""
    return rx.el.input(
        on_change=ContactFormState.edit_contact,
        hidden=True,
        custom_attrs={"data-opens-contact": ""},
    )


def edited_contact() -> rx.Component:
    """Return the hidden inputs that name the contact and the version being edited."""
    return rx.fragment(
        rx.el.input(type="hidden", name="contact_id", default_value=ContactFormState.contact_id),
        rx.el.input(type="hidden", name="version", default_value=f"{ContactFormState.version}"),
        rx.el.input(type="hidden", name="base", default_value=""),
    )


PROPS: dict[Kind, dict[str, Any]] = {
    Kind.NAME: {"auto_complete": "off"},
    Kind.EMAIL: {"input_mode": "email"},
    Kind.PHONE: {"type": "tel"},
    Kind.TEXT: {"element": rx.el.textarea, "rows": 3},
}
"""How a field of this kind is typed."""


def contact_fields() -> Iterator[rx.Component]:
    """Yield the inputs in the order of the fields, narrow ones side by side."""
    for is_narrow, fields in groupby(FIELDS, lambda field: field.is_narrow):
        inputs = [contact_field(field) for field in fields]
        if is_narrow:
            columns = "grid grid-cols-1 gap-x-3 gap-y-4 min-[360px]:grid-cols-2"
            yield rx.el.div(*inputs, class_name=columns)
        else:
            yield from inputs


def contact_field(own: ContactField) -> rx.Component:
    return field(
        own.name,
        own.label,
        ContactFormState.field_errors[own.name],
        placeholder=own.placeholder,
        required=own.is_required,
        default_value=getattr(ContactFormState, own.name),
        note=other_value(own.name, own.label),
        **PROPS.get(own.kind, {}),
    )


def other_value(name: str, label: str) -> rx.Component:
    """Return the note on a field in conflict; `assets/crm.js` fills in the other value."""
    return rx.el.div(
        rx.el.p(
            rx.el.span(class_name="font-medium"),
            rx.el.bdi(class_name="whitespace-pre-line", custom_attrs=VERBATIM),
            class_name="min-w-0 grow basis-28 py-0.5 wrap-anywhere",
        ),
        rx.el.button(
            "Use this",
            type="button",
            class_name=f"cursor-pointer rounded py-0.5 font-semibold underline {FOCUS}",
            custom_attrs={"aria-label": f"Use this for {label}", "data-swaps": name},
        ),
        hidden=True,
        class_name=NOTE,
        custom_attrs={"data-other": name},
    )


def submit_button() -> rx.Component:
    """Return the submit button; `assets/sending.js` changes its label while it is pending."""
    label = rx.cond(is_editing, "Update contact", "Create contact")
    return rx.el.button(
        label,
        type="submit",
        disabled=ContactFormState.is_saving,
        class_name=f"{PRIMARY} h-10! flex-1",
        custom_attrs={
            "data-testid": "submit",
            "data-label": label,
            "data-pending-label": rx.cond(is_editing, "Updating...", "Creating..."),
        },
    )


def cancel_button() -> rx.Component:
    return rx.el.button(
        "Cancel",
        type="button",
        on_click=ContactFormState.cancel_edit,
        class_name=f"{SECONDARY} h-10!",
        custom_attrs={"data-testid": "cancel-edit", "data-discards-draft": ""},
    )


def take_back_button() -> rx.Component:
    """Return the button that withdraws a new contact before it is sent."""
    return rx.el.button(
        "Cancel",
        type="button",
        hidden=True,
        class_name=f"{SECONDARY} h-10!",
        custom_attrs={"data-testid": "take-back", "data-withdraws": ""},
    )


def form_message() -> rx.Component:
    """Return the outcome of the form: success disappears after three seconds, errors stay."""
    return outcome(
        ContactFormState.message,
        ContactFormState.message_id,
        ContactFormState.is_success,
        # The outcome is outdated while the next form waits for a connection.
        class_name="mx-5 mb-5 in-[section:has([data-says-lost]:not([hidden]))]:hidden",
        test_id="form-message",
    )
