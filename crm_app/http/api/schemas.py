"""What goes out over the API, and how the schema describes what comes in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from crm_app.domain.contact_fields import FIELDS, NAMES, ContactField, Kind
from crm_app.domain.contact_query import MAX_ROWS, PAGE_SIZE
from crm_app.http.api.problems import MEDIA_TYPE, Problem
from crm_app.schemas.contacts import ChangeView, ContactView

QUERY_LENGTH = 200
_text: Any = dict.fromkeys(NAMES, (str | None, ...))


class Contact(create_model("_WithFields", **_text)):
    """A contact. `version` grows with each change; `deleted_at` is set while it is in the trash."""

    id: str = Field(json_schema_extra={"format": "uuid"})
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, view: ContactView) -> "Contact":
        """Return what the API shows of a contact."""
        fields: Any = view.values()
        return cls.model_construct(
            **fields,
            id=view.id,
            version=view.version,
            created_at=view.created_at,
            updated_at=view.updated_at,
            deleted_at=view.deleted_at,
        )


class ContactList(BaseModel):
    """One page of the list, and how many contacts match in all."""

    contacts: list[Contact]
    total: int
    next_cursor: UUID | None


class ListParameters(BaseModel):
    """Which contacts the list shows. Unknown parameters are refused: they may be misspelled."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=QUERY_LENGTH, description="The words to search for")
    limit: int = Field(PAGE_SIZE, ge=1, le=MAX_ROWS, description="How many contacts a page has")
    cursor: UUID | SkipJsonSchema[None] = Field(
        None, description="The `next_cursor` of the page before"
    )


RULES = {
    "q": f"The search text can have at most {QUERY_LENGTH} characters",
    "limit": f"The limit must be a whole number from 1 to {MAX_ROWS:,}",
    "cursor": "The cursor must be the next_cursor of a page",
}
"""The message when a parameter breaks its rule."""


class FieldChange(BaseModel):
    """What a field held before a change and after it."""

    old: str | None
    new: str | None


class Change(BaseModel):
    """The change that made a version of a contact.

    `action` is created, updated, deleted or restored. `is_own` whether your account did it; `via`
    the API token or import through which, empty for the page.
    """

    version: int
    action: str
    at: datetime
    is_own: bool
    via: str
    changes: dict[str, FieldChange]

    @classmethod
    def of(cls, view: ChangeView) -> "Change":
        """Return what the API shows of a change."""
        return cls(
            version=view.version,
            action=view.action,
            at=view.at,
            is_own=view.is_own,
            via=view.via,
            changes={
                field: FieldChange(old=old, new=new) for field, (old, new) in view.changes.items()
            },
        )


class Changes(BaseModel):
    """The history of a contact, the newest change first."""

    model_config = ConfigDict(title="Changes")

    changes: list[Change]


def _body(*, needs_required: bool) -> dict[str, Any]:
    """Return the JSON schema of a contact's fields as they come in."""
    properties = {field.name: _property(field) for field in FIELDS}
    required = [field.name for field in FIELDS if field.is_required] if needs_required else []
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _property(field: ContactField) -> dict[str, Any]:
    if not field.is_required:
        return {"type": ["string", "null"], "maxLength": field.max_length}
    form = {"format": "email"} if field.kind is Kind.EMAIL else {}
    return {"type": "string", "minLength": 1, "maxLength": field.max_length, **form}


NEW_CONTACT, CHANGED_FIELDS = _body(needs_required=True), _body(needs_required=False)
"""The schemas of the bodies; the services judge them, as those of the page."""
ETAG = r'^"[1-9][0-9]{0,8}"$'


IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key, the request is not done twice",
    "schema": {"type": "string", "format": "uuid"},
}


IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the version that is known; then it is not sent again",
    "schema": {"type": "string"},
}


def if_match(*, is_required: bool) -> dict[str, Any]:
    """Return the description of the header If-Match."""
    return {
        "name": "If-Match",
        "in": "header",
        "required": is_required,
        "description": "The ETag of the version that is changed",
        "schema": {"type": "string", "pattern": ETAG},
    }


def takes(*headers: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the part of an operation's schema that describes its headers and its body."""
    parts: dict[str, Any] = {"parameters": list(headers)}
    if body:
        content = {"application/json": {"schema": body}}
        parts["requestBody"] = {"required": True, "content": content}
    return parts


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the failures of an operation for the schema, with those that each can have."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    every: Sequence[int] = (401, 403, 422, 429, 503)
    return {
        status: {"description": DESCRIPTIONS[status], "content": content}
        for status in sorted({*every, *statuses})
    }


DESCRIPTIONS = {
    400: "A header or the body cannot be read",
    401: "No valid API token",
    403: "The token does not have the scope",
    404: "There is no such contact",
    409: "The email or the key is used, fields were changed since, or the account is full",
    412: "The contact has changed since the version in If-Match",
    413: "The body is too large",
    415: "The body is no JSON",
    422: "A field or parameter is wrong: see field_errors",
    428: "If-Match is missing",
    429: "Too many requests: see Retry-After",
    503: "The server is busy or the database away: see Retry-After",
}
