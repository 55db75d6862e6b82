"""The account dialog."""

import reflex as rx

from crm_app.components.account.lazy import account_tabs_while
from crm_app.components.dialog import DIALOG, DismissButton, attributes
from crm_app.components.icon import icon
from crm_app.components.theme import GHOST, HEADING, LINE, MUTED, SECONDARY
from crm_app.components.top_bar import avatar
from crm_app.components.words import verbatim
from crm_app.states.account import AccountState
from crm_app.states.session import SessionState


class AccountDialog(rx.Component):
    """The dialog, open while the address names one of its tabs; see `AccountState`."""

    library = "$/browser/account.jsx"
    tag = "AccountDialog"

    is_loaded: rx.Var[bool]
    on_open: rx.EventHandler[rx.event.no_args_event_spec]
    on_close: rx.EventHandler[rx.event.no_args_event_spec]


def account() -> rx.Component:
    """Return the dialog, empty while it is closed."""
    return AccountDialog.create(
        rx.cond(AccountState.is_open, header()),
        account_tabs_while(AccountState.is_open),
        is_loaded=AccountState.is_open,
        on_open=AccountState.open,
        on_close=AccountState.close,
        class_name=(
            f"{DIALOG} max-w-4xl flex-col overflow-hidden open:flex sm:h-160 "
            "max-sm:m-0 max-sm:h-dvh max-sm:max-h-none max-sm:w-full max-sm:max-w-none "
            "max-sm:rounded-none"
        ),
        custom_attrs=attributes("account", "account-title", "account-email", role="dialog"),
    )


def header() -> rx.Component:
    return rx.el.div(
        avatar(),
        rx.el.div(
            rx.el.h2("Account", id="account-title", class_name=HEADING),
            rx.el.p(
                rx.cond(SessionState.is_guest, "Guest", verbatim(SessionState.email)),
                id="account-email",
                class_name=f"truncate text-sm {MUTED}",
            ),
            class_name="min-w-0",
        ),
        rx.cond(
            SessionState.is_guest,
            rx.el.span(class_name="ml-auto"),
            rx.el.button(
                icon("leave"),
                "Sign out",
                type="button",
                on_click=AccountState.sign_out,
                class_name=f"{SECONDARY} ml-auto h-8! shrink-0 px-2.5! max-sm:h-11!",
                custom_attrs={"data-testid": "sign-out"},
            ),
        ),
        DismissButton.create(
            icon("close"),
            auto_focus=True,
            class_name=f"{GHOST} -mr-2 size-8 shrink-0 px-0! max-sm:size-11",
            custom_attrs={
                "aria-label": "Close account",
                "title": "Close (Esc)",
                "data-testid": "close-account",
            },
        ),
        class_name=f"flex h-16 shrink-0 items-center gap-3 border-b px-5 {LINE}",
    )
