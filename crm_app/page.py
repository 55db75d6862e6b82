"""The page in reading order, and the page for unknown addresses."""

import reflex as rx

from crm_app.components.account.lazy import sign_in_view_while
from crm_app.components.account.sign_in import session
from crm_app.components.account.view import account
from crm_app.components.contacts.column import BehindSheet, column
from crm_app.components.contacts.confirm_delete import confirm_delete
from crm_app.components.contacts.contact_form import contact_form
from crm_app.components.contacts.contact_list import contact_list, with_rows
from crm_app.components.contacts.contact_panel import contact_panel, panel_soon
from crm_app.components.contacts.keys import keyboard
from crm_app.components.error_boundary import section_boundary
from crm_app.components.field import LOST
from crm_app.components.notice import connection_banner, notices
from crm_app.components.theme import HEADING, MUTED, SECONDARY
from crm_app.components.top_bar import top_bar
from crm_app.components.trash.trash_view import trash_view
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState

PAGE = (
    "min-h-dvh bg-ink-50 font-sans antialiased dark:bg-ink-950 "
    # On paper all is black on white, in dark mode too.
    "print:bg-white! print:**:bg-white! print:**:text-black!"
)

# `/session.js` sets the class before the first paint.
HIDDEN_WHEN_SIGNED_OUT = "in-[.signed-out]:hidden"


def index(*extras: rx.Component) -> rx.Component:
    """Return the contacts, or the sign-in view; in development, extras follow."""
    is_wanted = (SignInState.view == "reset") | ((SignInState.view != "") & SessionState.is_guest)
    is_asked_to_sign_in = ~SessionState.is_signed_in | is_wanted
    return rx.el.div(
        rx.el.noscript("Contact Manager needs JavaScript."),
        connection_banner(),
        session(),
        rx.cond(is_asked_to_sign_in, rx.fragment(), workspace()),
        sign_in_view_while(is_asked_to_sign_in),
        notices(),
        *extras,
        class_name=f"group/page {PAGE}",
    )


def workspace() -> rx.Component:
    """Return top bar, list and form or another view, and the dialogs above them."""
    content = with_rows(
        top_bar(),
        two_columns(
            section_boundary(
                "list",
                contact_list(),
                reset_keys=[ContactListState.load_count],
                on_retry=[ContactListState.retry],
            ),
            column(
                section_boundary(
                    "contact",
                    contact_panel(),
                    reset_keys=[ContactListState.opened, ContactListState.load_count],
                    on_retry=[ContactListState.retry],
                ),
                section_boundary(
                    "form",
                    contact_form(),
                    reset_keys=[ContactFormState.form_key],
                    on_retry=[ContactFormState.retry],
                ),
            ),
        ),
        trash_view(),
        confirm_delete(),
        keyboard(),
        panel_soon(),
        account(),
    )
    return rx.el.div(content, class_name=HIDDEN_WHEN_SIGNED_OUT)


def two_columns(left: rx.Component, right: rx.Component) -> rx.Component:
    """Return the list and the column; from 1024 px on both fill the window and scroll inside."""
    return rx.el.main(
        BehindSheet.create(left, class_name="min-w-0 flex-1 lg:h-full"),
        right,
        class_name=(
            "mx-auto flex min-h-[calc(100dvh-3.5rem-1px)] max-w-[96rem] gap-5 max-lg:pb-16 "
            "sm:px-6 sm:py-5 lg:h-[calc(100dvh-3.5rem-1px-var(--docked,0px))] lg:min-h-0! "
            f"lg:{LOST}h-[calc(100dvh-5.75rem-1px)] "
            "print:block print:h-auto! in-[.at-trash]:hidden!"
        ),
    )


def not_found() -> rx.Component:
    """Return the page for unknown addresses."""
    home = rx.el.a("Go to your contacts", href="/", class_name=f"mt-5 {SECONDARY}")
    return rx.el.main(
        rx.el.h1("There is no page here", class_name=f"text-xl {HEADING}"),
        rx.el.p("The address may be mistyped.", class_name=f"mt-1 text-sm {MUTED}"),
        home,
        class_name=f"grid content-center justify-items-center px-6 text-center {PAGE}",
    )
