"""The opened contact: what there is now, and the ways to reach the person."""

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from crm_app.components.buttons import ConnectedButton
from crm_app.components.contacts.column import CloseButton
from crm_app.components.contacts.confirm_delete import AskButton
from crm_app.components.contacts.contact_row import avatar, copy_button, mailto
from crm_app.components.field import Countdown
from crm_app.components.icon import icon
from crm_app.components.notice import ROOM_IN_SHEET
from crm_app.components.theme import (
    BODY,
    COLUMN_HEADER,
    FAILURE,
    GHOST,
    GHOST_DANGER,
    HEADING,
    LINE,
    LINK,
    MUTED,
    SECONDARY,
    STRONG,
)
from crm_app.components.words import VERBATIM, Changed, day, words
from crm_app.domain.contact_fields import FIELDS, ContactField, Kind
from crm_app.schemas.contact_rows import NO_CONTACT, ContactRow
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState

ROUND = (
    "grid size-12 cursor-pointer place-items-center rounded-full bg-accent-50 text-accent-700 "
    "dark:bg-accent-950 dark:text-accent-300"
)
COPIED = (Kind.EMAIL, Kind.PHONE)
WAY = f"grid justify-items-center gap-1 text-xs {BODY}"


class StepButton(rx.Component):
    """A button that opens the contact so many rows below."""

    library = "$/browser/rows.jsx"
    tag = "StepButton"

    by: rx.Var[int]


class OpenedContact(rx.Component):
    """The contact that the address names, or its second child for one that is missing."""

    library = "$/browser/rows.jsx"
    tag = "OpenedContact"

    opened: rx.Var[ContactRow | None]
    missing_id: rx.Var[str]


def contact_panel() -> rx.Component:
    return rx.el.section(
        header(),
        rx.cond(ContactListState.open_failure, failed()),
        OpenedContact.create(
            details(contact=NO_CONTACT),
            rx.el.p(
                "This contact no longer exists", role="status", class_name=f"p-5 text-sm {BODY}"
            ),
            opened=ContactListState.opened,
            missing_id=ContactListState.missing_id,
        ),
        class_name="flex min-h-0 flex-1 flex-col",
        custom_attrs={"aria-labelledby": "contact-heading", "data-testid": "contact-panel"},
    )


@rx.memo
def details(contact: ObjectVar[ContactRow]) -> rx.Component:
    return rx.fragment(
        rx.el.div(
            person(contact),
            ways(contact),
            facts(contact),
            class_name=["min-h-0 flex-1 overflow-y-auto", ROOM_IN_SHEET],
        ),
        foot(contact),
    )


def failed() -> rx.Component:
    """Return why the contact could not be read; choosing it again tries again."""
    return rx.el.p(
        icon("info"),
        Countdown.create(
            message=ContactListState.open_failure,
            message_id=ContactListState.open_failure_id,
            retry_after=ContactListState.open_retry_after,
        ),
        role="alert",
        class_name=f"mx-5 mt-4 {FAILURE}",
    )


def header() -> rx.Component:
    button = f"{GHOST} size-8 px-0! max-lg:size-11 print:hidden"
    return rx.el.div(
        CloseButton.create(
            icon("left", "size-4 lg:hidden"),
            icon("close", "size-4 max-lg:hidden"),
            class_name=f"{button} max-lg:-ml-4 lg:order-last",
            custom_attrs={
                "aria-label": "Close contact",
                "title": "Close (Esc)",
                "data-testid": "close-panel",
            },
        ),
        rx.el.h2(
            "Contact",
            id="contact-heading",
            tab_index=-1,
            class_name=f"mr-auto outline-none {HEADING}",
        ),
        step(-1, "up", "Previous contact", button),
        step(1, "down", "Next contact", button),
        class_name=COLUMN_HEADER,
    )


def step(by: int, icon_name: str, label: str, look: str) -> rx.Component:
    named = {"aria-label": label, "title": label}
    test_id = {"data-testid": label.lower().replace(" ", "-")}
    return StepButton.create(
        icon(icon_name), by=by, class_name=look, custom_attrs={**named, **test_id}
    )


def person(contact: Any) -> rx.Component:
    return rx.el.div(
        avatar(contact, "size-14 text-lg"),
        rx.el.div(
            rx.el.h3(
                words(contact.name),
                dir="auto",
                class_name=f"text-left text-lg font-semibold wrap-anywhere {STRONG}",
                custom_attrs={"data-testid": "contact-name", **VERBATIM},
            ),
            rx.cond(
                contact.company,
                rx.el.p(
                    words(contact.company),
                    dir="auto",
                    class_name=f"truncate text-left text-sm {BODY}",
                    custom_attrs=VERBATIM,
                ),
            ),
            class_name="min-w-0",
        ),
        class_name="flex items-center gap-4 p-5 pb-4",
    )


