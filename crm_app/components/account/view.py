"""The account dialog and its tabs."""

import reflex as rx

from crm_app.components.account.data import deletion, guest_data
from crm_app.components.account.security import security
from crm_app.components.account.tokens import tokens
from crm_app.components.dialog import DIALOG, DismissButton, attributes
from crm_app.components.field import outcome
from crm_app.components.icon import icon
from crm_app.components.lazy_view import lazy_view, not_loaded
from crm_app.components.theme import BODY, FOCUS, GHOST, HEADING, LINE, MUTED, SECONDARY
from crm_app.components.top_bar import MENU_BUTTON, avatar
from crm_app.components.words import verbatim
from crm_app.states.account import AccountState
from crm_app.states.session import SessionState

TAB = (
    "flex h-9 shrink-0 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium "
    "whitespace-nowrap max-sm:h-11 hover:bg-ink-50 aria-selected:bg-ink-100 "
    "aria-selected:text-ink-900 forced-colors:aria-selected:underline "
    "dark:hover:bg-ink-800/50 dark:aria-selected:bg-ink-800 "
    f"dark:aria-selected:text-ink-50 {BODY} {FOCUS}"
)


class AccountDialog(rx.Component):
    """The dialog, open while the address names one of its tabs; see `AccountState`."""

    library = "$/browser/account.jsx"
    tag = "AccountDialog"

    is_loaded: rx.Var[bool]
    on_open: rx.EventHandler[rx.event.no_args_event_spec]
    on_close: rx.EventHandler[rx.event.no_args_event_spec]


class Tabs(rx.Component):
    """Tabs and what they show; without one in the address, it is the first."""

    library = "$/browser/tabs.jsx"
    tag = "Tabs"

    names: rx.Var[list[str]]


class Tab(rx.Component):
    """A button that chooses a tab."""

    library = "$/browser/tabs.jsx"
    tag = "Tab"

    name: rx.Var[str]


class TabPanel(rx.Component):
    """What the tab of this name shows."""

    library = "$/browser/tabs.jsx"
    tag = "TabPanel"

    name: rx.Var[str]


def account() -> rx.Component:
    """Return the dialog, empty while it is closed."""
    return AccountDialog.create(
        rx.cond(AccountState.is_open, header()),
        lazy_view(
            account_tabs(),
            rx.el.div(not_loaded(), class_name="p-5"),
            is_wanted=AccountState.is_open,
            near=MENU_BUTTON,
        ),
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


@rx.memo
def account_tabs() -> rx.Component:
    """Return the tabs, those of a guest or of an account."""
    own = [
        ("security", "shield", "Security", security()),
        ("tokens", "key", "API tokens", tokens()),
        ("data", "database", "Your data", deletion()),
    ]
    guests = [("data", "database", "Your data", guest_data())]
    return rx.el.div(rx.cond(SessionState.is_guest, tabs(guests), tabs(own)), class_name="contents")


def tabs(parts: list[tuple[str, str, str, rx.Component]]) -> rx.Component:
    return Tabs.create(
        rx.el.div(
            *(tab(name, icon_name, label) for name, icon_name, label, _ in parts),
            role="tablist",
            class_name=(
                "flex shrink-0 gap-1 border-ink-100 p-3 max-sm:overflow-x-auto max-sm:border-b "
                "sm:w-44 sm:flex-col sm:border-r dark:border-ink-800"
            ),
            custom_attrs={"aria-label": "Account"},
        ),
        rx.el.div(
            message(),
            *(TabPanel.create(shown, name=name) for name, _, _, shown in parts),
            class_name="min-h-0 min-w-0 flex-1 overflow-y-auto p-5",
        ),
        names=[name for name, *_ in parts],
        class_name="flex min-h-0 flex-1 max-sm:flex-col",
    )


def tab(name: str, icon_name: str, label: str) -> rx.Component:
    test_id = {"data-testid": f"account-tab-{name}"}
    return Tab.create(icon(icon_name), label, name=name, class_name=TAB, custom_attrs=test_id)


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


def message() -> rx.Component:
    """Return the outcome of the last action, visible wherever the tab is scrolled to."""
    return rx.el.div(
        outcome(AccountState, class_name="mb-4", test_id="account-message"),
        class_name="sticky top-0 z-10",
    )
