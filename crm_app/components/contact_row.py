"""One contact in the list: its values as text and links, the day it was added, its buttons."""

from functools import reduce
from operator import or_

import reflex as rx
from reflex.vars import ObjectVar

from crm_app.components.icon import icon
from crm_app.components.theme import AVATAR, AVATAR_COLORS, BODY, GHOST, GHOST_DANGER, LINK, MUTED
from crm_app.components.words import VERBATIM
from crm_app.domain.contact_fields import FIELDS, ContactField, Kind
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactRow

ROW = "group relative flex gap-3 px-4 py-4 sm:gap-4 sm:px-5"


@rx.memo
def contact_row(
    row: ObjectVar[ContactRow], is_open: rx.Var[bool], rest: rx.RestProp
) -> rx.Component:
    """Return one contact; missing values take no space."""
    return rx.el.li(
        rest,
        rx.cond(is_open, rx.el.span(class_name="absolute inset-y-0 left-0 w-0.5 bg-accent-600")),
        rx.el.div(avatar(row), class_name="pt-0.5"),
        rx.el.div(
            rx.el.p(
                row.name,
                dir="auto",
                custom_attrs=VERBATIM,
                class_name="truncate text-left text-sm font-semibold text-ink-900 dark:text-ink-50",
            ),
            rx.el.p(
                rx.el.a(row.email, href=mailto(row), class_name=LINK),
                custom_attrs=VERBATIM,
                class_name=f"truncate text-sm {MUTED}",
            ),
            facts(row),
            *(text(getattr(row, field.name)) for field in FIELDS if field.kind is Kind.TEXT),
            class_name="min-w-0 flex-1",
        ),
        rx.el.div(
            added(row),
            row_buttons(row, is_open),
            class_name="flex shrink-0 flex-col items-end justify-between gap-2",
        ),
        class_name=rx.cond(
            is_open,
            f"{ROW} bg-accent-50/60 dark:bg-accent-950/40",
            f"{ROW} hover:bg-ink-50 dark:hover:bg-ink-800/50",
        ),
        custom_attrs={"data-testid": "contact-row", "data-contact-id": row.id},
    )


def mailto(row: ObjectVar[ContactRow]) -> rx.Var[str]:
    """Return a `mailto:` link; encoded, an address cannot add a subject or a text."""
    encoded = f"encodeURIComponent({row.email!s}).replace('%40', '@')"
    return rx.Var(f"'mailto:' + {encoded}").to(str)


def avatar(row: ObjectVar[ContactRow]) -> rx.Component:
    return rx.el.div(
        row.initials,
        class_name=[
            AVATAR,
            "size-10 text-sm",
            rx.match(row.tone, *enumerate(AVATAR_COLORS[:-1]), AVATAR_COLORS[-1]),
        ],
        custom_attrs={"aria-hidden": "true", **VERBATIM},
    )


def text(value: rx.Var[str]) -> rx.Component:
    style = f"mt-1.5 line-clamp-2 text-left text-sm break-words {MUTED}"
    return rx.cond(value, rx.el.p(value, dir="auto", class_name=style))


def facts(row: ObjectVar[ContactRow]) -> rx.Component:
    shown = [field for field in FIELDS if field.kind in (Kind.LINE, Kind.PHONE)]
    return rx.cond(
        reduce(or_, (getattr(row, field.name) for field in shown)),
        rx.el.p(
            *(fact(field, getattr(row, field.name), row.phone_link) for field in shown),
            custom_attrs=VERBATIM,
            class_name=f"mt-1 flex flex-wrap gap-x-4 gap-y-1 text-sm {BODY}",
        ),
    )


def fact(field: ContactField, value: rx.Var[str], phone_link: rx.Var[str]) -> rx.Component:
    """Return one value behind its icon or label; a phone number is a link."""
    style = "min-w-0 truncate"
    label = (
        icon(field.icon, "size-3.5") if field.icon else rx.el.span(field.label, class_name=MUTED)
    )
    shown = rx.el.span(value, dir="auto", class_name=style)
    if field.kind is Kind.PHONE:
        link = rx.el.a(value, href=phone_link, class_name=f"{style} {LINK}")
        shown = rx.cond(phone_link, link, shown)
    return rx.cond(
        value, rx.el.span(label, shown, class_name="inline-flex min-w-0 items-center gap-1.5")
    )


def added(row: ObjectVar[ContactRow]) -> rx.Component:
    """Return the day the contact was added, in the visitor's time zone."""
    options = "{year: 'numeric', month: 'short', day: 'numeric'}"
    day = rx.Var(f"new Date({row.created_at!s}).toLocaleDateString('en-US', {options})").to(str)
    return rx.el.time(
        rx.el.span("Added ", class_name="max-sm:sr-only"),
        day,
        date_time=row.created_at,
        class_name=f"text-xs whitespace-nowrap {MUTED}",
    )


def row_buttons(row: ObjectVar[ContactRow], is_open: rx.Var[bool]) -> rx.Component:
    """Return Edit and Delete; with a mouse they appear on hover, otherwise always."""
    size = "h-8 px-2 text-xs"
    return rx.el.div(
        rx.el.button(
            icon("pencil", "size-3.5"),
            rx.el.span("Edit", class_name="max-sm:sr-only"),
            type="button",
            on_click=ContactFormState.edit_contact(row.id).temporal,
            class_name=f"{GHOST} {size}",
            custom_attrs={
                "data-testid": "edit",
                "data-opens-sheet": "",
                "aria-label": f"Edit {row.name}",
            },
        ),
        rx.el.button(
            icon("trash", "size-3.5"),
            rx.el.span("Delete", class_name="max-sm:sr-only"),
            type="button",
            on_click=ConfirmDeleteState.ask(row.id).temporal,
            class_name=f"{GHOST_DANGER} {size}",
            custom_attrs={"data-testid": "delete", "aria-label": f"Delete {row.name}"},
        ),
        class_name=rx.cond(
            is_open,
            "flex gap-1",
            "flex gap-1 transition-opacity motion-reduce:transition-none sm:pointer-fine:opacity-0 "
            "sm:pointer-fine:group-hover:opacity-100 "
            "sm:pointer-fine:group-focus-within:opacity-100",
        ),
    )
