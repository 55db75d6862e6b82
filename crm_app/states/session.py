"""Who is signed in in this tab, and what the browser is asked to do about its cookie."""

import reflex as rx
from reflex.state import BaseState

from crm_app.domain.actor import Caller
from crm_app.domain.text import initials
from crm_app.errors import ErrorCode, NotSignedIn
from crm_app.operations.known_sessions import known_sessions
from crm_app.operations.results import Failed, Ok
from crm_app.reflex_seam import tab_states
from crm_app.schemas.accounts import Identity
from crm_app.services import accounts
from crm_app.settings import get_settings
from crm_app.states import access, actions
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState

SIGNED_OUT = "signed out"
ACCOUNT_DELETED = "account deleted"


class SessionState(rx.State):
    """Who is here. The page is drawn for a guest until the server says who it is.

    `accepted` names the form whose ticket the browser can trade for a cookie; `left` asks it to
    give its cookie up, and names the reason. `message` says why one is asked to sign in.
    """

    is_signed_in: bool = True
    is_guest: bool = True
    email: str = ""
    message: str = ""
    accepted: str = ""
    left: str = ""
    is_without_cookies: bool = False
    can_sign_up: bool = True
    initial: str = ""
    _account_id: int = 0

    @rx.event
    @access.anybody()
    async def load(self):
        """Say who is signed in and, if somebody is, load the list and the form."""
        self.accepted, self.left = "", ""
        self.can_sign_up = accounts.is_sign_up_open()
        result = await actions.read(self, accounts.get_identity)
        match result:
            case Ok(identity):
                self.is_signed_in, self.message = True, ""
                self.is_guest, self.email = identity.is_guest, identity.email
                self.initial = initials(identity.email)[:1]
                await self._notify_of_merge(identity)
            case Failed(failure) if failure.code == ErrorCode.AUTH_ERROR:
                has_cookie = bool(actions.caller_of(self).token_hash)
                self._refuse(failure.message if has_cookie else "")
                # With the page a guest gets one.
                self.is_without_cookies = get_settings().has_guests and not has_cookie
                return None
            case Failed():
                pass  # the list says what is wrong
        return [ContactListState.load, ContactFormState.load]

    async def _notify_of_merge(self, identity: Identity) -> None:
        """Say what became of the contacts of the guest who signed in just now."""
        notices = await self.get_state(NoticeState)
        if identity.is_merging:
            notices._add("Your contacts are still being moved. Duplicates go to the trash.")
        elif identity.duplicates == 1:
            notices._add(
                "1 duplicate was moved to the trash: the account had a contact with the same email."
            )
        elif identity.duplicates:
            moved = f"{identity.duplicates:,} duplicates were moved to the trash"
            notices._add(f"{moved}: the account had contacts with the same emails.")

    def _refuse(self, message: str) -> None:
        """Ask to sign in and say why, which is nothing to a new visitor."""
        self.is_signed_in, self.message = False, message


async def note_account(state: BaseState, caller: Caller) -> None:
    """Remember whose data the states of the tab hold; a new visitor's account is made meanwhile."""
    session = await state.get_state(SessionState)
    account_id = known_sessions.account_of(caller.token_hash)
    if account_id and account_id != session._account_id:
        session._account_id = account_id


async def end_session(state: BaseState) -> None:
    """Empty the states of the tab, whose session has ended, and ask to sign in."""
    session = await state.get_state(SessionState)
    left = session.left
    if session._account_id:
        tab_states.empty(state)
    if not left:  # else the page is about to be loaded again
        session._refuse(NotSignedIn.message)
