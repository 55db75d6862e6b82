"""Who may call a handler from outside, and with what: a decorator beneath `@rx.event`.

A handler without one cannot be called from outside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError, create_model

from crm_app.domain.contact_fields import NAMES
from crm_app.reflex_seam import events
from crm_app.schemas.contacts import BASE_LENGTH

Handler = TypeVar("Handler", bound=Callable[..., Any])
RULE = "_access_rule"


def at_most(max_length: int) -> PlainValidator:
    """Return what judges a text; a lone surrogate is for the field's own message to refuse."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or len(value) > max_length:
            raise ValueError(f"must be a text of at most {max_length} characters")
        return value

    return PlainValidator(check)


Id = Annotated[str, at_most(100)]
Line = Annotated[str, at_most(1_000)]
Number = Annotated[int, Field(ge=0, lt=2**31)]
LongText = Annotated[str, at_most(20_000)]
Base = Annotated[str, at_most(BASE_LENGTH)]
Report = Annotated[str, at_most(60_000)]


class Access(Enum):
    """Who may call a handler."""

    ANYBODY = "anybody"
    SIGNED_IN = "visitors with an active session"


@dataclass(frozen=True)
class Rule:
    """Who may call a handler, and the shape of what it takes.

    `is_report` if the page only reports on itself: too much of that is dropped silently.
    `performs` if the handler performs an operation first of all, which looks the session up.
    """

    access: Access
    arguments: type[BaseModel]
    is_report: bool = False
    performs: bool = False

    def fits(self, payload: Mapping[str, Any]) -> bool:
        """Return whether the event's arguments have the shape that the handler takes."""
        try:
            self.arguments.model_validate(events.plain(payload))
        except (ValidationError, TypeError, ValueError):
            return False
        return True


class Strict(BaseModel):
    """Arguments: nothing else is taken, and nothing of it is in a message."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


_contact_form: dict[str, Any] = {
    **dict.fromkeys(NAMES, (LongText, "")),
    **dict.fromkeys(("idempotency_key", "contact_id", "version"), (Id, "")),
    "base": (Base, ""),
}
ContactArguments = create_model("ContactArguments", __base__=Strict, **_contact_form)
"""The form of a contact, as the page sends it; `schemas` judges the fields."""


class AccountArguments(Strict):
    """The forms about accounts, as the page sends them; `schemas` judges the fields."""

    email: Line = ""
    password: Line = ""
    new_password: Line = ""
    ticket: Id = ""
    attempt: Id = ""
    link: Id = ""


class TokenArguments(Strict):
    """The form of a new API token, as the page sends it; `schemas` judges the fields."""

    token_name: Line = ""
    expires: Id = ""
    read: Id | bool = ""
    write: Id | bool = ""
    delete: Id | bool = ""
    export: Id | bool = ""


TokenFormData = dict[str, Any]
"""What the form of a new API token sends: its fields, and the scopes that are ticked."""


def rule(access: Access, arguments: Mapping[str, Any], **options: bool) -> Rule:
    """Return a rule; an argument is its type, or its type and default."""
    fields: dict[str, Any] = {
        name: kind if isinstance(kind, tuple) else (kind, ...) for name, kind in arguments.items()
    }
    return Rule(access, create_model("Arguments", __base__=Strict, **fields), **options)


def anybody(**arguments: Any) -> Callable[[Handler], Handler]:
    """Let everybody call the handler with these arguments."""
    return _decorator(rule(Access.ANYBODY, arguments))


def signed_in(**arguments: Any) -> Callable[[Handler], Handler]:
    """Let visitors with an active session call the handler with these arguments."""
    return _decorator(rule(Access.SIGNED_IN, arguments))


def performing(**arguments: Any) -> Callable[[Handler], Handler]:
    """Let the operation which the handler performs first decide whether the session is active.

    It is performed by `actions.run` or `actions.read`, which empty the states if it is not.
    """
    return _decorator(rule(Access.SIGNED_IN, arguments, performs=True))


def report(**arguments: Any) -> Callable[[Handler], Handler]:
    """Let the page of an active session report on itself, so and so often."""
    return _decorator(rule(Access.SIGNED_IN, arguments, is_report=True))


def rule_of(handler: Callable[..., Any]) -> Rule | None:
    """Return the rule of a handler's function, None for one that cannot be called from outside."""
    return getattr(handler, RULE, None)


def _decorator(own: Rule) -> Callable[[Handler], Handler]:
    def decorate(handler: Handler) -> Handler:
        setattr(handler, RULE, own)
        return handler

    return decorate
