"""The one page, in reading order, and what stands at any other address."""

import reflex as rx

from crm_app.components.account import account
from crm_app.components.confirm_delete import confirm_delete
from crm_app.components.contact_form import contact_form
from crm_app.components.contact_list import contact_list
from crm_app.components.error_boundary import section_boundary
from crm_app.components.layout import top_bar, two_columns
from crm_app.components.notice import connection_banner, notices
from crm_app.components.sign_in import browser_buttons, session_signals, sign_in_view
from crm_app.components.theme import HEADING, MUTED, SECONDARY
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState

PAGE = "min-h-dvh bg-ink-50 font-sans antialiased dark:bg-ink-950"

# The session's script knows before anything is drawn that the visitor has to sign in first.
HIDDEN_FROM_NOBODY = "in-[.signed-out]:hidden"


def index() -> rx.Component:
    """Return the page: the contacts of whoever is signed in, or the way to sign in."""
    is_wanted = (SignInState.view == "reset") | ((SignInState.view != "") & SessionState.is_guest)
    is_asked_to_sign_in = ~SessionState.is_signed_in | is_wanted
    return rx.el.div(
        rx.el.noscript("Contact Manager needs JavaScript."),
        connection_banner(),
        session_signals(),
        browser_buttons(),
        rx.cond(is_asked_to_sign_in, sign_in_view(), workspace()),
        notices(),
        class_name=f"group/page {PAGE}",
    )


def workspace() -> rx.Component:
    """Return top bar, list, form, and what lies above them."""
    return rx.el.div(
        top_bar(),
        two_columns(
            section_boundary(
                "list",
                contact_list(),
                reset_keys=[ContactListState.load_count],
                on_retry=[ContactListState.retry],
            ),
            section_boundary(
                "form",
                contact_form(),
                reset_keys=[ContactFormState.form_key],
                on_retry=[ContactFormState.retry],
            ),
        ),
        confirm_delete(),
        account(),
        class_name=HIDDEN_FROM_NOBODY,
    )


def not_found() -> rx.Component:
    """Return what is shown where there is no page."""
    home = rx.el.a("Go to your contacts", href="/", class_name=f"mt-5 {SECONDARY}")
    return rx.el.main(
        rx.el.h1("There is no page here", class_name=f"text-xl {HEADING}"),
        rx.el.p("The address may be mistyped.", class_name=f"mt-1 text-sm {MUTED}"),
        home,
        class_name=f"grid content-center justify-items-center px-6 text-center {PAGE}",
    )
