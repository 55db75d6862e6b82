"""The dialog that asks before contacts are deleted for good."""

import reflex as rx

from crm_app.components.dialog import DIALOG, DismissButton, attributes
from crm_app.components.icon import icon
from crm_app.components.theme import DANGER, HEADING, INPUT, MUTED, SECONDARY
from crm_app.components.trash.header import LIBRARY
from crm_app.schemas.trash import TrashRow
from crm_app.states.contacts.trash import TrashState


def _delete_spec(contact_id: rx.Var[str], key: rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    return contact_id, key


def _empty_spec(
    before: rx.Var[str], typed: rx.Var[str], key: rx.Var[str]
) -> tuple[rx.Var[str], rx.Var[str], rx.Var[str]]:
    return before, typed, key


class TrashQuestion(rx.Component):
    """The dialog, which an `AskButton` opens."""

    library = LIBRARY
    tag = "TrashQuestion"

    rows: rx.Var[list[TrashRow]]
    total: rx.Var[int]
    as_of: rx.Var[str]
    is_busy: rx.Var[bool]
    done_key: rx.Var[str]
    failure: rx.Var[str]
    on_delete: rx.EventHandler[_delete_spec]
    on_empty: rx.EventHandler[_empty_spec]


class QuestionTitle(rx.Component):
    """What is to be deleted."""

    library = LIBRARY
    tag = "QuestionTitle"


class QuestionText(rx.Component):
    """The first of the contacts and the number of the others, and what goes with them."""

    library = LIBRARY
    tag = "QuestionText"


class WhileAsked(rx.Component):
    """Its children while something is so: `mustType`, `hasFailed`."""

    library = LIBRARY
    tag = "WhileAsked"

    condition: rx.Var[str]


class TypedNumber(rx.Component):
    """The input for the number of contacts."""

    library = LIBRARY
    tag = "TypedNumber"

    look: rx.Var[str]
    look_of_label: rx.Var[str]


class ConfirmButton(rx.Component):
    """The answer; it says so while contacts are being deleted."""

    library = LIBRARY
    tag = "ConfirmButton"


def question() -> rx.Component:
    """Return the dialog; Cancel has the focus."""
    return TrashQuestion.create(
        rx.el.div(
            rx.el.span(
                icon("trash", "size-5"),
                class_name=(
                    "grid size-10 shrink-0 place-items-center rounded-full bg-red-100 text-red-600 "
                    "dark:bg-red-950 dark:text-red-400"
                ),
            ),
            rx.el.div(
                rx.el.h2(
                    QuestionTitle.create(), id="trash-question", class_name=f"{HEADING} break-words"
                ),
                rx.el.p(
                    QuestionText.create(),
                    id="trash-consequence",
                    class_name=f"mt-1 text-sm wrap-anywhere {MUTED}",
                ),
                WhileAsked.create(number(), condition="mustType"),
                WhileAsked.create(failure(), condition="hasFailed"),
                class_name="min-w-0",
            ),
            class_name="flex gap-4",
        ),
        rx.el.div(
            DismissButton.create(
                "Cancel", class_name=SECONDARY, custom_attrs={"data-testid": "cancel-delete"}
            ),
            ConfirmButton.create(
                class_name=DANGER, custom_attrs={"data-testid": "confirm-empty-trash"}
            ),
            class_name="mt-6 flex justify-end gap-2",
        ),
        rows=TrashState.rows,
        total=TrashState.total,
        as_of=TrashState.as_of,
        is_busy=TrashState.is_busy,
        done_key=TrashState.done_key,
        failure=TrashState.problem,
        on_delete=lambda contact_id, key: TrashState.delete_forever(contact_id, key),
        on_empty=lambda before, typed, key: TrashState.empty(before, typed, key),
        class_name=f"{DIALOG} max-w-md p-6",
        custom_attrs=attributes("confirm-dialog", "trash-question", "trash-consequence"),
    )


def number() -> rx.Component:
    return TypedNumber.create(
        look=f"{INPUT} mt-1.5 tabular-nums",
        look_of_label="mt-4 block text-sm font-medium text-ink-700 dark:text-ink-300",
        custom_attrs={"data-testid": "confirm-count"},
    )


def failure() -> rx.Component:
    return rx.el.p(
        rx.el.span(TrashState.problem, key=TrashState.problem),
        role="alert",
        class_name="mt-2 text-sm text-red-700 dark:text-red-400",
    )
