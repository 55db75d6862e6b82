"""A list with nothing in it: an icon, one sentence, and what to do."""

import reflex as rx

from crm_app.components.icon import icon
from crm_app.components.theme import HEADING, MUTED


def empty_state(
    icon_name: str, title: rx.Component | str, *content: rx.Component, test_id: str
) -> rx.Component:
    """Return the sentence with what can be done about it below."""
    return rx.el.div(
        rx.el.div(
            icon(icon_name, "size-6"),
            class_name=(
                "mx-auto mb-4 grid size-14 place-items-center rounded-2xl bg-ink-100 text-ink-500 "
                "dark:bg-ink-800 dark:text-ink-300"
            ),
        ),
        rx.el.p(title, class_name=f"{HEADING} break-words"),
        *content,
        key=test_id,  # where one takes the place of another, nothing of it is left
        class_name="px-6 py-20 text-center",
        custom_attrs={"data-testid": test_id},
    )


def hint(text: str) -> rx.Component:
    """Return a line of advice under the title."""
    return rx.el.p(text, class_name=f"mx-auto mt-1 max-w-xs text-sm {MUTED}")
