"""Signing in and up, and setting a new password by a one-time link."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from crm_app.operations import passwords
from crm_app.operations.results import Failed, Ok
from crm_app.schemas.accounts import AccountFormData
from crm_app.states import access, actions
from crm_app.states.access import AccountArguments, Id
from crm_app.states.notice import NoticeState
from crm_app.states.outcome import Outcome
from crm_app.states.session import ACCOUNT_DELETED, SIGNED_OUT, SessionState

VIEWS = ("", "sign-in", "sign-up", "reset")
FAREWELLS = {
    SIGNED_OUT: "You are signed out. Your contacts are in your account.",
    ACCOUNT_DELETED: "Account deleted",
}


class SignInState(Outcome, rx.State):
    """Which of the forms is shown instead of the contacts (`view`, empty for none).

    Passwords are never kept here.
    """

    view: str = ""
    is_busy: bool = False
    _is_accepted: bool = False

    @rx.event
    @access.anybody(view=Id)
    def show(self, view: str):
        """Show one of the forms, or the contacts again."""
        if view in VIEWS:
            self.view, self.is_busy = view, False
            self._say("")

    @rx.event
    @access.anybody()
    async def say_too_late(self):
        """Say that the ticket was traded too late."""
        session = await self.get_state(SessionState)
        session.accepted = ""
        self._say("That took too long. Please sign in once more.")

    @rx.event
    @access.anybody(form_data=AccountArguments)
    async def sign_in(self, form_data: AccountFormData):
        """Sign in with email and password."""
        self._begin()
        yield
        caller = actions.caller_of(self)
        await self._end(form_data, await passwords.sign_in(caller, form_data))

    @rx.event
    @access.anybody(form_data=AccountArguments)
    async def sign_up(self, form_data: AccountFormData):
        """Make an account; a guest keeps the contacts."""
        self._begin()
        yield
        caller = actions.caller_of(self)
        await self._end(form_data, await passwords.sign_up(caller, form_data))

    @rx.event
    @access.anybody(form_data=AccountArguments)
    async def reset_password(self, form_data: AccountFormData):
        """Set a new password by a one-time link."""
        self._begin()
        yield
        await self._end(
            form_data, await passwords.reset_password(actions.caller_of(self), form_data)
        )

    @rx.event
    @access.anybody(news=Id)
    async def say_left(self, news: str):
        """Confirm what ended the last session of the browser (`SessionState.left`)."""
        if news in FAREWELLS:
            notices = await self.get_state(NoticeState)
            notices._add(FAREWELLS[news])

    def _forget_messages(self) -> None:
        if self._is_accepted:  # what comes now is another visit
            self.view, self._is_accepted = "", False
        self._say("")

    def _begin(self) -> None:
        self.is_busy = True
        self._say("")

    async def _end(self, form_data: Any, result: Ok[None] | Failed) -> None:
        match result:
            case Ok():
                self.is_busy, self._is_accepted = False, True
                if self.view == "reset":
                    self.view = ""
                session = await self.get_state(SessionState)
                session.accepted = attempt_of(form_data)
            case Failed(failure):
                self.is_busy = False
                self._say_failed(failure)


def attempt_of(form_data: Any) -> str:
    """Return which form it was, by the name the browser gave it."""
    attempt = form_data.get("attempt", "") if isinstance(form_data, Mapping) else ""
    return attempt if isinstance(attempt, str) and attempt.isascii() else ""
