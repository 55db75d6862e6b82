"""The one door in front of every event handler: what may be called, by whom, with what."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, ValidationError, create_model
from reflex.app import App
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import (
    BaseState,
    FrontendEventExceptionState,
    OnLoadInternalState,
    State,
    StateUpdate,
)
from reflex.utils.format import format_event_handler
from reflex_base.event.context import EventContext
from reflex_base.utils.form import form_data_as_dict

from crm_app import actions
from crm_app.actions import Failed, Ok
from crm_app.actor import Caller
from crm_app.errors import ErrorCode, NotSignedIn
from crm_app.schemas import BASE_LENGTH
from crm_app.states.account import AccountState
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.handler_error import stop_waiting
from crm_app.states.notice import NoticeState
from crm_app.states.section_error import SectionErrorState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState

CHECK_LASTS = 0.5  # seconds; a session that ends elsewhere is refused within twice that
MAX_CHECKS = 10_000
MAX_BEGUN = 1_000
NOT_UNDERSTOOD = "The page sent what the server does not understand. Reload it; your text is kept."


def _at_most(max_length: int) -> PlainValidator:
    """Return what judges a text; half a character is for the field's own message to refuse."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > max_length:
            raise ValueError(f"must be a text of at most {max_length} characters")
        return value

    return PlainValidator(check)


Id = Annotated[str, _at_most(100)]
Line = Annotated[str, _at_most(1_000)]
LongText = Annotated[str, _at_most(20_000)]
Base = Annotated[str, _at_most(BASE_LENGTH)]
Report = Annotated[str, _at_most(60_000)]


class Access(Enum):
    """Who may call a handler."""

    ANYBODY = "anybody"
    SIGNED_IN = "whoever has a living session"


@dataclass(frozen=True)
class Rule:
    """Who may call a handler, and the shape of what it takes."""

    access: Access
    arguments: type[BaseModel]
    is_report: bool = False
    """Whether the page only tells of itself: too much of that is dropped without a word."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class NoVars(_Strict):
    """What the browser keeps for the states: nothing."""


class ContactArguments(_Strict):
    """The form of a contact, as the page sends it; its fields are judged by `schemas`."""

    name: LongText = ""
    email: LongText = ""
    company: LongText = ""
    phone: LongText = ""
    notes: LongText = ""
    idempotency_key: Id = ""
    contact_id: Id = ""
    version: Id = ""
    base: Base = ""


class AccountArguments(_Strict):
    """The forms about accounts, as the page sends them; `account_schemas` judges the fields."""

    email: Line = ""
    password: Line = ""
    new_password: Line = ""
    ticket: Id = ""
    attempt: Id = ""
    link: Id = ""


def _rule(access: Access, arguments: Mapping[str, Any]) -> Rule:
    fields: dict[str, Any] = {
        name: kind if isinstance(kind, tuple) else (kind, ...) for name, kind in arguments.items()
    }
    return Rule(access, create_model("Arguments", __base__=_Strict, **fields))


def anybody(handler: Any, **arguments: Any) -> tuple[str, Rule]:
    """Let everybody call the handler with these arguments."""
    return format_event_handler(handler), _rule(Access.ANYBODY, arguments)


def signed_in(handler: Any, **arguments: Any) -> tuple[str, Rule]:
    """Let whoever has a living session call the handler with these arguments."""
    return format_event_handler(handler), _rule(Access.SIGNED_IN, arguments)


class Begun:
    """The last events that came in, by Reflex's id of each: who asks later is told what it was."""

    def __init__(self) -> None:
        self._events: OrderedDict[str, tuple[str, int, float]] = OrderedDict()

    def note(self, event_id: str, handler: str, account_id: int) -> None:
        """Remember an event; the oldest of too many is forgotten."""
        self._events[event_id] = (handler, account_id, time.perf_counter())
        if len(self._events) > MAX_BEGUN:
            self._events.popitem(last=False)

    def describe(self, event_id: str) -> dict[str, Any]:
        """Return its handler, its account and the milliseconds since, for the log."""
        if event_id not in self._events:
            return {}
        handler, account_id, started = self._events[event_id]
        ms = round((time.perf_counter() - started) * 1000, 1)
        return {"handler": handler, "account": account_id or None, "ms": ms}


begun = Begun()


def report(handler: Any, **arguments: Any) -> tuple[str, Rule]:
    """Let the page of a living session tell of itself, so and so often."""
    rule = replace(_rule(Access.SIGNED_IN, arguments), is_report=True)
    return format_event_handler(handler), rule


