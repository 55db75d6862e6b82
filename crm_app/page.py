"""The page in reading order, and the page for unknown addresses."""

import reflex as rx

from crm_app.components.account import account
from crm_app.components.confirm_delete import confirm_delete
from crm_app.components.contact_form import contact_form
from crm_app.components.contact_list import contact_list
from crm_app.components.error_boundary import section_boundary
from crm_app.components.notice import connection_banner, notices
from crm_app.components.sign_in import browser_buttons, session_signals, sign_in_view
from crm_app.components.theme import HEADING, MUTED, SECONDARY
from crm_app.components.top_bar import top_bar
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState

PAGE = "min-h-dvh bg-ink-50 font-sans antialiased dark:bg-ink-950"

# `/session.js` sets the class before the first paint.
HIDDEN_WHEN_SIGNED_OUT = "in-[.signed-out]:hidden"


def index(*extras: rx.Component) -> rx.Component:
    """Return the contacts, or the sign-in view; in development, extras follow."""
    is_wanted = (SignInState.view == "reset") | ((SignInState.view != "") & SessionState.is_guest)
    is_asked_to_sign_in = ~SessionState.is_signed_in | is_wanted
    return rx.el.div(
        rx.el.noscript("Contact Manager needs JavaScript."),
        connection_banner(),
        session_signals(),
        browser_buttons(),
        rx.cond(is_asked_to_sign_in, sign_in_view(), workspace()),
        notices(),
        *extras,
        class_name=f"group/page {PAGE}",
    )


def workspace() -> rx.Component:
    """Return top bar, list and form, and the dialogs above them."""
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
        class_name=HIDDEN_WHEN_SIGNED_OUT,
    )


def two_columns(left: rx.Component, right: rx.Component) -> rx.Component:
    """Return the list with the form beside it; below 1024 px the form is a sheet over the page."""
    return rx.el.main(
        rx.el.div(left, class_name="min-w-0", custom_attrs={"data-behind-sheet": ""}),
        rx.el.div(
            rx.el.div(
                rx.el.div(
                    class_name=(
                        "mx-auto mt-2 h-1 w-10 rounded-full bg-ink-200 lg:hidden dark:bg-ink-700"
                    )
                ),
                right,
                class_name=(
                    "max-lg:max-h-[92dvh] max-lg:w-full max-lg:overflow-y-auto "
                    "max-lg:rounded-t-2xl max-lg:bg-white max-lg:dark:bg-ink-900"
                ),
            ),
            class_name=(
                "min-w-0 max-lg:fixed max-lg:inset-0 max-lg:z-40 max-lg:items-end "
                "max-lg:bg-ink-950/50 max-lg:not-data-[sheet=open]:hidden "
                "max-lg:data-[sheet=open]:flex lg:sticky lg:top-20"
            ),
            custom_attrs={"data-sheet": "closed"},
        ),
        class_name=(
            "mx-auto grid min-h-[calc(100dvh-3.5rem)] max-w-6xl content-start gap-6 px-4 py-6 "
            "sm:px-6 lg:grid-cols-[1fr_22rem] lg:items-start"
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
