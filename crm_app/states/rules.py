"""Every handler that can be called from outside: by whom, and with what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, create_model
from reflex.state import FrontendEventExceptionState, OnLoadInternalState, State
from reflex.utils.format import format_event_handler

from crm_app.schemas.contacts import BASE_LENGTH
from crm_app.states.account import AccountState
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState
from crm_app.states.section_error import SectionErrorState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState


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


def report(handler: Any, **arguments: Any) -> tuple[str, Rule]:
    """Let the page of a living session tell of itself, so and so often."""
    rule = replace(_rule(Access.SIGNED_IN, arguments), is_report=True)
    return format_event_handler(handler), rule


HYDRATE = State.event_handlers["hydrate_and_load"]
HYDRATE_EVENT = format_event_handler(HYDRATE)
RULES: dict[str, Rule] = dict(
    (
        anybody(
            HYDRATE,
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
        signed_in(AccountState.say_password_changed),
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
