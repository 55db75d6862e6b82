"""The middleware in front of every event handler: what `rules` do not allow is rejected."""

from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate

from crm_app.domain.actor import Caller
from crm_app.errors import ErrorCode
from crm_app.observability.events import begun
from crm_app.operations import refusals
from crm_app.operations.known_sessions import known_sessions
from crm_app.operations.perform import look_up
from crm_app.operations.rate_limits import Limit
from crm_app.operations.results import Failed
from crm_app.reflex_seam import events, tab_states
from crm_app.reflex_seam.builtin_events import HYDRATE_EVENT
from crm_app.states import actions
from crm_app.states.access import Access
from crm_app.states.account import AccountState
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.contacts.history import HistoryState
from crm_app.states.contacts.trash import TrashState
from crm_app.states.handler_error import NOT_UNDERSTOOD, stop_waiting
from crm_app.states.notice import NoticeState
from crm_app.states.rules import RULES
from crm_app.states.section_error import SectionErrorState
from crm_app.states.session import SessionState, end_session
from crm_app.states.sign_in import SignInState
from crm_app.states.tokens import TokenState

STATES_WITH_MESSAGES = (
    ContactFormState,
    ConfirmDeleteState,
    HistoryState,
    TrashState,
    NoticeState,
    SectionErrorState,
    SignInState,
    AccountState,
    TokenState,
)


class AuthorizationMiddleware(Middleware):
    """Let an event through that is known, well-formed and from whom may send it.

    What the states hold is of the session's account, and is emptied when the session has ended.
    """

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Return None to let the event go on, else what the page is sent instead."""
        session = await state.get_state(SessionState)
        ids = events.find_current()
        assert ids
        begun.note(ids.id, event.name, session._account_id)
        if ids.parent_id is not None:  # yielded by a handler that was let through
            return None
        # An event without headers has no session, whatever the state says.
        is_from_socket = event.router_data.get("headers") is not None
        caller = actions.caller_of(session) if is_from_socket else Caller()
        rule = RULES.get(event.name)
        if rule is None or not (rule.performs and caller.token_hash):
            has_ended = await _has_ended(caller, session)
            if rule is None or (rule.access is Access.SIGNED_IN and has_ended):
                return await _reject(caller, session, event.name)
        if not rule.fits(event.payload):
            refusals.deny(caller, session._account_id or None, event.name)
            await stop_waiting(session, NOT_UNDERSTOOD)
            return await tab_states.take_delta(session)
        if event.name == HYDRATE_EVENT:
            contact_list = await state.get_state(ContactListState)
            await contact_list._remember_rows()
        if events.is_page_load(event.payload):
            await forget_messages(session)
            (await state.get_state(ContactListState))._begin_again()
        if rule.is_report and isinstance(await look_up(caller, Limit.REPORTS_PER_ADDRESS), Failed):
            return StateUpdate()
        return None


async def forget_messages(state: BaseState) -> None:
    """Remove all messages of the last page; a reconnect keeps them.

    A form's acknowledgement goes with them: the page sends a form that is still pending again, with
    its key, and so shows the outcome.
    """
    for each in STATES_WITH_MESSAGES:
        (await state.get_state(each))._forget_messages()


async def _has_ended(caller: Caller, session: SessionState) -> bool:
    """Look up the session, unless that was done a moment ago; empty the states if it has ended."""
    account_id = known_sessions.fresh_account_of(caller.token_hash)
    if account_id is None:
        check = await look_up(caller)
        if isinstance(check, Failed):
            has_ended = check.failure.code == ErrorCode.AUTH_ERROR
            if has_ended and session._account_id:
                await end_session(session)
            return has_ended
        account_id = check.value
    session._account_id = account_id
    return False


async def _reject(caller: Caller, session: SessionState, name: str) -> StateUpdate:
    refusals.deny(caller, session._account_id or None, name)
    if name in RULES:
        await end_session(session)
    return await tab_states.take_delta(session)
