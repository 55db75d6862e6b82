"""Views whose code the page loads when they are opened, or shortly before."""

from typing import Any

import reflex as rx

from crm_app.components.buttons import ReloadButton
from crm_app.components.icon import icon
from crm_app.components.theme import ALERT, ALERT_TEXT, ALERT_TITLE, DANGER, GHOST_DANGER


class LazyView(rx.Component):
    """A view while it `is_wanted`, or its children if its code cannot be loaded.

    One with an address is wanted there: `at` is its path without the slash.

    `near` and `early` are selectors: the code is loaded before the view is wanted when the pointer
    or the focus comes to the one, and at once if the page has the other.
    """

    library = "$/browser/lazy_view.jsx"
    tag = "LazyView"

    load: rx.Var[Any]
    is_wanted: rx.Var[bool]
    at: rx.Var[str]
    near: rx.Var[str]
    early: rx.Var[str]


class RetryButton(rx.Component):
    """Loads the code once more."""

    library = "$/browser/lazy_view.jsx"
    tag = "RetryButton"


def lazy_view(
    view: rx.Component,
    not_loaded: rx.Component,
    *,
    is_wanted: Any = True,
    at: str = "",
    near: str = "",
    early: str = "",
) -> rx.Component:
    """Return a view whose code has a file of its own; `not_loaded` is shown where that fails.

    `view` is the call of a function with `rx.memo`: Reflex writes such components into modules.
    """
    return LazyView.create(
        not_loaded, load=importing(view), is_wanted=is_wanted, at=at, near=near, early=early
    )


def importing(view: rx.Component) -> rx.Var[Any]:
    """Return the function that imports the code of a view."""
    return rx.Var(f'() => import("{view.library}").then((module) => module.{view.tag})')


def not_loaded(title: Any = rx.el.h3) -> rx.Component:
    """Return an alert with Try again, and with Refresh page: a deploy may have removed the code."""
    return rx.el.div(
        icon("alert", "size-5 text-red-600 dark:text-red-400"),
        rx.el.div(
            title("This part of the page could not be loaded", class_name=ALERT_TITLE),
            rx.el.p(
                "Check your connection and try again. If that does not help, refresh the page.",
                class_name=ALERT_TEXT,
            ),
            rx.el.div(
                RetryButton.create(
                    "Try again", class_name=DANGER, custom_attrs={"data-testid": "load-again"}
                ),
                ReloadButton.create("Refresh page", class_name=GHOST_DANGER),
                class_name="mt-4 flex flex-wrap gap-2",
            ),
        ),
        role="alert",
        class_name=f"flex gap-3 {ALERT}",
        custom_attrs={"data-testid": "not-loaded"},
    )
