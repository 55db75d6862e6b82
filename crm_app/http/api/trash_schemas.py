"""What goes out about the trash, and the parameters of its list."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from crm_app.domain.contact_query import MAX_ROWS, PAGE_SIZE
from crm_app.http.api.schemas import Contact
from crm_app.schemas import trash
from crm_app.services.contact_list.trash import CURSOR


class TrashedContact(BaseModel):
    """A contact in the trash. After `days_left` days it is deleted for good.

    `is_own` is true if your account deleted it; `via` names the API token that it was deleted by,
    and is empty for the page. `used_by` is the contact that has its email now, else null: to
    restore it, change that one first.
    """

    contact: Contact
    is_own: bool
    via: str
    days_left: int
    used_by: UUID | None

    @classmethod
    def of(cls, view: trash.TrashedContact) -> "TrashedContact":
        """Return what the API shows of a contact in the trash."""
        return cls(
            contact=Contact.of(view.contact),
            is_own=view.is_own,
            via=view.via,
            days_left=view.days_left,
            used_by=UUID(view.used_by.id) if view.used_by else None,
        )


class TrashList(BaseModel):
    """One page of the trash, and how many contacts are in it."""

    contacts: list[TrashedContact]
    total: int
    next_cursor: str | None


class TrashJob(BaseModel):
    """Work on the whole trash.

    `total` contacts were in it when the work began; `done` of them are deleted or restored by now,
    and `kept` stay, because their email is used again.
    """

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: Literal["empty_trash", "restore_trash", "undo_restore"]
    state: Literal["queued", "running", "done", "stopped", "failed"]
    total: int
    done: int
    kept: int


class TrashParameters(BaseModel):
    """Which contacts of the trash are listed. Unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(PAGE_SIZE, ge=1, le=MAX_ROWS, description="How many contacts a page has")
    cursor: str = Field(
        "", pattern=rf"^({CURSOR})?$", description="The `next_cursor` of the page before"
    )
