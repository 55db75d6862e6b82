"""The views about accounts: few visits open them, so their code is not in the first load."""

from typing import Any

import reflex as rx

from crm_app.components.account.sign_in import sign_in_view
from crm_app.components.account.view import account
from crm_app.components.dialog import DIALOG, Dialog
from crm_app.components.lazy_view import lazy_view, not_loaded
from crm_app.states.account import AccountState

MENU_BUTTON = "[data-testid=account-menu]"
TITLE = "not-loaded-title"


@rx.memo
def sign_in_page() -> rx.Component:
    return sign_in_view()


@rx.memo
def account_dialog() -> rx.Component:
    return account()


def account_views(is_asked_to_sign_in: Any) -> rx.Component:
    """Return the sign-in view where it is asked for, and the account dialog while it is open."""
    return rx.fragment(
        lazy_view(
            sign_in_page(),
            rx.el.main(not_loaded(rx.el.h1), class_name="grid min-h-dvh place-items-center p-4"),
            is_wanted=is_asked_to_sign_in,
            near=MENU_BUTTON,
            early=".signed-out",
        ),
        lazy_view(
            account_dialog(),
            Dialog.create(
                not_loaded(title_id=TITLE),
                is_open=True,
                on_dismiss=AccountState.close,
                class_name=f"{DIALOG} max-w-xl",
                custom_attrs={"aria-labelledby": TITLE},
            ),
            is_wanted=AccountState.is_open & ~is_asked_to_sign_in,
            near=MENU_BUTTON,
        ),
    )
