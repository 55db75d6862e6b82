"""The tab Your data of the account dialog: deleting the account, or making one."""

import reflex as rx

from crm_app.components.account.security import account_field, part
from crm_app.components.account.sign_in import AccountForm
from crm_app.components.buttons import SteadyButton
from crm_app.components.dialog import DismissButton
from crm_app.components.field import submit_button
from crm_app.components.theme import BODY, DANGER, GHOST_DANGER, SECONDARY
from crm_app.components.top_bar import for_guests
from crm_app.states.account import AccountState


def guest_data() -> rx.Component:
    return part("Your contacts", for_guests(DismissButton.create))


def deletion() -> rx.Component:
    return rx.el.section(
        rx.el.h3(
            "Delete account", class_name="text-sm font-semibold text-red-800 dark:text-red-300"
        ),
        rx.el.p(
            "All contacts of this account are deleted for good, those in the trash too.",
            class_name=f"mt-1 mb-4 text-sm {BODY}",
        ),
        rx.cond(
            AccountState.is_asking,
            deletion_form(),
            SteadyButton.create(
                "Delete account...",
                id="delete-account",
                on_click=AccountState.ask_to_delete,
                class_name=f"{GHOST_DANGER} border border-red-200 dark:border-red-900",
                custom_attrs={"data-testid": "delete-account"},
            ),
        ),
        class_name="rounded-xl border border-red-200 p-4 dark:border-red-900",
        custom_attrs={"data-testid": "danger-zone"},
    )


def deletion_form() -> rx.Component:
    return AccountForm.create(
        account_field("password", "Your password", "current-password", "delete-", auto_focus=True),
        rx.el.div(
            SteadyButton.create(
                "Keep account",
                on_click=AccountState.keep_account,
                next="delete-account",
                class_name=SECONDARY,
            ),
            submit_button(
                "Delete everything",
                "Deleting...",
                AccountState.is_busy,
                "confirm-delete-account",
                DANGER,
            ),
            class_name="flex flex-wrap gap-2",
        ),
        on_send=lambda data: AccountState.delete_account(data),
        is_busy=AccountState.is_busy,
        class_name="space-y-4",
    )
