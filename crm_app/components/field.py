"""Labelled inputs with their errors, and the outcome of a form."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from crm_app.components.icon import icon
from crm_app.components.theme import FAILURE, FIELD_ERROR, INPUT, LABEL, PRIMARY, SUCCESS
from crm_app.components.words import words
from crm_app.errors import ConnectionLost
from crm_app.states.outcome import Outcome

WAITING = f"{ConnectionLost.message} It is sent then."
"""What is said of something that is pending while the connection is lost."""

LOST = "in-[.lost]:"
"""Prefix of styles that apply while the connection is lost; see `connection.jsx`."""


class Countdown(rx.Component):
    """A message whose seconds count down; another `message_id` is another message."""

    library = "$/browser/countdown.jsx"
    tag = "Countdown"

    message: rx.Var[str]
    message_id: rx.Var[Any]
    retry_after: rx.Var[int]


class WhileNews(rx.Component):
    """Its children for three seconds, if they are news of a success."""

    library = "$/browser/countdown.jsx"
    tag = "WhileNews"

    is_success: rx.Var[bool]
    message_id: rx.Var[str]


def field(
    name: str,
    label: str,
    error: Any,
    *,
    element: Any = rx.el.input,
    required: bool = False,
    scope: str = "",
    note: rx.Component | None = None,
    beside: rx.Component | None = None,
    while_shown: Callable[[rx.Component], rx.Component] = lambda message: message,
    **props: Any,
) -> rx.Component:
    """Return a labelled input; `scope` distinguishes equal names in several forms.

    Screen readers announce changes of the `note` under the input. `beside` stands in the line of
    the label; `while_shown` may hide the error.
    """
    marker = rx.el.span(" *", class_name="text-red-600 dark:text-red-400", aria_hidden="true")
    height = " h-auto py-2" if "rows" in props else ""
    attributes = {
        "aria-describedby": f"{scope}{name}-error" + (f" {scope}{name}-note" if note else ""),
        "aria-invalid": rx.cond(error, "true", "false"),
    }
    if required:
        attributes["aria-required"] = "true"
    return rx.el.div(
        *([beside] if beside else []),
        rx.el.label(
            rx.el.span(label, *([marker] if required else []), class_name=LABEL),
            element(
                name=name,
                class_name=INPUT + height,
                custom_attrs=attributes | props.pop("custom_attrs", {}),
                **props,
            ),
        ),
        field_error(error, f"{scope}{name}-error", while_shown),
        *([live(note, f"{scope}{name}-note")] if note else []),
    )


def field_error(
    error: Any,
    id: str,
    while_shown: Callable[[rx.Component], rx.Component] = lambda message: message,
) -> rx.Component:
    """Return the message about a field, empty without one."""
    message = rx.el.p(icon("info", "mt-0.5 size-4"), words(error), class_name=FIELD_ERROR)
    return rx.el.div(while_shown(rx.cond(error, message)), id=id)


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
    state: type[Outcome], is_news: Any = False, class_name: str = "", test_id: str = ""
) -> rx.Component:
    """Return the outcome of a form, which screen readers announce; news go after three seconds.

    Success is hidden while the connection is lost: the banner and what is unsent are the news then.
    """
    return rx.el.div(
        rx.cond(
            state.message,
            WhileNews.create(
                rx.el.p(
                    rx.cond(state.is_success, icon("check"), icon("info")),
                    Countdown.create(
                        message=state.message,
                        message_id=state.message_id,
                        retry_after=state.retry_after,
                    ),
                    class_name=rx.cond(
                        state.is_success,
                        f"{SUCCESS} {class_name} {LOST}hidden",
                        f"{FAILURE} {class_name}",
                    ),
                ),
                is_success=is_news,
                message_id=state.message_id,
            ),
        ),
        role="status",
        custom_attrs={"data-testid": test_id} if test_id else {},
    )
