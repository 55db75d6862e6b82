"""What goes out over the API, and the parameters of the list."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import SkipJsonSchema

from crm_app.database.list_models import COMPANY_LENGTH
from crm_app.domain.contact_fields import FIELDS, Kind
from crm_app.domain.contact_list.cursor import MAX_LENGTH, NOWHERE, Cursor
from crm_app.domain.contact_list.tags import MAX_TAGS, TAG_LENGTH
from crm_app.domain.contact_query import MAX_ROWS, PAGE_SIZE, ContactQuery, Missing, Order
from crm_app.schemas.contacts import ChangeView, ContactView
from crm_app.services.contact_list.versions import Action

QUERY_LENGTH = 200
_text: Any = {field.name: (str if field.kind is Kind.NAME else str | None, ...) for field in FIELDS}


class Contact(create_model("_WithFields", **_text)):
    """A contact. `version` grows with each change; `deleted_at` is set while it is in the trash."""

    id: str = Field(json_schema_extra={"format": "uuid"})
    tags: list[str]
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
            tags=[tag.name for tag in view.tags],
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
    next_cursor: str | None


class ListParameters(BaseModel):
    """Which contacts the list shows. Unknown parameters are refused: they may be misspelled."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=QUERY_LENGTH, description="The words to search for")
    limit: int = Field(PAGE_SIZE, ge=1, le=MAX_ROWS, description="How many contacts a page has")
    cursor: str | SkipJsonSchema[None] = Field(
        None,
        min_length=30,
        max_length=MAX_LENGTH,
        description="The `next_cursor` of the page before, with the same other parameters",
    )
    sort: Order = Field(Order.NEWEST, description="The order; `best` puts the best matches first")
    tag: list[Annotated[str, Field(max_length=TAG_LENGTH)]] = Field(
        [],
        max_length=MAX_TAGS,
        description="A tag that the contacts have; several mean any of them",
    )
    company: str = Field("", max_length=COMPANY_LENGTH, description="The contacts' company")
    without: list[Missing] = Field([], max_length=5, description="What the contacts lack")

    def query(self) -> ContactQuery:
        """Return what the parameters ask for."""
        return ContactQuery(
            self.q,
            self.limit,
            None if self.cursor is None else Cursor.parse(self.cursor) or NOWHERE,
            order=self.sort,
            tags=(*self.tag,),
            company=self.company,
            without=(*self.without,),
        )


RULES = {
    "q": f"The search text can have at most {QUERY_LENGTH} characters",
    "limit": f"The limit must be a whole number from 1 to {MAX_ROWS:,}",
    "cursor": "The cursor must be the next_cursor of a page",
    "sort": f"The order must be one of {', '.join(Order)}",
    "tag": f"At most {MAX_TAGS} tags can be asked for, of at most {TAG_LENGTH} characters each",
    "company": f"The company can have at most {COMPANY_LENGTH} characters",
    "without": f"What contacts lack must be one of {', '.join(Missing)}",
}
"""The message when a parameter breaks its rule."""


class FieldChange(BaseModel):
    """What a field held before a change and after it; `tags` hold the names of the tags."""

    old: str | list[str] | None
    new: str | list[str] | None


class Change(BaseModel):
    """The change that made a version of a contact.

    `is_own` is true if your account made it; `via` names the API token or import that made it, is
    `restore` where an entry of the history was restored, and is empty for the page.
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
