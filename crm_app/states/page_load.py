"""A page load starts without the messages of the last page; a reconnect keeps them."""

import reflex as rx

from crm_app.states.account import AccountState
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.notice import NoticeState
from crm_app.states.section_error import SectionErrorState
from crm_app.states.sign_in import SignInState
from crm_app.states.tokens import TokenState

STATES_WITH_MESSAGES = (
    ContactFormState,
    ConfirmDeleteState,
    NoticeState,
    SectionErrorState,
    SignInState,
    AccountState,
    TokenState,
)


async def forget_messages(state: rx.State) -> None:
    """Remove all messages of the last page.

    A form's acknowledgement goes with them: the page sends a form that is still pending again, with
    its key, and so shows the outcome.
    """
    for each in STATES_WITH_MESSAGES:
        (await state.get_state(each))._forget_messages()
