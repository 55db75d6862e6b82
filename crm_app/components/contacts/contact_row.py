"""One contact in the list: two lines in fixed columns, the day it was added, its buttons."""

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from crm_app.components.buttons import ConnectedButton
from crm_app.components.contacts.confirm_delete import AskButton
from crm_app.components.icon import icon
from crm_app.components.theme import (
    AVATAR,
    AVATAR_COLORS,
    BODY,
    FOCUS,
    GHOST,
    GHOST_DANGER,
    LINK,
    MARKED,
    MUTED,
    STRONG,
)
from crm_app.components.words import VERBATIM, Added, words
from crm_app.domain.contact_fields import FIELDS, ContactField, Kind
from crm_app.schemas.contact_rows import ContactRow
from crm_app.states.contact_form import ContactFormState

# Rows out of sight are laid out when they come into it.
ROW = (
    "group relative flex h-18 cursor-pointer items-center gap-3 px-4 sm:gap-4 sm:px-5 "
    "[contain-intrinsic-size:auto_72px] [content-visibility:auto] max-lg:scroll-my-16 "
    "print:h-auto print:py-2"
)
OPENED = (
    "forced-colors:border-2 "
    "bg-accent-50/60 before:absolute before:inset-y-0 before:left-0 before:w-0.5 "
    "before:bg-accent-600 dark:bg-accent-950/40"
)
IN_PLACE_OF_TIME = (
    "absolute inset-y-0 right-5 flex items-center gap-1 max-sm:hidden print:hidden sm:opacity-0 "
    "sm:group-focus-within:opacity-100 sm:group-hover:opacity-100 sm:pointer-coarse:opacity-100"
)
TIME = (
    "flex w-20 shrink-0 flex-col items-end gap-1 sm:h-12 sm:w-26 "
    "sm:group-focus-within:invisible sm:group-hover:invisible sm:pointer-coarse:invisible"
)
# Links that are lines of 24 px can be hit with a finger (WCAG 2.2, 2.5.8).
LINE_OF_ROW = "truncate text-sm leading-6"
LINK_OF_ROW = f"block w-fit max-w-full truncate {LINK}"
NOTES = [own for own in FIELDS if own.kind is Kind.TEXT]
WORK = [own for own in FIELDS if own.kind in (Kind.LINE, Kind.PHONE)]
SECOND = [own.name for own in FIELDS if own.kind is not Kind.NAME]


class OpenButton(rx.Component):
    """A button that opens a contact."""

    library = "$/browser/rows.jsx"
    tag = "OpenButton"

    contact_id: rx.Var[str]


class CopyButton(rx.Component):
    """A button that copies a text; its children are an icon, and the one that says it is done."""

    library = "$/browser/copy_button.jsx"
    tag = "CopyButton"

    text: rx.Var[str]
    label: rx.Var[str]


class Marked(rx.Component):
    """A value in which the matches of the search are marked."""

    library = "$/browser/marks.jsx"
    tag = "Marked"

    text: rx.Var[str]
    marks: rx.Var[list[int]]


class SecondLine(rx.Component):
    """The second line of the first column: the email, or on phones what else `names` has."""

    library = "$/browser/marks.jsx"
    tag = "SecondLine"

    row: rx.Var[ContactRow]
    names: rx.Var[list[str]]


def marked(row: Any, name: str) -> rx.Component:
    """Return the value of a field with its marks."""
    return Marked.create(text=getattr(row, name), marks=row.marks[name])


@rx.memo
def contact_row(
    row: ObjectVar[ContactRow], is_open: rx.Var[bool], rest: rx.RestProp
) -> rx.Component:
    """Return one contact; the columns are where they are in every row, whatever is missing."""
    return rx.el.li(
        rest,
        avatar(row, "size-11 text-sm sm:size-10"),
        name_and_email(row),
        rx.el.div(
            *(rx.cond(getattr(row, own.name), line(own, row)) for own in WORK),
            class_name="h-12 min-w-0 flex-[3] overflow-hidden text-left max-sm:hidden",
            custom_attrs=VERBATIM,
        ),
        *(notes(own, row) for own in NOTES),
        rx.el.div(
            Added.create(
                at=row.created_at, class_name=f"text-xs leading-6 whitespace-nowrap {MUTED}"
            ),
            *(notes_mark(own, row) for own in NOTES),
            class_name=TIME,
        ),
        row_buttons(row),
        class_name=rx.cond(
            is_open, f"{ROW} {OPENED}", f"{ROW} hover:bg-ink-50 dark:hover:bg-ink-800/50"
        ),
        custom_attrs={"data-testid": "contact-row", "data-contact-id": row.id},
    )


