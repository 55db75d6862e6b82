"""What there is about the opened contact, and the ways to reach the person."""

from typing import Any

import reflex as rx

from crm_app.components.contacts.contact_row import copy_button, mailto
from crm_app.components.icon import icon
from crm_app.components.theme import BODY, GHOST, LINE, LINK, MUTED, STRONG
from crm_app.components.words import VERBATIM, Changed, day, words
from crm_app.domain.contact_fields import FIELDS, ContactField, Kind

ROUND = (
    "grid size-12 cursor-pointer place-items-center rounded-full bg-accent-50 text-accent-700 "
    "dark:bg-accent-950 dark:text-accent-300"
)
COPIED = (Kind.EMAIL, Kind.PHONE)
WAY = f"grid justify-items-center gap-1 text-xs {BODY}"


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
    named = {"data-field": own.name}
    shown = rx.el.bdi(value, key=value, class_name="min-w-0 rounded", custom_attrs=named)
    if link is not None:
        shown = rx.cond(link, rx.el.a(shown, href=link, class_name=f"min-w-0 {LINK}"), shown)
    copying = copy_button(
        value,
        f"Copy {own.name}",
        f"{GHOST} -my-1.5 -mr-2 size-8 shrink-0 px-0! max-lg:size-11 print:hidden",
        f"copy-{own.name}",
        **({"data-key": "Y"} if own.kind is Kind.EMAIL else {}),
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
                custom_attrs={"data-field": own.name, **VERBATIM},
            ),
            class_name="mt-2",
        ),
    )
