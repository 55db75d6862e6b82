"""The one door in front of every event handler: what `rules` do not allow stays outside."""

import time
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.event.context import EventContext
from reflex_base.utils.form import form_data_as_dict

from crm_app.domain.actor import Caller
from crm_app.errors import ErrorCode, NotSignedIn
from crm_app.observability.events import begun
from crm_app.operations import actions
from crm_app.operations.actions import Failed, Ok
from crm_app.states.contact_list import ContactListState
from crm_app.states.handler_error import stop_waiting
from crm_app.states.page_load import forget_messages, is_page_load
from crm_app.states.rules import HYDRATE_EVENT, RULES, Access, Rule
from crm_app.states.session import SessionState

CHECK_LASTS = 0.5  # seconds; a session that ends elsewhere is refused within twice that
MAX_CHECKS = 10_000
NOT_UNDERSTOOD = "The page sent what the server does not understand. Reload it; your text is kept."


class Gate(Middleware):
    """Let an event through that is known, well-formed and from whom may send it.

    What the states hold is of the session's account, and is emptied when the session has ended.
    """

    def __init__(self) -> None:
        self._checks: dict[str, tuple[float, Ok[int] | Failed]] = {}

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Return None to let the event go on, else what the page is told instead."""
        root_session = await state.get_state(SessionState)
        context = EventContext.get()
        begun.note(context.txid, event.name, root_session._account_id)
        if context.parent_txid is not None:  # yielded by a handler that was let through
            return None
        root = state._get_root_state()
        # An event without headers has no session, whatever the state says.
        is_from_socket = event.router_data.get("headers") is not None
        caller = actions.caller_of(root_session) if is_from_socket else Caller()
        rule = RULES.get(event.name)
        check = await self._check(caller)
        self._hand_over(root, root_session, check)
        if rule is None or (rule.access is Access.SIGNED_IN and _has_ended(check)):
            _deny(caller, check, event.name)
            if rule is not None:
                root_session._refuse(NotSignedIn.message)
            return await _told(root)
        if not _fits(rule, event.payload):
            _deny(caller, check, event.name)
            await stop_waiting(root_session, NOT_UNDERSTOOD)
            return await _told(root)
        if event.name == HYDRATE_EVENT:
            contact_list = await state.get_state(ContactListState)
            await contact_list._remember_rows()
        if is_page_load(event.payload):
            await forget_messages(root_session)
        if rule.is_report and not await actions.may_report(caller):
            return StateUpdate()
        return None

    async def _check(self, caller: Caller) -> Ok[int] | Failed:
        """Look up the session, unless that was done a moment ago."""
        now = time.monotonic()
        found = self._checks.get(caller.token_hash)
        if found and now - found[0] < CHECK_LASTS:
            return found[1]
        check = await actions.check_session(caller)
        if len(self._checks) >= MAX_CHECKS:
            self._checks.clear()
        self._checks[caller.token_hash] = (now, check)
        return check

    def _hand_over(self, root: BaseState, session: SessionState, check: Ok[int] | Failed) -> None:
        """Empty the states when the session behind them has ended."""
        if _is_unsure(check):
            return
        account_id = check.value if isinstance(check, Ok) else 0
        if session._account_id not in (0, account_id):
            is_hydrated = root.is_hydrated  # pyright: ignore[reportAttributeAccessIssue]
            has_left = session.has_left
            root.reset()
            root.is_hydrated = is_hydrated  # pyright: ignore[reportAttributeAccessIssue]
            if not has_left:  # else the page is about to be loaded again
                session._refuse(NotSignedIn.message)
        session._account_id = account_id


def _is_unsure(check: Ok[int] | Failed) -> bool:
    return isinstance(check, Failed) and check.failure.code != ErrorCode.AUTH_ERROR


def _has_ended(check: Ok[int] | Failed) -> bool:
    return isinstance(check, Failed) and check.failure.code == ErrorCode.AUTH_ERROR


def _fits(rule: Rule, payload: Mapping[str, Any]) -> bool:
    try:
        rule.arguments.model_validate({k: form_data_as_dict(v) for k, v in payload.items()})
    except (ValidationError, TypeError, ValueError):
        return False
    return True


def _deny(caller: Caller, check: Ok[int] | Failed, name: str) -> None:
    account_id = check.value if isinstance(check, Ok) else None
    actions.deny(caller, account_id, name)


async def _told(root: BaseState) -> StateUpdate:
    delta = await root._get_resolved_delta()
    root._clean()
    return StateUpdate(delta=delta)
