"""The tab Security of the account dialog: password, sessions, recent activity."""

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from crm_app.components.account.sign_in import PASSWORD_HINT, AccountForm
from crm_app.components.buttons import SteadyButton
from crm_app.components.field import field, submit_button
from crm_app.components.theme import BODY, GHOST_DANGER, MUTED, SECONDARY, STRONG
from crm_app.components.words import moment, words
from crm_app.states.account import AccountState, EventRow, SessionRow
from crm_app.states.session import SessionState

PART = "border-t border-ink-100 py-5 first:border-0 first:pt-0 last:pb-0 dark:border-ink-800"
PART_TITLE = f"mb-3 text-sm font-semibold {STRONG}"


def security() -> rx.Component:
    return rx.fragment(password(), sessions(), events())


def password() -> rx.Component:
    return part(
        "Password",
        AccountForm.create(
            rx.el.input(
                type="email",
                name="email",
                value=SessionState.email,
                read_only=True,
                hidden=True,
                auto_complete="username",
            ),
            account_field("password", "Current password", "current-password", "change-"),
            account_field("new_password", "New password", "new-password", "change-"),
            submit_button(
                "Change password", "Changing...", AccountState.is_busy, "change-password"
            ),
            on_send=lambda data: AccountState.change_password(data),
            is_busy=AccountState.is_busy,
            key=AccountState.form_key,
            class_name="space-y-4",
        ),
    )


def account_field(name: str, label: str, purpose: str, scope: str, **props: Any) -> rx.Component:
    is_meant = scope == AccountState.failed_form + "-"
    error = rx.cond(is_meant, AccountState.field_errors[name], "")
    return field(
        name,
        label,
        error,
        required=True,
        scope=scope,
        placeholder=PASSWORD_HINT if purpose == "new-password" else "",
        type="password",
        auto_complete=purpose,
        **props,
    )


def sessions() -> rx.Component:
    return part(
        "Signed in on",
        rx.el.ul(
            rx.foreach(AccountState.sessions, lambda row: session_row(row=row, key=row.id)),
            class_name="space-y-3",
        ),
        rx.el.button(
            "Sign out everywhere",
            type="button",
            on_click=AccountState.sign_out_everywhere,
            class_name=f"{SECONDARY} mt-4",
            custom_attrs={"data-testid": "sign-out-everywhere"},
        ),
    )


@rx.memo
def session_row(row: ObjectVar[SessionRow], rest: rx.RestProp) -> rx.Component:
    return rx.el.li(
        rest,
        rx.el.div(
            rx.el.p(
                row.device,
                rx.cond(row.is_current, rx.el.span(" (this browser)", class_name=MUTED)),
                class_name="text-sm text-ink-900 dark:text-ink-50",
            ),
            rx.el.p(
                "Last used ",
                moment(row.used_at),
                " from ",
                words(row.address),
                class_name=f"text-xs {MUTED}",
            ),
            class_name="min-w-0",
        ),
        rx.cond(
            row.is_current,
            rx.fragment(),
            SteadyButton.create(
                "Sign out",
                on_click=AccountState.revoke_session(row.id),
                class_name=f"{GHOST_DANGER} ml-auto h-8 shrink-0",
                custom_attrs={"data-testid": "revoke", "aria-label": f"Sign out {row.device}"},
            ),
        ),
        class_name="flex items-center gap-3",
        custom_attrs={"data-testid": "session-row"},
    )


def events() -> rx.Component:
    return part(
        "Activity",
        rx.el.ol(
            rx.foreach(AccountState.events, lambda row, index: event_row(row=row, key=index)),
            class_name="space-y-1.5 text-sm",
            custom_attrs={"data-testid": "activity", "aria-label": "Activity"},
        ),
    )


@rx.memo
def event_row(row: ObjectVar[EventRow], rest: rx.RestProp) -> rx.Component:
    return rx.el.li(
        rest,
        rx.el.span(row.action, class_name=f"first-letter:uppercase {BODY}"),
        rx.el.span(
            moment(row.at),
            rx.cond(row.origin, words(f", {row.origin}")),
            class_name=f"text-xs {MUTED}",
        ),
        class_name="flex flex-wrap items-baseline justify-between gap-x-4",
    )


def part(title: str, *content: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h3(title, class_name=PART_TITLE), *content, class_name=PART)
