"""The question before a contact is deleted."""

import reflex as rx

from crm_app.components.dialog import dialog
from crm_app.components.field import counting_down
from crm_app.components.icon import icon
from crm_app.components.theme import DANGER, HEADING, MUTED, SECONDARY
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
                    "Delete ",
                    rx.el.bdi(ConfirmDeleteState.name),
                    "?",
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
        buttons(),
        is_open=ConfirmDeleteState.is_open,
        test_id="confirm-dialog",
        title_id="confirm-title",
        text_id="confirm-text",
    )


def failure() -> rx.Component:
    """Return why the contact could not be deleted; the question stays open."""
    return rx.cond(
        ConfirmDeleteState.failure,
        rx.el.p(
            counting_down(ConfirmDeleteState.failure, ConfirmDeleteState.failure_id),
            role="alert",
            class_name="mt-2 text-sm text-red-700 dark:text-red-400",
        ),
    )


def buttons() -> rx.Component:
    """Return Cancel, which has the focus, and Delete."""
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
            rx.cond(ConfirmDeleteState.is_deleting, "Deleting...", "Delete"),
            type="button",
            on_click=ConfirmDeleteState.delete_contact(ConfirmDeleteState.contact_id),
            disabled=ConfirmDeleteState.is_deleting,
            class_name=DANGER,
            custom_attrs={"data-testid": "confirm-delete"},
        ),
        class_name="mt-6 flex justify-end gap-2",
    )
