"""What follows a handler that failed or was refused: a notice, and nothing stays pending."""

import reflex as rx

from crm_app.domain import text
from crm_app.errors import CrmError
from crm_app.observability.logs import new_reference
from crm_app.states import access
from crm_app.states.account import AccountState
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.contacts.history import HistoryState
from crm_app.states.contacts.trash import TrashState
from crm_app.states.notice import NoticeState
from crm_app.states.sign_in import SignInState
from crm_app.states.tokens import TokenState

REFERENCE_LENGTH = 9
ANY_KEY = "*"
NOT_UNDERSTOOD = "The page sent what the server does not understand. Reload it; your text is kept."


class HandlerErrorState(rx.State):
    """A state without vars: its handlers end the waiting of the other states."""

    @rx.event
    async def report(self, reference: str):
        """Say that a handler failed; the reference leads to the line in the log."""
        shown = text.single_line(str(reference))[:REFERENCE_LENGTH]
        await stop_waiting(self, f"{CrmError.message} (reference {shown})")

    @rx.event
    @access.anybody()
    async def reject(self):
        """Say that an event was not understood; the socket's filter puts this in its place."""
        await stop_waiting(self, NOT_UNDERSTOOD)


async def stop_waiting(state: rx.State, message: str) -> None:
    """Show the message, and acknowledge all pending forms of the tab.

    A form that is sent again has the same key: if it was done already, it is done once.
    """
    ack = f"{ANY_KEY} {new_reference()}"
    form = await state.get_state(ContactFormState)
    form.is_saving, form.ack = False, ack
    question = await state.get_state(ConfirmDeleteState)
    question.is_deleting, question.ack = False, ack
    for waiting in (SignInState, AccountState, TokenState):
        (await state.get_state(waiting)).is_busy = False
    (await state.get_state(HistoryState)).restoring = 0
    for shown in (ContactListState, TrashState):
        (await state.get_state(shown))._stop_waiting(message)
    notices = await state.get_state(NoticeState)
    notices.is_loading_samples = False
    notices._add(message, is_error=True)
