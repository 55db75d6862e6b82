"""The sign-in view, whose code is not in the first load."""

from typing import Any

import reflex as rx

from crm_app.components.account.sign_in import sign_in_view
from crm_app.components.lazy_view import lazy_view, not_loaded
from crm_app.components.top_bar import MENU_BUTTON


@rx.memo
def sign_in_page() -> rx.Component:
    return sign_in_view()


def sign_in_view_while(is_wanted: Any) -> rx.Component:
    """Return the view where a visitor is asked to sign in."""
    return lazy_view(
        sign_in_page(),
        rx.el.main(not_loaded(rx.el.h1), class_name="grid min-h-dvh place-items-center p-4"),
        is_wanted=is_wanted,
        near=MENU_BUTTON,
        early=".signed-out",
    )