def ways(contact: Any) -> rx.Component:
    """Return the round buttons of phones; those without a value are left out."""
    texting = contact.phone_link.replace("tel:", "sms:").split(";")[0]
    return rx.el.div(
        rx.cond(contact.phone_link, way("phone", "Call", contact.phone_link)),
        rx.cond(contact.phone_link, way("message", "Text", texting)),
        rx.cond(contact.email, way("mail", "Email", mailto(contact))),
        rx.cond(
            contact.email,
            rx.el.span(
                copy_button(contact.email, "Copy email", ROUND, "copy-email-round"),
                "Copy email",
                class_name=WAY,
            ),
        ),
        class_name="mb-5 flex justify-around lg:hidden print:hidden",
    )


def way(icon_name: str, label: str, href: Any) -> rx.Component:
    return rx.el.a(
        rx.el.span(icon(icon_name, "size-5"), class_name=ROUND),
        label,
        href=href,
        class_name=WAY,
        custom_attrs={"data-testid": label.lower()},
    )


def facts(contact: Any) -> rx.Component:
    texts = [own for own in FIELDS if own.kind is Kind.TEXT]
    values = [own for own in FIELDS if own.kind not in (Kind.NAME, Kind.TEXT)]
    values.sort(key=lambda own: own.kind not in COPIED)
    return rx.el.div(
        rx.el.dl(*(fact(own, contact) for own in values)),
        *(text(own, contact) for own in texts),
        rx.el.p(
            rx.el.span("Added ", day(contact.created_at)),
            rx.cond(
                contact.version > 1,
                rx.el.span(" · ", Changed.create(at=contact.updated_at)),
            ),
            class_name=f"mt-3 text-xs {MUTED}",
        ),
        class_name=f"border-t px-5 py-3.5 {LINE}",
    )


def fact(own: ContactField, contact: Any) -> rx.Component:
    """Return a value with its icon or label and, for email and phone, a button that copies it."""
    value = getattr(contact, own.name)
    links = {Kind.EMAIL: mailto(contact), Kind.PHONE: contact.phone_link}
    link = links.get(own.kind)
    shown = rx.el.bdi(value, key=value, class_name="min-w-0")
    if link is not None:
        shown = rx.cond(link, rx.el.a(shown, href=link, class_name=f"min-w-0 {LINK}"), shown)
    copying = copy_button(
        value,
        f"Copy {own.name}",
        f"{GHOST} -my-1.5 -mr-2 size-8 shrink-0 px-0! max-lg:size-11 print:hidden",
        f"copy-{own.name}",
    )
    return rx.cond(
        value,
        rx.el.div(
            rx.el.dt(
                *([icon(own.icon)] if own.icon else []),
                rx.el.span(own.label, class_name="sr-only" if own.icon else "text-sm"),
                title=own.label,
                class_name=MUTED,
            ),
            rx.el.dd(
                shown,
                *([copying] if link is not None else []),
                class_name=(
                    "flex min-w-0 flex-1 items-center justify-between text-left text-sm "
                    f"wrap-anywhere {STRONG}"
                ),
                custom_attrs=VERBATIM,
            ),
            class_name="flex items-center gap-3 py-1.5",
        ),
    )


def text(own: ContactField, contact: Any) -> rx.Component:
    value = getattr(contact, own.name)
    return rx.cond(
        value,
        rx.el.div(
            rx.el.h4(own.label, class_name=f"text-xs font-semibold {MUTED}"),
            rx.el.p(
                words(value),
                dir="auto",
                class_name=f"mt-1 text-left text-sm whitespace-pre-line wrap-anywhere {BODY}",
                custom_attrs=VERBATIM,
            ),
            class_name="mt-2",
        ),
    )


def foot(contact: Any) -> rx.Component:
    return rx.el.div(
        ConnectedButton.create(
            icon("pencil"),
            rx.el.span("Edit", rx.el.span(" contact", class_name="lg:hidden")),
            on_click=ContactFormState.edit_contact(contact.id).temporal,
            class_name=(
                f"{SECONDARY} h-10! flex-1 max-lg:h-11! max-lg:border-0 max-lg:bg-accent-600! "
                "max-lg:text-white!"
            ),
            custom_attrs={"data-testid": "edit", "data-opens": ""},
        ),
        AskButton.create(
            icon("trash"),
            rx.el.span("Delete", class_name="max-lg:sr-only"),
            contact=contact,
            class_name=(
                f"{GHOST_DANGER} h-10! px-4! max-lg:size-11! max-lg:border max-lg:border-ink-200 "
                "max-lg:px-0! max-lg:shadow-xs dark:max-lg:border-ink-700"
            ),
            custom_attrs={"data-testid": "delete", "data-opens": ""},
        ),
        class_name=f"flex shrink-0 gap-2 border-t px-5 py-4 print:hidden {LINE}",
    )
