"""What comes in about contacts, validated by the rules of their fields, and what goes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, make_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, create_model

from crm_app.database import models
from crm_app.domain.contact_fields import FIELDS, NAMES, ContactField, Kind, Values
from crm_app.domain.contact_list.cursor import Cursor
from crm_app.schemas.contact_values import read_tags, reader
from crm_app.schemas.ids import read_uuid
from crm_app.schemas.validation import OUTDATED_FORM, refuse

BASE_LENGTH = 4_000  # twice what the longest contact takes as JSON

ContactFormData = dict[str, Any]
"""What the form sends, unvalidated: the fields and, when it edits, contact_id, version and base."""


def _uuid(value: Any) -> UUID | None:
    if value is None or isinstance(value, UUID):
        return value
    found = read_uuid(value) if isinstance(value, str) else None
    if found is None:
        raise refuse(OUTDATED_FORM)
    return found


def _version(value: Any) -> Any:
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10
    return int(value) if is_digits else value


IdempotencyKey = Annotated[UUID | None, BeforeValidator(_uuid)]
Version = Annotated[StrictInt, BeforeValidator(_version), Field(ge=1, lt=2**31)]


class _Contact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    tags: Annotated[tuple[str, ...] | None, BeforeValidator(read_tags)] = None

    def values(self) -> Values:
        """Return what each field holds."""
        return {name: getattr(self, name) for name in NAMES}


def _with_fields(
    *, needs_email: bool = True, is_partial: bool = False, is_whole: bool = False
) -> type[_Contact]:
    """Return a schema with all fields: a partial one needs none of them, a whole one needs all."""

    def definition(field: ContactField) -> Any:
        is_required = field.is_required and (needs_email or field.kind is not Kind.EMAIL)
        kind = Annotated[str | None, BeforeValidator(reader(field, is_required=is_required))]
        return kind, ... if is_whole or (is_required and not is_partial) else None

    fields = {field.name: definition(field) for field in FIELDS}
    return create_model("_WithFields", __base__=_Contact, **fields)


class ContactBase(_with_fields(needs_email=False, is_whole=True)):
    """The values a form was opened with: by them it is judged what each of two edits changed."""


def _base(value: Any) -> ContactBase | None:
    """Read the form's JSON; what is no such JSON is no base."""
    try:
        return ContactBase.model_validate_json(value if len(value) <= BASE_LENGTH else "")
    except (ValueError, TypeError):
        return None


class ContactCreate(_with_fields()):
    """A new contact. The key makes sending the same form twice create one contact."""

    idempotency_key: IdempotencyKey = None


class ContactChanges(BaseModel):
    """What an update has besides the fields: the `version` that the caller saw, and a key.

    With `base`, the values of that version, it can be merged with a change made meanwhile.
    """

    version: Version
    tags: Annotated[tuple[str, ...] | None, BeforeValidator(read_tags)] = None
    idempotency_key: IdempotencyKey = None
    base: Annotated[ContactBase | None, BeforeValidator(_base)] = None

    def changes(self) -> Values:
        """Return the fields that were given, by name."""
        return self.model_dump(include=set(NAMES), exclude_unset=True)


class ContactUpdate(_with_fields(is_partial=True), ContactChanges):
    """A change of a contact; fields not given stay as they are."""


class ContactUpdateWithoutEmail(_with_fields(is_partial=True, needs_email=False), ContactChanges):
    """A change of a contact that was imported without an email: it may go on having none."""


_fields: Any = make_dataclass(
    "_fields", [(name, str | None) for name in NAMES], frozen=True, slots=True, kw_only=True
)


@dataclass(frozen=True, slots=True)
class TagLabel:
    """A tag as a contact shows it. `color` is a number from 0."""

    name: str
    color: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView(_fields):
    """A contact as the members of its book see it. `id` is the public one; times are UTC.

    It has an attribute for each field, and its tags in their order. `deleted_at` is set while it is
    in the trash.
    """

    if TYPE_CHECKING:
        name: str
        email: str | None
        company: str | None
        phone: str | None
        notes: str | None

    id: str
    tags: tuple["TagLabel", ...]
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, contact: models.Contact, tags: Mapping[int, "TagLabel"]) -> "ContactView":
        """Make the view of a stored contact, or of a row that has these columns.

        A tag that is not among these was deleted.
        """
        values: Any = {name: getattr(contact, name) for name in NAMES}
        return cls(
            **values,
            id=str(contact.public_id),
            tags=tuple(tags[number] for number in contact.tag_ids if number in tags),
            version=contact.version,
            created_at=contact.created_at,
            updated_at=contact.updated_at,
            deleted_at=contact.deleted_at,
        )

    def values(self) -> Values:
        """Return what each field holds."""
        return {name: getattr(self, name) for name in NAMES}


@dataclass(frozen=True, slots=True)
class UpdatedContact:
    """A contact after its update; `kept` are fields that a concurrent update changed."""

    contact: ContactView
    kept: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ContactPage:
    """Some contacts, how many match in all, and where the page after them begins, if there is one.

    Where `is_exact` is False, `total` is only how far was counted.
    """

    contacts: Sequence[ContactView]
    total: int
    next: Cursor | None = None
    is_exact: bool = True

    @property
    def has_more(self) -> bool:
        """Whether others follow."""
        return self.next is not None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One entry of a contact's history: the change that made this version of it.

    `action` is created, updated, deleted or restored; `is_own` whether the reader's account did it;
    `via` the token or import it came through, or `restore`. `changes` has the old and new value by
    field.
    """

    version: int
    action: str
    at: datetime
    is_own: bool
    via: str
    changes: Mapping[str, tuple[Any, Any]]
