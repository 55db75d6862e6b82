"""The switch between light and dark."""

import reflex as rx

from crm_app.components.icon import icon
from crm_app.components.theme import GHOST


def color_mode_button(class_name: str = "") -> rx.Component:
    """Return the button that switches between light and dark."""
    return rx.el.button(
        icon("moon"),
        type="button",
        on_click=rx.toggle_color_mode,
        class_name=f"{GHOST} w-9 shrink-0 px-0! {class_name}",
        custom_attrs={"aria-label": "Colour mode"},
    )
