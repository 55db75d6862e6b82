"""What the forms about accounts send, and the views of sessions and of the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypedDict

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from crm_app.database import account_models
from crm_app.domain import passwords, text
from crm_app.domain.clock import utc_now
from crm_app.domain.contact_fields import FIELDS as CONTACT_FIELDS
from crm_app.domain.contact_fields import Kind
from crm_app.domain.email import find_address
from crm_app.domain.unstorable import find_unstorable
from crm_app.domain.user_agent import describe_device
from crm_app.schemas.contact_values import CLEANED_LENGTH, reader
from crm_app.schemas.validation import refuse, validate

FIELDS = ("email", "password", "new_password")
EMAIL_FIELD = next(field for field in CONTACT_FIELDS if field.kind is Kind.EMAIL)
TICKET_PATTERN = r"^[A-Za-z0-9_-]{43}$"  # 32 random bytes


class AccountFormData(TypedDict, total=False):
    """The forms about accounts, unvalidated.

    `ticket` is a secret that the browser makes: once the form has signed its visitor in, the
    browser trades it for a session cookie. `attempt` names the form; it is no secret.
    """

    email: str
    password: str
    new_password: str
    ticket: str
    attempt: str
    link: str


def _known_password(value: Any) -> str:
    """Take any text of any length that could once have been accepted."""
    if not isinstance(value, str) or not value:
        raise refuse("Enter your password")
    return text.normalize(value)


def _new_password(value: Any, info: ValidationInfo) -> str:
    problem = passwords.find_problem(
        value if isinstance(value, str) else "", info.data.get("email", "")
    )
    if problem:
        raise refuse(problem)
    return text.normalize(value)


def _lookup_email(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise refuse("Enter an email address")
    is_readable = len(value) <= CLEANED_LENGTH and not find_unstorable(value)
    address = find_address(value) if is_readable else ""
    if not 0 < len(address) <= EMAIL_FIELD.max_length:
        raise refuse("This is not an email address")
    return address


KnownPassword = Annotated[str, BeforeValidator(_known_password)]
NewPassword = Annotated[str, BeforeValidator(_new_password)]
Email = Annotated[str, BeforeValidator(reader(EMAIL_FIELD, is_required=True))]
LookupEmail = Annotated[str, BeforeValidator(_lookup_email)]
Ticket = Annotated[str, Field(pattern=TICKET_PATTERN)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class SignInForm(_Form):
    """Email and password of an account; the email is only looked up, so any text will do."""

    email: LookupEmail
    password: KnownPassword
    ticket: Ticket


class SignUpForm(_Form):
    """A new account's email and password."""

    email: Email
    password: NewPassword
    ticket: Ticket

    @property
    def chosen_password(self) -> str:
        """The password that shall hold."""
        return self.password


class NewAccount(_Form):
    """A new account's email and password, given on the command line."""

    email: Email
    password: NewPassword


class PasswordChange(_Form):
    """The password that holds and the one that shall."""

    password: KnownPassword
    new_password: NewPassword
    ticket: Ticket


class PasswordConfirmation(_Form):
    """The password, asked for again before what cannot be undone."""

    password: KnownPassword


class PasswordResetForm(_Form):
    """A one-time link's token and the password that shall hold."""

    link: Annotated[str, Field(max_length=100)]
    new_password: NewPassword
    ticket: Ticket

    @property
    def chosen_password(self) -> str:
        """The password that shall hold."""
        return self.new_password


def read_form(schema: type[_Form], data: object) -> Any:
    """Return the form as the schema.

    Raises:
        ValidationFailed: With one message for every wrong field.
    """
    return validate(schema, data, fields=FIELDS)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in. `tag` identifies the account to its own page only.

    Just after signing in, `duplicates` is how many of the guest's contacts went to the trash, and
    `is_merging` whether others are still to come.
    """

    email: str
    is_guest: bool
    tag: str
    duplicates: int = 0
    is_merging: bool = False


@dataclass(frozen=True, slots=True)
class SessionView:
    """One browser that is signed in; times are UTC."""

    id: str
    device: str
    address: str
    created_at: datetime
    used_at: datetime
    is_current: bool

    @classmethod
    def of(cls, session: account_models.BrowserSession, *, is_current: bool) -> "SessionView":
        """Return the view of a stored session."""
        return cls(
            id=str(session.public_id),
            device=describe_device(session.user_agent),
            address=session.address,
            created_at=session.created_at,
            used_at=utc_now() if is_current else session.used_at,
            is_current=is_current,
        )


@dataclass(frozen=True, slots=True)
class AuditView:
    """One line of the audit trail as the account's owner sees it."""

    at: datetime
    action: str
    address: str
    device: str
