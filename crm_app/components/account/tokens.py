"""The API tokens in the account view: the list, the form for a new one, and its secret, once."""

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from crm_app.components.buttons import SteadyButton
from crm_app.components.field import field, field_error, outcome, submit_button
from crm_app.components.icon import icon
from crm_app.components.theme import (
    DANGER,
    FOCUS,
    GHOST_DANGER,
    INPUT,
    LABEL,
    MUTED,
    PRIMARY,
    SECONDARY,
    STRONG,
    TEXT_LINK,
)
from crm_app.components.words import day, day_of, moment, verbatim, words
from crm_app.reflex_seam.frontend import backend_url
from crm_app.schemas.tokens import DEFAULT_EXPIRY, NEVER, Scope
from crm_app.states.tokens import Expiry, TokenRow, TokenState

MEANINGS = {
    Scope.READ: "List, search and open contacts",
    Scope.WRITE: "Add and change contacts",
    Scope.DELETE: "Move to the trash and restore",
    Scope.EXPORT: "Download everything at once",
}
NAME = f"text-sm font-medium {STRONG}"
GREEN = "text-sm text-emerald-800 dark:text-emerald-300"
CHIP = "inline-flex h-5 items-center rounded-full px-2 text-xs font-medium"
CHIP_COLORS = {
    Scope.WRITE: "bg-accent-50 text-accent-700 dark:bg-accent-950 dark:text-accent-300",
    Scope.DELETE: "bg-red-50 text-red-700 dark:bg-red-950 dark:text-red-300",
    Scope.EXPORT: "bg-violet-100 text-violet-800 dark:bg-violet-950 dark:text-violet-300",
}
CHIP_GREY = "bg-ink-100 text-ink-600 dark:bg-ink-800 dark:text-ink-300"


class CopyField(rx.Component):
    """A text in an input, and a button that copies it."""

    library = "$/browser/copy_button.jsx"
    tag = "CopyField"

    text: rx.Var[str]
    label: rx.Var[str]
    look_of_input: rx.Var[str]
    look_of_button: rx.Var[str]


def tokens() -> rx.Component:
    """Return the form while a token is being made, else the list."""
    return rx.fragment(
        outcome(TokenState, class_name="mb-4", test_id="token-message"),
        rx.cond(TokenState.is_creating, form(), token_list()),
    )


def token_list() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            heading("API tokens", "For scripts that read or change your contacts."),
            SteadyButton.create(
                icon("plus"),
                "New token",
                id="new-token",
                on_click=TokenState.new_token,
                class_name=f"{SECONDARY} ml-auto shrink-0",
                custom_attrs={"data-testid": "new-token"},
            ),
            class_name="flex items-start gap-3",
        ),
        rx.cond(TokenState.secret, created()),
        rx.el.ul(
            rx.foreach(TokenState.tokens, lambda row: token_row(row=row, key=row.id)),
            class_name="mt-2 divide-y divide-ink-100 dark:divide-ink-800",
        ),
        rx.el.p(
            "What a token changes is recorded in the history of each contact. ",
            rx.el.a(
                "API reference",
                href=backend_url("/api/docs"),
                target="_blank",
                class_name=TEXT_LINK,
            ),
            class_name=f"mt-3 text-sm {MUTED}",
        ),
    )


def heading(title: str, text: str) -> rx.Component:
    return rx.el.div(
        rx.el.h3(title, class_name=f"text-sm font-semibold {STRONG}"),
        rx.el.p(text, class_name=f"text-sm {MUTED}"),
    )


def created() -> rx.Component:
    """Return the secret of the token that was just made."""
    return rx.el.div(
        rx.el.p(
            icon("check"),
            rx.el.span("Token \u201c", verbatim(TokenState.created), "\u201d created"),
            class_name=f"flex items-center gap-2 font-semibold {GREEN}",
        ),
        rx.el.p(
            "Copy it now. It is shown this one time and stored only as a hash.",
            class_name=f"mt-1 {GREEN}",
        ),
        rx.el.div(
            CopyField.create(
                text=TokenState.secret,
                label="The new token",
                look_of_input="h-9 min-w-0 flex-1 basis-60 rounded-lg border border-emerald-200 "
                "bg-white px-3 font-mono text-sm text-ink-900 dark:border-emerald-900 "
                f"dark:bg-ink-950 dark:text-ink-50 {FOCUS}",
                look_of_button=PRIMARY,
            ),
            button("Done", TokenState.done, "token-done", next="new-token"),
            class_name="mt-3 flex flex-wrap gap-2",
        ),
        role="status",
        class_name="mt-4 rounded-xl border border-emerald-200 bg-emerald-50 p-4 "
        "dark:border-emerald-900 dark:bg-emerald-950",
        custom_attrs={"data-testid": "token-created"},
    )