def name_and_email(row: ObjectVar[ContactRow]) -> rx.Component:
    """Return the first column; on phones another field stands in the place of the email."""
    return rx.el.div(
        OpenButton.create(
            marked(row, "name"),
            contact_id=row.id,
            class_name=(
                "block max-w-full cursor-pointer truncate rounded text-base leading-6 "
                f"font-semibold sm:text-sm sm:leading-6 {STRONG} {FOCUS}"
            ),
            custom_attrs={"dir": "auto", **VERBATIM},
        ),
        rx.el.p(
            SecondLine.create(
                rx.el.a(marked(row, "email"), href=mailto(row), class_name=LINK_OF_ROW),
                row=row,
                names=SECOND,
            ),
            custom_attrs=VERBATIM,
            class_name=f"{LINE_OF_ROW} {MUTED}",
        ),
        class_name="min-w-0 flex-[5] text-left",
    )


def mailto(row: Any) -> rx.Var[str]:
    """Return a `mailto:` link; encoded, an address cannot add a subject or a text."""
    encoded = f"encodeURIComponent({row.email!s}).replace('%40', '@')"
    return rx.Var(f"'mailto:' + {encoded}", _var_data=row.email._get_all_var_data()).to(str)


def avatar(row: Any, size: str) -> rx.Component:
    return words(
        row.initials,
        class_name=[
            AVATAR,
            size,
            rx.match(row.tone, *enumerate(AVATAR_COLORS[:-1]), AVATAR_COLORS[-1]),
        ],
        custom_attrs={"aria-hidden": "true", **VERBATIM},
    )


def line(own: ContactField, row: ObjectVar[ContactRow]) -> rx.Component:
    """Return one value of the second column; a phone number is a link."""
    value = marked(row, own.name)
    if own.kind is not Kind.PHONE:
        return rx.el.p(value, dir="auto", class_name=f"{LINE_OF_ROW} {BODY}")
    linked = rx.el.a(value, href=row.phone_link, class_name=LINK_OF_ROW)
    return rx.el.p(
        rx.cond(row.phone_link, linked, value),
        class_name=f"tabular-nums {LINE_OF_ROW} {MUTED}",
    )


def notes(own: ContactField, row: ObjectVar[ContactRow]) -> rx.Component:
    """Return the column of the notes, which wide lists have."""
    style = f"hidden h-12 min-w-0 flex-[5] text-left text-sm leading-6 @4xl:line-clamp-2 {MUTED}"
    return rx.el.div(marked(row, own.name), dir="auto", custom_attrs=VERBATIM, class_name=style)


def notes_mark(own: ContactField, row: Any) -> rx.Component:
    """Return the mark that says there are notes where the list has no room for them.

    It is coloured as a match where they match the search.
    """
    value, look = getattr(row, own.name), f"max-sm:hidden @4xl:hidden {MUTED}"
    has_match = rx.cond(row.marks[own.name], f"{look} {MARKED}", look)
    return rx.cond(
        value,
        rx.el.span(
            icon("notes", "size-3.5"),
            title=value,
            class_name=has_match,
        ),
    )


def copy_button(
    text: Any, label: Any, look: str, test_id: str, **custom_attrs: str
) -> rx.Component:
    """Return a button that copies a text."""
    named = {"data-testid": test_id, **custom_attrs}
    return CopyButton.create(
        icon("copy"), icon("tick"), text=text, label=label, class_name=look, custom_attrs=named
    )


def row_buttons(row: ObjectVar[ContactRow]) -> rx.Component:
    """Return the buttons that stand in the place of the time while a row is pointed at."""
    return rx.el.div(
        copy_button(
            row.email,
            f"Copy email of {row.name}",
            f"{GHOST} size-8 px-0!",
            "copy-email",
            **{"data-key": "Y"},
        ),
        ConnectedButton.create(
            icon("pencil"),
            title=f"Edit {row.name}",
            on_click=ContactFormState.edit_contact(row.id).temporal,
            class_name=f"{GHOST} size-8 px-0!",
            custom_attrs={
                "data-testid": "edit",
                "data-key": "E",
                "aria-label": f"Edit {row.name}",
            },
        ),
        AskButton.create(
            icon("trash"),
            contact=row,
            class_name=f"{GHOST_DANGER} size-8 px-0!",
            custom_attrs={
                "data-testid": "delete",
                "data-key": "#",
                "aria-label": f"Delete {row.name}",
                "title": f"Delete {row.name}",
            },
        ),
        class_name=IN_PLACE_OF_TIME,
    )
