"""The views about accounts: few visits open them, so their code is not in the first load."""

from typing import Any

import reflex as rx

from crm_app.components.account.sign_in import sign_in_view
from crm_app.components.account.tabs import account_tabs
from crm_app.components.lazy_view import lazy_view, not_loaded
from crm_app.components.top_bar import MENU_BUTTON


@rx.memo
def sign_in_page() -> rx.Component:
    return sign_in_view()


@rx.memo
def account_page() -> rx.Component:
    return account_tabs()


def sign_in_view_while(is_wanted: Any) -> rx.Component:
    """Return the view where a visitor is asked to sign in."""
    return lazy_view(
        sign_in_page(),
        rx.el.main(not_loaded(rx.el.h1), class_name="grid min-h-dvh place-items-center p-4"),
        is_wanted=is_wanted,
        near=MENU_BUTTON,
        early=".signed-out",
    )


def account_tabs_while(is_open: Any) -> rx.Component:
    """Return the tabs of the account dialog while it is open."""
    failed = rx.el.div(not_loaded(), class_name="p-5")
    return lazy_view(account_page(), failed, is_wanted=is_open, near=MENU_BUTTON)
