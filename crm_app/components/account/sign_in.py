"""The sign-in view: signing in, signing up, and setting a new password."""

from typing import Any

import reflex as rx

from crm_app.components.field import field, outcome, submit_button
from crm_app.components.icon import icon
from crm_app.components.theme import CARD, FAILURE, PRIMARY, TEXT_LINK
from crm_app.components.words import words
from crm_app.states.account import AccountState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState

QUESTION = "mt-4 text-center text-sm text-ink-500 dark:text-ink-400"
PASSWORD_HINT = "8 to 128 characters; spaces count"
is_busy = SignInState.is_busy | (SessionState.accepted != "")
TITLES = {
    "sign-up": "Create your account",
    "reset": "Choose a new password",
}


class Session(rx.Component):
    """Trades tickets for cookies, and notifies the other tabs; it draws nothing."""

    library = "$/browser/session.jsx"
    tag = "Session"

    accepted: rx.Var[str]
    left: rx.Var[str]
    is_loaded: rx.Var[bool]
    on_too_late: rx.EventHandler[rx.event.no_args_event_spec]
    on_reset: rx.EventHandler[rx.event.no_args_event_spec]
    on_password_changed: rx.EventHandler[rx.event.no_args_event_spec]
    on_left: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class AccountForm(rx.Component):
    """A form about an account; it is sent with a ticket, which can become a cookie."""

    library = "$/browser/session.jsx"
    tag = "AccountForm"

    is_busy: rx.Var[bool]
    takes_focus: rx.Var[bool]
    on_send: rx.EventHandler[rx.event.passthrough_event_spec(dict[str, str])]


def sign_in_view() -> rx.Component:
    return rx.el.main(
        rx.el.div(
            rx.el.div(
                rx.el.span(
                    icon("contact", "size-6"),
                    class_name=(
                        "grid size-11 place-items-center rounded-2xl bg-accent-600 text-white"
                    ),
                ),
                rx.el.h1(
                    words(
                        rx.match(SignInState.view, *TITLES.items(), "Sign in to Contact Manager")
                    ),
                    tab_index=-1,
                    class_name=(
                        "text-center text-xl font-semibold tracking-tight text-ink-900 "
                        "outline-none dark:text-ink-50"
                    ),
                ),
                class_name="mb-6 flex flex-col items-center gap-3",
            ),
            rx.el.div(
                rx.match(
                    SignInState.view,
                    ("sign-up", sign_up()),
                    ("reset", reset_password()),
                    sign_in(),
                ),
                key=SignInState.view,
            ),
            class_name="w-full max-w-sm",
        ),
        class_name="grid min-h-dvh place-items-center p-4",
    )


def sign_in() -> rx.Component:
    return rx.fragment(
        card(
            rx.cond(
                SessionState.message,
                rx.el.p(
                    icon("info"),
                    words(f"{SessionState.message}. What you typed is kept."),
                    class_name=f"mb-4 {FAILURE}",
                ),
            ),
            rx.cond(
                SessionState.is_without_cookies,
                note("Your browser blocks cookies for this page. Allow them, then reload it."),
                guest_note(),
            ),
            SignInState.sign_in,
            email_field(),
            password_field("password", "Password", "current-password"),
            submit("Sign in", "Signing in...", "sign-in"),
        ),
        rx.cond(
            SessionState.can_sign_up,
            question("New here?", "Create an account", "sign-up"),
        ),
        rx.cond(SessionState.is_signed_in, back()),
        rx.el.p(
            "Forgot your password? The person who runs this server can send you a link.",
            class_name=QUESTION,
        ),
    )


def sign_up() -> rx.Component:
    return rx.fragment(
        card(
            rx.cond(
                SessionState.is_signed_in,
                note("You keep the contacts that you added as a guest."),
            ),
            rx.fragment(),
            SignInState.sign_up,
            email_field(),
            password_field("password", "Password", "new-password", PASSWORD_HINT),
            submit("Create account", "Creating...", "sign-up"),
        ),
        question("You have an account?", "Sign in", "sign-in"),
        rx.cond(SessionState.is_signed_in, back()),
    )


def reset_password() -> rx.Component:
    """Return the form behind a one-time link."""
    return rx.fragment(
        card(
            guest_note(),
            rx.fragment(),
            SignInState.reset_password,
            password_field("new_password", "New password", "new-password", PASSWORD_HINT),
            submit("Set password and sign in", "Setting...", "set-password"),
        ),
        question("You remember it?", "Sign in", "sign-in"),
    )


def card(
    first: rx.Component, second: rx.Component, on_submit: Any, *fields: rx.Component
) -> rx.Component:
    """Return a form on a card."""
    return rx.el.section(
        first,
        second,
        AccountForm.create(
            *fields,
            on_send=lambda data: on_submit(data),
            is_busy=is_busy,
            takes_focus=True,
            class_name="space-y-4",
        ),
        outcome(SignInState, class_name="mt-4", test_id="sign-in-message"),
        class_name=f"p-6 {CARD}",
    )


def guest_note() -> rx.Component:
    """Return a note on what happens to a guest's contacts at sign-in."""
    return rx.cond(
        SessionState.is_signed_in & SessionState.is_guest,
        note(
            "Your contacts as a guest come along. One whose email address is in the account "
            "already moves to its trash."
        ),
    )


def note(text: str) -> rx.Component:
    return rx.el.p(text, class_name="mb-4 text-sm text-ink-600 dark:text-ink-300")


def email_field() -> rx.Component:
    return field(
        "email",
        "Email address",
        SignInState.field_errors["email"],
        required=True,
        placeholder="you@company.com",
        type="email",
        auto_complete="username",
    )


def password_field(name: str, label: str, purpose: str, hint: str = "") -> rx.Component:
    """Return a password input; `purpose` is its autocomplete value."""
    return field(
        name,
        label,
        SignInState.field_errors[name],
        required=True,
        placeholder=hint,
        type="password",
        auto_complete=purpose,
    )


def submit(label: str, busy_label: str, test_id: str) -> rx.Component:
    return submit_button(label, busy_label, is_busy, test_id, f"{PRIMARY} h-10! w-full")


def question(text: str, link: str, view: str) -> rx.Component:
    return rx.el.p(
        f"{text} ",
        rx.el.button(
            link,
            type="button",
            on_click=SignInState.show(view),
            class_name=TEXT_LINK,
            custom_attrs={"data-testid": view},
        ),
        class_name=QUESTION,
    )


def back() -> rx.Component:
    return rx.el.p(
        rx.el.button(
            "Back to your contacts",
            type="button",
            on_click=SignInState.show(""),
            class_name=TEXT_LINK,
            custom_attrs={"data-testid": "back"},
        ),
        class_name=QUESTION,
    )


def session() -> rx.Component:
    """Return what follows signing in and out in the browser."""
    return Session.create(
        accepted=SessionState.accepted,
        left=SessionState.left,
        is_loaded=rx.State.is_hydrated,
        on_too_late=SignInState.say_too_late,
        on_reset=SignInState.show("reset"),
        on_password_changed=AccountState.say_password_changed,
        on_left=lambda news: SignInState.say_left(news),
    )
