"""The foot of the form: its outcome, its buttons, and the question before changes are lost."""

from typing import Any

import reflex as rx

from crm_app.components.field import WAITING, outcome
from crm_app.components.theme import DANGER, LINE, NOTE, PRIMARY, SECONDARY, STRONG
from crm_app.states.contact_form import ContactFormState

LIBRARY = "$/browser/contact_form.jsx"
SHORTCUT = (
    "lg:enabled:after:text-xs lg:enabled:after:font-normal lg:enabled:after:opacity-90 "
    "lg:enabled:after:content-[attr(data-keys)]"
)


class FormText(rx.Component):
    """One text or another, by what is going on with the form."""

    library = LIBRARY
    tag = "FormText"

    adding: rx.Var[str]
    editing: rx.Var[str]
    adding_pending: rx.Var[str]
    editing_pending: rx.Var[str]


class WhileForm(rx.Component):
    """Its children while something is so: the conditions are those that `ContactForm` shares."""

    library = LIBRARY
    tag = "WhileForm"

    condition: rx.Var[str]


class SubmitButton(rx.Component):
    """The button that sends the form."""

    library = LIBRARY
    tag = "SubmitButton"


class FormButton(rx.Component):
    """A button that does something with the form: `discard`, `keepEditing`, `takeBack`."""

    library = LIBRARY
    tag = "FormButton"

    does: rx.Var[str]
    auto_focus: rx.Var[bool]


def foot() -> rx.Component:
    return rx.el.div(
        while_form(
            rx.cond(ContactFormState.is_success, "isFresh", "isSettled"),
            outcome(
                ContactFormState,
                ContactFormState.is_success & ContactFormState.is_news,
                class_name="mb-4",
                test_id="form-message",
            ),
        ),
        rx.el.div(
            while_form("isWaiting", says("lost", WAITING)),
            while_form("isUnsent", says("unsent", "Not sent yet.")),
            role="status",
        ),
        while_form("isNotAsking", buttons()),
        while_form("isAsking", question()),
        class_name=f"shrink-0 border-t px-5 py-4 {LINE}",
    )


def buttons() -> rx.Component:
    return rx.el.div(
        while_form("isEditing", button("Cancel", "discard", "cancel-edit")),
        while_form("canTakeBack", button("Cancel", "takeBack", "take-back")),
        SubmitButton.create(
            FormText.create(
                adding="Create contact",
                editing=rx.cond(ContactFormState.restores, "Restore contact", "Update contact"),
                adding_pending="Creating...",
                editing_pending=rx.cond(ContactFormState.restores, "Restoring...", "Updating..."),
            ),
            class_name=f"{PRIMARY} {SHORTCUT} h-10! flex-1 max-lg:h-11!",
            custom_attrs={
                "data-testid": "submit",
                "data-keys": "Ctrl ↵",
                "form": "contact-form",
            },
        ),
        class_name="flex gap-2",
    )


def question() -> rx.Component:
    """Ask whether to discard the changes of an edit that is closed; keeping them has the focus."""
    return rx.el.div(
        rx.el.p(
            "You have unsaved changes.", id="unsaved-changes", class_name=f"mb-3 text-sm {STRONG}"
        ),
        rx.el.div(
            button("Keep editing", "keepEditing", "keep-editing", auto_focus=True),
            button("Discard changes", "discard", "discard-changes", look=DANGER),
            class_name="flex flex-wrap gap-2",
        ),
        role="group",
        custom_attrs={"aria-labelledby": "unsaved-changes"},
    )


def while_form(condition: str | rx.Var[str], child: rx.Component) -> rx.Component:
    return WhileForm.create(child, condition=condition)


def says(what: str, text: str) -> rx.Component:
    return rx.el.p(text, class_name=f"{NOTE} mt-0! mb-4", custom_attrs={f"data-says-{what}": ""})


def button(
    label: str, does: str, test_id: str, look: str = SECONDARY, **props: Any
) -> rx.Component:
    return FormButton.create(
        label,
        does=does,
        class_name=f"{look} h-10! px-4! max-lg:h-11!",
        custom_attrs={"data-testid": test_id},
        **props,
    )
