"""Labelled inputs with their errors, and the outcome of a form."""

from typing import Any

import reflex as rx

from crm_app.components.icon import icon
from crm_app.components.theme import FAILURE, FIELD_ERROR, INPUT, LABEL, NOTE, PRIMARY, SUCCESS
from crm_app.components.words import words
from crm_app.errors import ConnectionLost

LOST = "in-[.lost]:"
"""Prefix of styles that apply while the connection is lost; see `assets/connection.js`."""


def field(
    name: str,
    label: str,
    error: Any,
    *,
    element: Any = rx.el.input,
    required: bool = False,
    scope: str = "",
    note: rx.Component | None = None,
    **props: Any,
) -> rx.Component:
    """Return a labelled input; `scope` distinguishes equal names in several forms.

    Screen readers announce changes of the `note` under the input.
    """
    marker = rx.el.span(" *", class_name="text-red-600 dark:text-red-400", aria_hidden="true")
    height = " h-auto py-2" if element is rx.el.textarea else ""
    attributes = {
        "aria-describedby": f"{scope}{name}-error" + (f" {scope}{name}-note" if note else ""),
        "aria-invalid": rx.cond(error, "true", "false"),
    }
    if required:
        attributes["aria-required"] = "true"
    return rx.el.div(
        rx.el.label(
            rx.el.span(label, *([marker] if required else []), class_name=LABEL),
            element(name=name, class_name=INPUT + height, custom_attrs=attributes, **props),
        ),
        field_error(error, f"{scope}{name}-error"),
        *([live(note, f"{scope}{name}-note")] if note else []),
    )


def field_error(error: Any, id: str) -> rx.Component:
    """Return the message about a field, empty without one."""
    message = rx.el.p(icon("info", "mt-0.5 size-4"), words(error), class_name=FIELD_ERROR)
    return rx.el.div(rx.cond(error, message), id=id)


def submit_button(
    label: str, busy_label: str, is_busy: Any, test_id: str, look: str = PRIMARY
) -> rx.Component:
    """Return the button that sends a form; while it is busy it says so, and is disabled."""
    return rx.el.button(
        words(rx.cond(is_busy, busy_label, label)),
        type="submit",
        disabled=is_busy,
        class_name=look,
        custom_attrs={"data-testid": test_id},
    )


def live(note: rx.Component, id: str) -> rx.Component:
    return rx.el.div(note, id=id, custom_attrs={"aria-live": "polite"})


def outcome(
    message: Any, message_id: Any, is_success: Any, class_name: str = "", test_id: str = ""
) -> rx.Component:
    """Return the outcome of a form, which screen readers announce; a waiting time counts down.

    Success is hidden while the connection is lost: the server could not clear it in time.
    """
    return rx.el.div(
        rx.cond(
            message,
            rx.el.p(
                rx.cond(is_success, icon("check"), icon("info")),
                counting_down(message, message_id),
                class_name=rx.cond(
                    is_success,
                    f"{SUCCESS} {class_name} {LOST}hidden",
                    f"{FAILURE} {class_name}",
                ),
            ),
        ),
        role="status",
        custom_attrs={"data-testid": test_id} if test_id else {},
    )


def connection_problem(unsent: str = "") -> rx.Component:
    """Return what `assets/sending.js` shows while a form is pending without a connection.

    `unsent` is the message after the form was withdrawn.
    """
    waiting = f"{ConnectionLost.message} It is sent then."
    lines = {"data-says-lost": waiting} | ({"data-says-unsent": unsent} if unsent else {})
    style = f"{NOTE} mt-0! mb-4"
    return rx.el.div(
        *(
            rx.el.p(text, hidden=True, class_name=style, custom_attrs={attribute: ""})
            for attribute, text in lines.items()
        ),
        role="status",
    )


def counting_down(message: Any, key: Any) -> rx.Component:
    """Return a message; seconds named in it count down in the browser."""
    return words(message, key=key, custom_attrs={"data-counts-down": ""})
