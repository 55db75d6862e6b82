"""The top bar: name, search, colour mode, and the account's menu."""

from typing import Any

import reflex as rx

from crm_app.components.contacts.column import AddButton, BehindSheet
from crm_app.components.contacts.search import search
from crm_app.components.field import LOST
from crm_app.components.icon import icon
from crm_app.components.navigation import bottom_bar, views
from crm_app.components.theme import (
    AVATAR,
    AVATAR_COLORS,
    FOCUS,
    GHOST,
    LINE,
    MUTED,
    PRIMARY,
    SECONDARY,
    STRONG,
)
from crm_app.components.words import VERBATIM, verbatim, words
from crm_app.states.account import AccountState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState


class OpenAccountButton(rx.Component):
    """A button that opens the account dialog."""

    library = "$/browser/account.jsx"
    tag = "OpenAccountButton"


# The menu is in the top layer: it is placed at the right edge of the page's container.
MENU = (
    "fixed inset-auto top-14 right-[max(1rem,calc((100vw-96rem)/2+1.5rem))] m-0 w-72 max-w-[90vw] "
    "rounded-xl border border-ink-200 bg-white p-4 text-sm shadow-xl dark:border-ink-700 "
    f"{LOST}top-23 dark:bg-ink-900"
)
ACCOUNT_MENU = "account-menu"
MENU_BUTTON = f"[popovertarget={ACCOUNT_MENU}]"
"""The selector of the button that opens the menu."""

ADD = (
    "z-30 shrink-0 whitespace-nowrap max-lg:fixed max-lg:left-1/2 "
    "max-lg:bottom-[calc(env(safe-area-inset-bottom)+0.625rem)] "
    "max-lg:size-11! max-lg:-translate-x-1/2 max-lg:rounded-full max-lg:px-0!"
)


def top_bar() -> rx.Component:
    """Return the bar; on phones the views and the round + are in a bar at the bottom."""
    return rx.fragment(
        BehindSheet.create(
            rx.el.div(
                title(),
                views(),
                search(),
                add_button(),
                color_mode_button("max-sm:hidden"),
                account_menu(),
                class_name=(
                    "mx-auto flex h-14 max-w-[96rem] items-center gap-3 px-4 sm:gap-4 sm:px-6"
                ),
            ),
            class_name=(
                "sticky top-0 z-20 border-b border-ink-200/70 bg-white/95 print:hidden "
                # Below the banner of a lost connection, while there is one.
                f"{LOST}top-9 dark:border-ink-800 dark:bg-ink-950/95"
            ),
            as_="header",
        ),
        bottom_bar(),
    )


def title() -> rx.Component:
    return rx.el.h1(
        rx.el.span(
            icon("contact"),
            class_name=("grid size-7 place-items-center rounded-lg bg-accent-600 text-white"),
        ),
        rx.el.span("Contact Manager", class_name="max-xl:sr-only"),
        class_name=(f"flex shrink-0 items-center gap-2 font-semibold tracking-tight {STRONG}"),
    )


def add_button() -> rx.Component:
    """Return the button for a new contact, on phones a round + in the thumb's reach."""
    return AddButton.create(
        icon("plus", "size-4 max-lg:size-5"),
        rx.el.span("Add contact", class_name="max-xl:sr-only"),
        on_add=ContactFormState.add_contact,
        look=f"{PRIMARY} {ADD}",
        look_while_form=(
            f"{SECONDARY} {ADD} max-lg:border-0 max-lg:bg-accent-600! max-lg:text-white!"
        ),
        custom_attrs={
            "data-testid": "add-contact",
            "data-key": "N",
            "aria-label": "Add contact",
        },
    )


def color_mode_button(class_name: str = "") -> rx.Component:
    return rx.el.button(
        icon("moon"),
        type="button",
        on_click=rx.toggle_color_mode,
        class_name=f"{GHOST} w-9 shrink-0 px-0! {class_name}",
        custom_attrs={"aria-label": "Colour mode"},
    )


def account_menu() -> rx.Component:
    return rx.fragment(
        rx.el.button(
            avatar(),
            type="button",
            class_name=f"shrink-0 cursor-pointer rounded-full max-sm:-m-1.5 max-sm:p-1.5 {FOCUS}",
            custom_attrs={
                "aria-label": "Account",
                "data-testid": "account-menu",
                "popoverTarget": ACCOUNT_MENU,
            },
        ),
        rx.el.div(
            rx.cond(SessionState.is_guest, for_guests(), for_accounts()),
            rx.el.div(
                rx.el.span("Colour mode", class_name=MUTED),
                color_mode_button("ml-auto"),
                class_name=f"mt-3 flex items-center border-t pt-3 sm:hidden {LINE}",
            ),
            id=ACCOUNT_MENU,
            class_name=MENU,
            custom_attrs={"popover": "auto"},
        ),
    )


def avatar() -> rx.Component:
    return rx.cond(
        SessionState.is_guest,
        rx.el.span(icon("person"), class_name=f"{AVATAR} size-8 {AVATAR_COLORS[2]}"),
        words(
            SessionState.initial,
            class_name=f"{AVATAR} size-8 text-sm {AVATAR_COLORS[0]}",
            custom_attrs=VERBATIM,
        ),
    )


def for_guests(button: Any = rx.el.button) -> rx.Component:
    """Return what a guest reads, with the ways to an account."""
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
                button(
                    "Create an account",
                    type="button",
                    on_click=SignInState.show("sign-up"),
                    class_name=f"{PRIMARY} w-full",
                    custom_attrs={"data-testid": "sign-up"},
                ),
            ),
            button(
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
    return rx.fragment(
        rx.el.p("Signed in as", class_name=MUTED),
        rx.el.p(
            verbatim(SessionState.email),
            class_name="font-semibold break-words text-ink-900 dark:text-ink-50",
        ),
        rx.el.div(
            OpenAccountButton.create(
                "Account and security",
                class_name=f"{SECONDARY} w-full",
                custom_attrs={
                    "data-testid": "open-account",
                    "popoverTarget": ACCOUNT_MENU,
                    "popoverTargetAction": "hide",
                },
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
