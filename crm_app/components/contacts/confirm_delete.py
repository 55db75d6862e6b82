"""The dialog that asks before a contact is deleted."""

import reflex as rx

from crm_app.components.dialog import DIALOG, DismissButton, attributes
from crm_app.components.field import WAITING, Countdown
from crm_app.components.icon import icon
from crm_app.components.theme import DANGER, HEADING, MUTED, NOTE, SECONDARY
from crm_app.schemas.contact_rows import ContactRow
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_list import ContactListState


def _deletion_spec(
    contact_id: rx.Var[str], key: rx.Var[str], version: rx.Var[int]
) -> tuple[rx.Var[str], rx.Var[str], rx.Var[int]]:
    return contact_id, key, version


class ConfirmDelete(rx.Component):
    """The dialog, which an `AskButton` opens; the deletion is sent until it is acknowledged."""

    library = "$/browser/confirm_delete.jsx"
    tag = "ConfirmDelete"

    ack: rx.Var[str]
    failed_key: rx.Var[str]
    done_key: rx.Var[str]
    opened: rx.Var[ContactRow | None]
    on_delete: rx.EventHandler[_deletion_spec]


class AskButton(rx.Component):
    """A button that asks before it deletes a contact, which is a row of the list."""

    library = "$/browser/confirm_delete.jsx"
    tag = "AskButton"

    contact: rx.Var[ContactRow]


class AskedName(rx.Component):
    """The question, with the name of the contact."""

    library = "$/browser/confirm_delete.jsx"
    tag = "AskedName"


class WhileAsked(rx.Component):
    """Its children while something is so: `isWaiting`, `hasFailed`."""

    library = "$/browser/confirm_delete.jsx"
    tag = "WhileAsked"

    condition: rx.Var[str]


class DeleteButton(rx.Component):
    """The answer; it says so while the contact is being deleted."""

    library = "$/browser/confirm_delete.jsx"
    tag = "DeleteButton"


def confirm_delete() -> rx.Component:
    """Return the dialog; Cancel has the focus."""
    return ConfirmDelete.create(
        question(),
        rx.el.div(
            while_asked(
                "isWaiting",
                rx.el.p(WAITING, class_name=NOTE, custom_attrs={"data-says-lost": ""}),
            ),
            role="status",
        ),
        buttons(),
        ack=ConfirmDeleteState.ack,
        failed_key=ConfirmDeleteState.failed_key,
        done_key=ConfirmDeleteState.done_key,
        opened=ContactListState.opened,
        on_delete=lambda contact_id, key, version: ConfirmDeleteState.delete_contact(
            contact_id, key, version
        ),
        class_name=f"{DIALOG} max-w-md p-6",
        custom_attrs=attributes("confirm-dialog", "confirm-title", "confirm-text"),
    )


def question() -> rx.Component:
    return rx.el.div(
        rx.el.span(
            icon("trash", "size-5"),
            class_name=(
                "grid size-10 shrink-0 place-items-center rounded-full bg-red-100 text-red-600 "
                "dark:bg-red-950 dark:text-red-400"
            ),
        ),
        rx.el.div(
            rx.el.h2(AskedName.create(), id="confirm-title", class_name=f"{HEADING} break-words"),
            rx.el.p(
                "The contact moves to the trash. The notice that follows can bring it back.",
                id="confirm-text",
                class_name=f"mt-1 text-sm {MUTED}",
            ),
            while_asked("hasFailed", failure()),
            class_name="min-w-0",
        ),
        class_name="flex gap-4",
    )


def while_asked(condition: str, child: rx.Component) -> rx.Component:
    return WhileAsked.create(child, condition=condition)


def failure() -> rx.Component:
    """Return why the contact could not be deleted; the dialog stays open."""
    return rx.el.p(
        Countdown.create(
            message=ConfirmDeleteState.failure,
            message_id=ConfirmDeleteState.failure_id,
            retry_after=ConfirmDeleteState.retry_after,
        ),
        role="alert",
        class_name="mt-2 text-sm text-red-700 dark:text-red-400",
    )


def buttons() -> rx.Component:
    return rx.el.div(
        DismissButton.create(
            "Cancel", class_name=SECONDARY, custom_attrs={"data-testid": "cancel-delete"}
        ),
        DeleteButton.create(class_name=DANGER, custom_attrs={"data-testid": "confirm-delete"}),
        class_name="mt-6 flex justify-end gap-2",
    )
