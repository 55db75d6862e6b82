"""What goes out over the API, and the parameters of the list."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from crm_app.domain.contact_fields import FIELDS, Kind
from crm_app.domain.contact_query import MAX_ROWS, PAGE_SIZE
from crm_app.schemas.contacts import ChangeView, ContactView
from crm_app.services.contacts import Action

QUERY_LENGTH = 200
_text: Any = {field.name: (str if field.kind is Kind.NAME else str | None, ...) for field in FIELDS}


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


class ContactVersion(BaseModel):
    """What a token without the scope `read` is shown of a contact that it wrote."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(json_schema_extra={"format": "uuid"})
    version: int


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

    `is_own` is true if your account made it; `via` names the API token or import that made it, and
    is empty for the page.
    """

    version: int
    action: Action
    at: datetime
    is_own: bool
    via: str
    changes: dict[str, FieldChange]

    @classmethod
    def of(cls, view: ChangeView) -> "Change":
        """Return what the API shows of a change."""
        return cls(
            version=view.version,
            action=Action(view.action),
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
