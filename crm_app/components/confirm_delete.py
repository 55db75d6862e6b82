"""The dialog that asks before a contact is deleted."""

from typing import Any

import reflex as rx

from crm_app.components.dialog import dialog
from crm_app.components.field import connection_problem, counting_down
from crm_app.components.icon import icon
from crm_app.components.theme import DANGER, HEADING, MUTED, SECONDARY
from crm_app.components.words import verbatim, words
from crm_app.states.confirm_delete import ConfirmDeleteState


def confirm_delete() -> rx.Component:
    """Return the dialog; Cancel has the focus."""
    return dialog(
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
                    words(
                        "Delete ",
                        verbatim(ConfirmDeleteState.name),
                        "?",
                        key=ConfirmDeleteState.name,
                    ),
                    id="confirm-title",
                    class_name=f"{HEADING} break-words",
                ),
                rx.el.p(
                    "The contact moves to the trash. The notice that follows can bring it back.",
                    id="confirm-text",
                    class_name=f"mt-1 text-sm {MUTED}",
                ),
                failure(),
                class_name="min-w-0",
            ),
            class_name="flex gap-4",
        ),
        deletion(),
        is_open=ConfirmDeleteState.is_open,
        test_id="confirm-dialog",
        title_id="confirm-title",
        text_id="confirm-text",
    )


def failure() -> rx.Component:
    """Return why the contact could not be deleted; the dialog stays open."""
    return rx.cond(
        ConfirmDeleteState.failure,
        rx.el.p(
            counting_down(ConfirmDeleteState.failure, ConfirmDeleteState.failure_id),
            role="alert",
            class_name="mt-2 text-sm text-red-700 dark:text-red-400",
        ),
    )


def deletion() -> rx.Component:
    """Return the form; `assets/crm.js` fills it, and sends it until it is acknowledged."""
    return rx.el.form(
        rx.el.input(type="hidden", name="contact_id", default_value=""),
        rx.el.input(type="hidden", name="idempotency_key", default_value=""),
        connection_problem(),
        buttons(),
        on_submit=delete,
        class_name="mt-6",
        custom_attrs={
            "data-deletes": "",
            "data-contact-id": ConfirmDeleteState.contact_id,
            "data-ack": ConfirmDeleteState.ack,
            "data-action": "delete_contact",
        },
    )


def delete(form_data: Any) -> Any:
    values = form_data.to(dict[str, str])
    return ConfirmDeleteState.delete_contact(values["contact_id"], values["idempotency_key"])


def buttons() -> rx.Component:
    return rx.el.div(
        rx.el.button(
            "Cancel",
            type="button",
            on_click=ConfirmDeleteState.cancel,
            class_name=SECONDARY,
            custom_attrs={
                "data-testid": "cancel-delete",
                "data-dismisses": "",
                "data-takes-focus": "",
            },
        ),
        rx.el.button(
            "Delete",
            type="submit",
            disabled=ConfirmDeleteState.is_deleting,
            class_name=DANGER,
            custom_attrs={
                "data-testid": "confirm-delete",
                "data-label": "Delete",
                "data-pending-label": "Deleting...",
            },
        ),
        class_name="flex justify-end gap-2",
    )