HYDRATE = "hydrate_and_load"
RULES: dict[str, Rule] = dict(
    (
        anybody(
            State.event_handlers[HYDRATE],
            vars=(NoVars | None, None),
            hashes=(list[Id] | None, None),
        ),
        anybody(State.event_handlers["set_is_hydrated"], value=bool),
        anybody(OnLoadInternalState.event_handlers["on_load_internal"]),
        anybody(OnLoadInternalState.event_handlers["set_is_hydrated"], value=bool),
        anybody(SessionState.load),
        anybody(SignInState.show, view=Id),
        anybody(SignInState.say_too_late),
        anybody(SignInState.say_signed_out),
        anybody(SignInState.sign_in, form_data=AccountArguments),
        anybody(SignInState.sign_up, form_data=AccountArguments),
        anybody(SignInState.reset_password, form_data=AccountArguments),
        signed_in(AccountState.open),
        signed_in(AccountState.close),
        signed_in(AccountState.change_password, form_data=AccountArguments),
        signed_in(AccountState.revoke_session, session_id=Id),
        signed_in(AccountState.sign_out),
        signed_in(AccountState.sign_out_everywhere),
        signed_in(AccountState.ask_to_delete),
        signed_in(AccountState.keep_account),
        signed_in(AccountState.delete_account, form_data=AccountArguments),
        signed_in(ContactListState.load),
        signed_in(ContactListState.get_contacts, query=(Line, "")),
        signed_in(ContactListState.load_more),
        signed_in(ContactListState.retry),
        signed_in(ContactFormState.load),
        signed_in(ContactFormState.create_contact, form_data=ContactArguments),
        signed_in(ContactFormState.update_contact, form_data=ContactArguments),
        signed_in(ContactFormState.edit_contact, contact_id=Id),
        signed_in(ContactFormState.add_contact),
        signed_in(ContactFormState.cancel_edit),
        signed_in(ContactFormState.retry),
        signed_in(ConfirmDeleteState.ask, contact_id=Id),
        signed_in(ConfirmDeleteState.cancel),
        signed_in(ConfirmDeleteState.delete_contact, contact_id=Id, key=(Id, "")),
        signed_in(NoticeState.dismiss, notice_id=Id),
        signed_in(NoticeState.restore_contact, contact_id=Id),
        report(SectionErrorState.report, section=Id, error=Report, component_stack=Report),
        report(
            FrontendEventExceptionState.event_handlers["handle_frontend_exception"],
            info=Report,
            component_stack=Report,
        ),
    )
)
"""Every handler that an event from outside can reach; what is not here does not exist."""


def is_event(name: str) -> bool:
    """Tell whether an event of this name can come from outside."""
    return name in RULES


class Gate(Middleware):
    """Let an event through that is known, well-formed and from whom may send it.

    Reflex finds the states of a tab by a token that the browser made up; whoever presents it would
    be shown what the former visitor saw. So states belong to an account, and are emptied before
    another one gets to see them, and when the session has ended.
    """

    def __init__(self) -> None:
        self._checks: dict[str, tuple[float, Ok[int] | Failed]] = {}

    async def preprocess(self, app: App, state: BaseState, event: Event) -> StateUpdate | None:
        """Return None to let the event go on, else what the page is told instead."""
        root_session = await state.get_state(SessionState)
        begun.note(EventContext.get().txid, event.name, root_session._account_id)
        headers = event.router_data.get("headers")
        if headers is None:  # the server's own event, in the wake of one that was let through
            return None
        root = state._get_root_state()
        caller = actions.caller_of(root_session)
        rule = RULES.get(event.name)
        check = await self._check(caller)
        self._hand_over(root, root_session, caller, check)
        if rule is None or (rule.access is Access.SIGNED_IN and _has_ended(check)):
            await _deny(caller, check, event.name)
            if rule is not None:
                root_session._refuse(NotSignedIn.message)
            return await _told(root)
        if not _fits(rule, event.payload):
            await _deny(caller, check, event.name)
            await stop_waiting(root_session, NOT_UNDERSTOOD)
            return await _told(root)
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

    def _hand_over(
        self, root: BaseState, session: SessionState, caller: Caller, check: Ok[int] | Failed
    ) -> None:
        """Empty the states when they are another's, or nobody's any more."""
        if _is_unsure(check) and session._token_hash == caller.token_hash:
            return
        account_id = check.value if isinstance(check, Ok) else 0
        is_other_browser = session._token_hash not in ("", caller.token_hash)
        if account_id != session._account_id and (session._account_id or is_other_browser):
            is_hydrated = root.is_hydrated  # pyright: ignore[reportAttributeAccessIssue]
            root.reset()
            root.is_hydrated = is_hydrated  # pyright: ignore[reportAttributeAccessIssue]
        session._account_id, session._token_hash = account_id, caller.token_hash


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


async def _deny(caller: Caller, check: Ok[int] | Failed, name: str) -> None:
    account_id = check.value if isinstance(check, Ok) else None
    await actions.deny(caller, account_id, name)


async def _told(root: BaseState) -> StateUpdate:
    delta = await root._get_resolved_delta()
    root._clean()
    return StateUpdate(delta=delta)
