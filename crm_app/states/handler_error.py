"""A handler that failed: its visitor is told, and nothing goes on waiting for it."""

import reflex as rx

from crm_app import text
from crm_app.errors import CrmError
from crm_app.states.account import AccountState
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState
from crm_app.states.sign_in import SignInState

REFERENCE_LENGTH = 9


class HandlerErrorState(rx.State):
    """Nothing of its own; the other states are told to stop waiting."""

    @rx.event
    async def report(self, reference: str):
        """Say that a handler failed; the reference leads to the line in the log."""
        shown = text.single_line(str(reference))[:REFERENCE_LENGTH]
        message = f"{CrmError.message} (reference {shown})"
        form = await self.get_state(ContactFormState)
        form.is_saving = False
        question = await self.get_state(ConfirmDeleteState)
        question.is_deleting = False
        for state in (SignInState, AccountState):
            (await self.get_state(state)).is_busy = False
        contact_list = await self.get_state(ContactListState)
        contact_list._stop_waiting(message)
        notices = await self.get_state(NoticeState)
        notices._add(message, is_error=True)
