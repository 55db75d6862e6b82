"""What goes in and out: the one place where contacts are validated, and the views that leave."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypedDict, TypeVar, cast
from uuid import UUID, uuid5

from email_validator import EmailNotValidError, validate_email
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from crm_app.database import models
from crm_app.domain import text
from crm_app.errors import ValidationFailed

PAGE_SIZE = 50
MAX_ROWS = 1000
BASE_LENGTH = 4_000  # twice what the longest contact takes as JSON

FIELDS = ("name", "email", "company", "phone", "notes")
LABELS = {
    "name": "The name",
    "email": "The email address",
    "company": "The company",
    "phone": "The phone number",
    "notes": "The notes",
}
MISSING = {"name": "Enter a name", "email": "Enter an email address"} | {
    "password": "Enter your password",
    "new_password": "Enter a new password",
}
OUTDATED_FORM = "This form is out of date. Reload the page; your text is kept."


class ContactFormData(TypedDict, total=False):
    """What the form sends, unvalidated; the last three only when it edits."""

    name: str
    email: str
    company: str
    phone: str
    notes: str
    idempotency_key: str
    contact_id: str
    version: str
    base: str


def refuse(message: str) -> PydanticCustomError:
    """Return the error that puts this message at the field."""
    return PydanticCustomError("refused", "{message}", {"message": message})


def _text(
    field: str, max_length: int, *, required: bool = False, trim: bool = True, allowed: str = ""
) -> Callable[[Any], str | None]:
    """Return a validator: a text in NFC of at most `max_length` code points, or None if blank."""
    label = LABELS[field]

    def validator(value: Any) -> str | None:
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise refuse(f"{label} must be text")
        if text.has_forbidden_character(value, allowed=allowed):
            raise refuse(f"{label} contains a character that cannot be stored")
        value = text.normalize(value.strip() if trim else value)
        if len(value) > max_length:
            raise refuse(
                f"{label} can have at most {max_length} characters, this has {len(value):,}"
            )
        if not value.strip() or (required and not text.has_visible_character(value)):
            if required:
                raise refuse(MISSING[field])
            return None
        return value

    return validator


def _notes(value: Any) -> str | None:
    if isinstance(value, str):
        value = value.replace("\r\n", "\n")
    return _text("notes", models.NOTES_LENGTH, trim=False, allowed="\n\t")(value)


def _email(value: Any) -> str | None:
    email = _text("email", models.EMAIL_LENGTH, required=True)(value)
    try:
        validate_email(email or "", check_deliverability=False)
    except EmailNotValidError as error:
        raise refuse(str(error)) from error
    return email


def _uuid(value: Any) -> UUID | None:
    if value is None or isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise refuse(OUTDATED_FORM) from error


def _version(value: Any) -> Any:
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10
    return int(value) if is_digits else value


Name = Annotated[str, BeforeValidator(_text("name", models.NAME_LENGTH, required=True))]
Email = Annotated[str, BeforeValidator(_email)]
Company = Annotated[str | None, BeforeValidator(_text("company", models.COMPANY_LENGTH))]
Phone = Annotated[str | None, BeforeValidator(_text("phone", models.PHONE_LENGTH))]
Notes = Annotated[str | None, BeforeValidator(_notes)]
IdempotencyKey = Annotated[UUID | None, BeforeValidator(_uuid)]
Version = Annotated[StrictInt, BeforeValidator(_version), Field(ge=1, lt=2**31)]


class ContactBase(BaseModel):
    """The values a form was opened with: by them it is judged what each of two edits changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    email: Email
    company: Company
    phone: Phone
    notes: Notes


def _base(value: Any) -> ContactBase | None:
    """Read the form's JSON; what is no such JSON is no base."""
    try:
        return ContactBase.model_validate_json(value if len(value) <= BASE_LENGTH else "")
    except (ValueError, TypeError):
        return None


Base = Annotated[ContactBase | None, BeforeValidator(_base)]


class ContactCreate(BaseModel):
    """A new contact. The key makes sending the same form twice create one contact."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    email: Email
    company: Company = None
    phone: Phone = None
    notes: Notes = None
    idempotency_key: IdempotencyKey = None

    def content_hash(self) -> str:
        """Return a hash of the five fields (SHA-256, hex): what the key stands for."""
        values = [getattr(self, field) for field in FIELDS]
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()


class ContactUpdate(BaseModel):
    """A change of the contact whose `version` the caller saw; fields not given stay as they are.

    With `base`, the values of that version, it can be merged with a change made meanwhile.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Version
    name: Name = ""
    email: Email = ""
    company: Company = None
    phone: Phone = None
    notes: Notes = None
    idempotency_key: IdempotencyKey = None
    base: Base = None

    def changes(self) -> dict[str, str | None]:
        """Return the fields that were given, by name."""
        return self.model_dump(include=set(FIELDS), exclude_unset=True)

    def content_key(self) -> UUID | None:
        """Return a key of this very update: the form's, bound to what it changes."""
        if self.idempotency_key is None:
            return None
        return uuid5(self.idempotency_key, json.dumps(self.changes(), sort_keys=True))


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact as its owner sees it. `id` is the public one; times are UTC.

    `deleted_at` is set while it is in the trash.
    """

    id: str
    name: str
    email: str
    company: str | None
    phone: str | None
    notes: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, contact: models.Contact) -> "ContactView":
        """Make the view of a stored contact."""
        return cls(
            id=str(contact.public_id),
            name=contact.name,
            email=contact.email,
            company=contact.company,
            phone=contact.phone,
            notes=contact.notes,
            version=contact.version,
            created_at=contact.created_at,
            updated_at=contact.updated_at,
            deleted_at=contact.deleted_at,
        )


@dataclass(frozen=True, slots=True)
class UpdatedContact:
    """A contact after its update; `kept` are the fields that were changed elsewhere meanwhile."""

    contact: ContactView
    kept: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ContactPage:
    """Some contacts, newest first, and how many match in all (`total`)."""

    contacts: Sequence[ContactView]
    total: int


_Schema = TypeVar("_Schema", bound=BaseModel)


def validate(schema: type[_Schema], data: object, *, fields: Sequence[str] = FIELDS) -> _Schema:
    """Return the data as the schema, or refuse it with one message for every wrong field.

    Raises:
        ValidationFailed: With `field_errors`; faults outside these fields go into its message.
    """
    try:
        given = dict(cast("Mapping[str, Any]", data)) if isinstance(data, Mapping) else {}
        return schema.model_validate(given)
    except ValidationError as error:
        problems = {_location(problem): _message(problem) for problem in error.errors()}
        field_errors = {field: problems[field] for field in fields if field in problems}
        is_outside = len(problems) > len(field_errors)
        raise ValidationFailed(OUTDATED_FORM if is_outside else None, field_errors) from error


def _location(problem: ErrorDetails) -> str:
    return str(problem["loc"][0]) if problem["loc"] else ""


def _message(problem: ErrorDetails) -> str:
    if problem["type"] == "missing":
        return MISSING.get(_location(problem), OUTDATED_FORM)
    return problem["msg"]