@rx.memo
def token_row(row: ObjectVar[TokenRow], rest: rx.RestProp) -> rx.Component:
    expires = rx.cond(row.is_expired, "expired ", "expires ")
    return rx.el.li(
        rest,
        rx.el.div(
            rx.el.p(
                rx.el.span(verbatim(row.name), class_name=f"break-words {NAME}"),
                rx.foreach(row.scopes, chip),
                class_name="flex flex-wrap items-center gap-x-2 gap-y-1",
            ),
            rx.el.p(
                "Created ",
                day(row.created_at),
                rx.cond(row.expires_at, rx.el.span(", ", expires, day(row.expires_at))),
                rx.cond(
                    row.used_at,
                    rx.el.span(
                        " \u00b7 last used ", moment(row.used_at), words(f" from {row.used_from}")
                    ),
                    rx.el.span(" \u00b7 never used"),
                ),
                class_name=f"text-sm {MUTED}",
            ),
            class_name=rx.cond(row.is_expired, "min-w-0 opacity-60", "min-w-0"),
        ),
        rx.cond(TokenState.asking_id == row.id, question(row), revoke_button(row)),
        class_name="flex items-center gap-4 py-3",
        custom_attrs={"data-testid": "token-row"},
    )


def revoke_button(row: ObjectVar[TokenRow]) -> rx.Component:
    look = f"{GHOST_DANGER} ml-auto h-8 shrink-0"
    asking = TokenState.ask_to_revoke(row.id)
    named = {"aria-label": f"Revoke {row.name}"}
    return button("Revoke", asking, "revoke-token", look, attributes=named)


def question(row: ObjectVar[TokenRow]) -> rx.Component:
    """Ask whether to revoke; the way back has the focus."""
    return rx.el.div(
        button("Keep", TokenState.keep_token, "keep-token", f"{SECONDARY} h-8", auto_focus=True),
        button(
            "Revoke now",
            TokenState.revoke_token(row.id),
            "confirm-revoke-token",
            f"{DANGER} h-8",
            attributes={"aria-label": f"Revoke {row.name} now"},
        ),
        class_name="ml-auto flex shrink-0 flex-wrap justify-end gap-2",
    )


def button(
    label: str, on_click: Any, test_id: str, look: str = SECONDARY, **props: Any
) -> rx.Component:
    named = {"data-testid": test_id, **props.pop("attributes", {})}
    return SteadyButton.create(
        label, on_click=on_click, class_name=look, custom_attrs=named, **props
    )


def chip(scope: rx.Var[str]) -> rx.Component:
    looks = [(name.value, f"{CHIP} {colors}") for name, colors in CHIP_COLORS.items()]
    look: Any = rx.match(scope, *looks, f"{CHIP} {CHIP_GREY}")
    return rx.el.span(scope, key=scope, class_name=look)


def form() -> rx.Component:
    return rx.el.form(
        heading(
            "New API token",
            "It can do what you tick, for your contacts only, never for the account itself.",
        ),
        rx.el.div(name(), expiry(), class_name="grid gap-4 sm:grid-cols-2"),
        scopes(),
        rx.el.div(
            button("Cancel", TokenState.cancel, "token-cancel", next="new-token"),
            submit_button("Create token", "Creating...", TokenState.is_busy, "create-token"),
            class_name="flex justify-end gap-2",
        ),
        on_submit=TokenState.create_token,
        no_validate=True,
        key=TokenState.form_key,
        class_name="space-y-5",
        custom_attrs={"data-testid": "token-form"},
    )


def name() -> rx.Component:
    return field(
        "token_name",
        "Name",
        TokenState.field_errors["name"],
        required=True,
        placeholder="nightly-report",
        auto_complete="off",
        auto_focus=True,
    )


def expiry() -> rx.Component:
    return rx.el.label(
        rx.el.span("Expires", class_name=LABEL),
        rx.el.select(
            rx.foreach(TokenState.expiries, expiry_option),
            rx.el.option("Does not expire", value=NEVER),
            name="expires",
            default_value=DEFAULT_EXPIRY,
            class_name=INPUT,
            custom_attrs={"data-testid": "token-expires"},
        ),
    )


def expiry_option(expiry: ObjectVar[Expiry]) -> rx.Component:
    text = rx.Var(f"`In ${{{expiry.days!s}}} days, ${{{day_of(expiry.at)}}}`").to(str)
    return rx.el.option(text, key=expiry.days, value=expiry.days)


def scopes() -> rx.Component:
    error = TokenState.field_errors["scopes"]
    return rx.el.fieldset(
        rx.el.legend("Access", class_name=LABEL),
        rx.el.div(*(scope_box(scope) for scope in Scope), class_name="grid gap-3 sm:grid-cols-2"),
        field_error(error, "token-scopes-error"),
        custom_attrs={"aria-describedby": "token-scopes-error"},
    )


def scope_box(scope: Scope) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            name=scope.value,
            default_checked=scope is Scope.READ,
            class_name=f"mt-0.5 size-4 shrink-0 accent-accent-600 {FOCUS}",
            custom_attrs={"data-testid": f"scope-{scope}"},
        ),
        rx.el.span(
            rx.el.span(scope.value, class_name=f"block {NAME}"),
            rx.el.span(MEANINGS[scope], class_name=f"block text-sm {MUTED}"),
        ),
        class_name="flex items-start gap-3 rounded-lg border border-ink-200 px-3 py-2.5 "
        "has-checked:border-accent-600 has-checked:bg-accent-50/60 dark:border-ink-700 "
        "dark:has-checked:border-accent-300 "
        "dark:has-checked:bg-accent-950/40",
    )
