"""The account and its security: password, sessions, the last events, and the end of it."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from crm_app.operations import passwords
from crm_app.operations.results import Failed, Ok
from crm_app.schemas.accounts import AccountFormData, AuditView, SessionView
from crm_app.services import audit, sessions
from crm_app.states import access, actions
from crm_app.states.access import AccountArguments, Id
from crm_app.states.notice import NoticeState
from crm_app.states.outcome import Outcome
from crm_app.states.session import ACCOUNT_DELETED, SIGNED_OUT, SessionState
from crm_app.states.sign_in import attempt_of
from crm_app.states.tokens import TokenState

PASSWORD_CHANGED = "Password changed. Other browsers are signed out."


@dataclass(frozen=True)
class SessionRow:
    """A browser that is signed in; `used_at` is ISO 8601 in UTC, the page localises it."""

    id: str
    device: str
    address: str
    used_at: str
    is_current: bool


@dataclass(frozen=True)
class EventRow:
    """A line of the audit trail; `at` is ISO 8601 in UTC."""

    at: str
    action: str
    origin: str


class AccountState(Outcome, rx.State):
    """The account view, which is loaded while `is_open`.

    A new `form_key` empties the form of the password. `failed_form` is the one that the field
    errors are about.
    """

    is_open: bool = False
    sessions: list[SessionRow] = []
    events: list[EventRow] = []
    is_busy: bool = False
    is_asking: bool = False
    failed_form: str = ""
    form_key: str = ""

    @rx.event
    @access.performing()
    async def open(self):
        """Load the account view."""
        await self._load()
        await (await self.get_state(TokenState))._load()
        self.is_open = True

    @rx.event
    @access.signed_in()
    async def close(self):
        """Close the account view."""
        self._forget_messages()
        (await self.get_state(TokenState))._forget()

    @rx.event
    @access.signed_in(form_data=AccountArguments)
    async def change_password(self, form_data: AccountFormData):
        """Set a new password; all other browsers are signed out."""
        self._begin("change")
        yield
        result = await passwords.change_password(actions.caller_of(self), form_data)
        self.is_busy = False
        match result:
            case Ok():
                self._say(PASSWORD_CHANGED, is_success=True)
                session = await self.get_state(SessionState)
                session.accepted = attempt_of(form_data)
                self.form_key = session.accepted
                self.sessions = [row for row in self.sessions if row.is_current]
            case Failed(failure):
                self._say_failed(failure)

    @rx.event
    @access.signed_in()
    def say_password_changed(self):
        """Say it again: the page was loaded with the cookie of a new session."""
        self._say(PASSWORD_CHANGED, is_success=True)

    @rx.event
    @access.performing(session_id=Id)
    async def revoke_session(self, session_id: str):
        """Sign another browser out."""
        result = await actions.run(self, sessions.revoke_session, session_id=session_id)
        self._say("Signed out there", is_success=True)
        if isinstance(result, Failed):
            self._say_failed(result.failure)
        await self._load()

    @rx.event
    @access.performing()
    async def sign_out(self):
        """Sign this browser out."""
        await self._leave(await actions.run(self, sessions.sign_out))

    @rx.event
    @access.performing()
    async def sign_out_everywhere(self):
        """Sign all browsers out, this one too."""
        await self._leave(await actions.run(self, sessions.sign_out_everywhere))

    @rx.event
    @access.signed_in()
    def ask_to_delete(self):
        """Ask for the password before the account is deleted."""
        self._say("")
        self.is_asking = True

    @rx.event
    @access.signed_in()
    def keep_account(self):
        """Take the question back."""
        self._say("")
        self.is_asking = False

    @rx.event
    @access.signed_in(form_data=AccountArguments)
    async def delete_account(self, form_data: AccountFormData):
        """Delete the account with everything in it."""
        self._begin("delete")
        yield
        result = await passwords.delete_account(actions.caller_of(self), form_data)
        self.is_busy = False
        if isinstance(result, Failed):
            self._say_failed(result.failure)
        else:
            await self._leave(result, ACCOUNT_DELETED)

    def _forget_messages(self) -> None:
        self._say("")
        self.is_open = self.is_asking = False

    async def _load(self) -> None:
        found = await actions.read(self, sessions.get_sessions)
        events = await actions.read(self, audit.get_own_events)
        if isinstance(found, Ok) and isinstance(events, Ok):
            self.sessions = [_session_row(view) for view in found.value]
            self.events = [_event_row(view) for view in events.value]
        elif isinstance(found, Failed):
            self._say_failed(found.failure)

    async def _leave(self, result: Ok[None] | Failed, reason: str = SIGNED_OUT) -> None:
        match result:
            case Ok():
                session = await self.get_state(SessionState)
                session.left = reason
            case Failed(failure) if self.is_open:
                self._say_failed(failure)
            case Failed(failure):
                notices = await self.get_state(NoticeState)
                said = f"You are still signed in: {failure.text}"
                notices._add(said, is_error=True, retry_after=failure.retry_after)

    def _begin(self, form: str) -> None:
        self.is_busy, self.failed_form = True, form
        self._say("")


def _session_row(view: SessionView) -> SessionRow:
    used_at = view.used_at.isoformat()
    return SessionRow(view.id, view.device, view.address, used_at, view.is_current)


def _event_row(view: AuditView) -> EventRow:
    origin: list[Any] = [view.device, view.address]
    return EventRow(view.at.isoformat(), view.action, ", ".join(part for part in origin if part))
