"""The account in the top bar: who is here, and the ways in and out."""

import reflex as rx

from crm_app.components.color_mode import color_mode_button
from crm_app.components.icon import icon
from crm_app.components.theme import AVATAR, AVATAR_COLORS, FOCUS, MUTED, PRIMARY, SECONDARY
from crm_app.components.words import VERBATIM, verbatim, words
from crm_app.states.account import AccountState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState

MENU = (
    "absolute right-0 mt-2 w-72 rounded-xl border border-ink-200 bg-white p-4 text-sm shadow-xl "
    "dark:border-ink-700 dark:bg-ink-900"
)


def account_menu() -> rx.Component:
    """Return the button with the menu below it."""
    return rx.el.details(
        rx.el.summary(
            rx.cond(
                SessionState.is_guest,
                rx.el.span(icon("person"), class_name=f"{AVATAR} size-8 {AVATAR_COLORS[2]}"),
                words(
                    SessionState.initial,
                    class_name=f"{AVATAR} size-8 text-sm {AVATAR_COLORS[0]}",
                    custom_attrs=VERBATIM,
                ),
            ),
            class_name=(
                "block cursor-pointer list-none rounded-full [&::-webkit-details-marker]:hidden "
                f"{FOCUS}"
            ),
            custom_attrs={"aria-label": "Account", "data-testid": "account-menu"},
        ),
        rx.el.div(
            rx.cond(SessionState.is_guest, for_guests(), for_accounts()),
            rx.el.div(
                rx.el.span("Colour mode", class_name=MUTED),
                color_mode_button("ml-auto"),
                class_name=(
                    "mt-3 flex items-center border-t border-ink-100 pt-3 sm:hidden "
                    "dark:border-ink-800"
                ),
            ),
            class_name=MENU,
        ),
        class_name="relative shrink-0",
        custom_attrs={"data-closes-outside": ""},
    )


def for_guests() -> rx.Component:
    """Return how a guest becomes an account, or signs in to one."""
    return rx.fragment(
        rx.el.p("Guest", class_name="font-semibold text-ink-900 dark:text-ink-50"),
        rx.el.p(
            "Your contacts belong to this browser. With an account you find them in every other "
            "one too.",
            class_name=f"mt-1 {MUTED}",
        ),
        rx.el.div(
            rx.cond(
                SessionState.can_sign_up,
                rx.el.button(
                    "Create an account",
                    type="button",
                    on_click=SignInState.show("sign-up"),
                    class_name=f"{PRIMARY} w-full",
                    custom_attrs={"data-testid": "sign-up"},
                ),
            ),
            rx.el.button(
                "Sign in",
                type="button",
                on_click=SignInState.show("sign-in"),
                class_name=f"{SECONDARY} w-full",
                custom_attrs={"data-testid": "sign-in"},
            ),
            class_name="mt-4 space-y-2",
        ),
    )


def for_accounts() -> rx.Component:
    """Return who is signed in, the way to the account view, and the way out."""
    return rx.fragment(
        rx.el.p("Signed in as", class_name=MUTED),
        rx.el.p(
            verbatim(SessionState.email),
            class_name="font-semibold break-words text-ink-900 dark:text-ink-50",
        ),
        rx.el.div(
            rx.el.button(
                "Account and security",
                type="button",
                on_click=AccountState.open,
                class_name=f"{SECONDARY} w-full",
                custom_attrs={"data-testid": "open-account", "data-closes-menu": ""},
            ),
            rx.el.button(
                "Sign out",
                type="button",
                on_click=AccountState.sign_out,
                class_name=f"{SECONDARY} w-full",
                custom_attrs={"data-testid": "sign-out"},
            ),
            class_name="mt-4 space-y-2",
        ),
    )
