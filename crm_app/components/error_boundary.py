"""Error boundaries: a section that cannot be drawn leaves the rest of the page working."""

from typing import Any

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary

from crm_app.components.buttons import ReloadButton
from crm_app.components.icon import icon
from crm_app.components.theme import ALERT, ALERT_TEXT, ALERT_TITLE, CARD, DANGER, GHOST_DANGER
from crm_app.states.section_error import SectionErrorState

REPORT_LENGTH = 4_000  # characters; the server closes sockets that send far more


class SectionBoundary(ErrorBoundary):
    """React's error boundary, tried again when one of `reset_keys` changes."""

    reset_keys: rx.Var[list[Any]]


def section_boundary(
    section: str, *children: rx.Component, reset_keys: list[Any], on_retry: list[Any]
) -> rx.Component:
    """Return the children, or an alert with Try again and Refresh page.

    `on_retry` fetches fresh data, which changes `reset_keys`: the section is drawn again.
    """
    return SectionBoundary.create(
        *children,
        reset_keys=reset_keys,
        on_error=lambda error, stack: SectionErrorState.report(
            section, error.to(str)[:REPORT_LENGTH], stack.to(str)[:REPORT_LENGTH]
        ),
        fallback_render=_fallback(section, on_retry),
    )


def _fallback(section: str, on_retry: list[Any]) -> rx.Component:
    reference = getattr(SectionErrorState, f"{section}_reference")
    reset = rx.call_function(rx.Var("event_args.resetErrorBoundary"))
    alert = rx.el.div(
        icon("alert", "size-5 text-red-600 dark:text-red-400"),
        rx.el.div(
            rx.el.h2(f"Something went wrong in the {section}", class_name=ALERT_TITLE),
            rx.el.p(
                "Your contacts are safe.",
                rx.cond(
                    reference,
                    rx.el.span(f" The problem was reported (reference {reference})."),
                ),
                class_name=ALERT_TEXT,
            ),
            rx.el.div(
                rx.el.button(
                    "Try again",
                    type="button",
                    on_click=[*on_retry, reset],
                    class_name=DANGER,
                    custom_attrs={"data-testid": "try-again"},
                ),
                ReloadButton.create(
                    "Refresh page",
                    class_name=GHOST_DANGER,
                    custom_attrs={"data-testid": "refresh-page"},
                ),
                class_name="mt-4 flex flex-wrap gap-2",
            ),
        ),
        role="alert",
        class_name=f"m-5 flex gap-3 {ALERT}",
        custom_attrs={"data-testid": "error-boundary"},
    )
    return rx.el.section(alert, class_name=f"overflow-hidden {CARD}")
