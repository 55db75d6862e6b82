"""The tabs of the account dialog."""

import reflex as rx

from crm_app.components.account.data import deletion, guest_data
from crm_app.components.account.security import security
from crm_app.components.account.tokens import tokens
from crm_app.components.field import outcome
from crm_app.components.icon import icon
from crm_app.components.theme import BODY, FOCUS
from crm_app.states.account import AccountState
from crm_app.states.session import SessionState

TAB = (
    "flex h-9 shrink-0 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium "
    "whitespace-nowrap max-sm:h-11 hover:bg-ink-50 aria-selected:bg-ink-100 "
    "aria-selected:text-ink-900 forced-colors:aria-selected:underline "
    "dark:hover:bg-ink-800/50 dark:aria-selected:bg-ink-800 "
    f"dark:aria-selected:text-ink-50 {BODY} {FOCUS}"
)


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


def account_tabs() -> rx.Component:
    """Return the tabs, those of a guest or of an account."""
    own = [
        ("security", "shield", "Security", security()),
        ("tokens", "key", "API tokens", tokens()),
        ("data", "database", "Your data", deletion()),
    ]
    guests = [("data", "database", "Your data", guest_data())]
    return rx.cond(SessionState.is_guest, tabs(guests), tabs(own))


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


def message() -> rx.Component:
    """Return the outcome of the last action, visible wherever the tab is scrolled to."""
    return rx.el.div(
        outcome(AccountState, class_name="mb-4", test_id="account-message"),
        class_name="sticky top-0 z-10",
    )
