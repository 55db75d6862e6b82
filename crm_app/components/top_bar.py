"""The top bar: name, search, colour mode, and the account's menu."""

import reflex as rx

from crm_app.components.field import LOST
from crm_app.components.icon import icon
from crm_app.components.theme import (
    AVATAR,
    AVATAR_COLORS,
    FOCUS,
    GHOST,
    INPUT,
    MUTED,
    PRIMARY,
    SECONDARY,
)
from crm_app.components.words import VERBATIM, verbatim, words
from crm_app.states.account import AccountState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import QUERY_LENGTH, ContactListState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState

SEARCH_DEBOUNCE_MS = 120
MENU = (
    "absolute right-0 mt-2 w-72 rounded-xl border border-ink-200 bg-white p-4 text-sm shadow-xl "
    "dark:border-ink-700 dark:bg-ink-900"
)


def top_bar() -> rx.Component:
    return rx.el.header(
        rx.el.div(
            rx.el.h1(
                rx.el.span(
                    icon("contact"),
                    class_name="grid size-7 place-items-center rounded-lg bg-accent-600 text-white",
                ),
                rx.el.span("Contact Manager", class_name="max-sm:sr-only"),
                class_name=(
                    "flex shrink-0 items-center gap-2 font-semibold tracking-tight text-ink-900 "
                    "dark:text-ink-50"
                ),
            ),
            search(),
            add_button(),
            color_mode_button("max-sm:hidden"),
            account_menu(),
            class_name="mx-auto flex h-14 max-w-6xl items-center gap-3 px-4 sm:gap-4 sm:px-6",
        ),
        class_name=(
            "sticky top-0 z-20 border-b border-ink-200/70 bg-white/85 backdrop-blur "
            # Below the banner of a lost connection, while there is one.
            f"{LOST}top-9 "
            "dark:border-ink-800 dark:bg-ink-950/85"
        ),
        custom_attrs={"data-behind-sheet": ""},
    )


def search() -> rx.Component:
    """Return the search box; `assets/crm.js` keeps its text in the address of the page."""
    return rx.el.div(
        rx.el.span(
            icon("search"),
            class_name=f"pointer-events-none absolute inset-y-0 left-3 grid items-center {MUTED}",
        ),
        rx.el.input(
            type="search",
            placeholder="Search name, email, company…",
            auto_complete="off",
            max_length=QUERY_LENGTH,
            # Offline nothing is sent: the address has the text, reconnecting loads it.
            on_change=ContactListState.get_contacts.debounce(SEARCH_DEBOUNCE_MS).temporal,
            class_name=f"{INPUT} bg-ink-50! pr-3 pl-9 sm:pr-14 dark:bg-ink-900!",
            custom_attrs={
                "data-testid": "search",
                "aria-label": "Search contacts",
                "aria-keyshortcuts": "/ Control+K Meta+K",
            },
        ),
        rx.el.kbd(
            "Ctrl K",
            class_name=(
                "pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 rounded-md border "
                "border-ink-200 bg-white px-1.5 text-[11px] font-medium text-ink-500 max-sm:hidden "
                "dark:border-ink-700 dark:bg-ink-800 dark:text-ink-400"
            ),
            custom_attrs={"aria-hidden": "true", "data-search-shortcut": ""},
        ),
        role="search",
        class_name="relative mx-auto w-full max-w-md min-w-0",
    )


def add_button() -> rx.Component:
    """Return the button that opens the form's sheet on small screens."""
    return rx.el.button(
        icon("plus"),
        type="button",
        on_click=ContactFormState.add_contact,
        class_name=f"{PRIMARY} lg:hidden",
        custom_attrs={
            "data-testid": "add-contact",
            "data-opens-sheet": "",
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
