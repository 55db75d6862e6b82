"""The tables of contacts: address books, their members, contacts, history, keys and jobs."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import create_model
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from crm_app.database import account_models, list_models
from crm_app.database.list_models import SORTED, TagIds
from crm_app.domain.clock import utc_now
from crm_app.domain.contact_fields import FIELDS, NAMES, PHONE_LENGTH, ContactField, Values
from crm_app.domain.contact_query import Missing

assert account_models.Account  # foreign keys lead to its table
assert list_models.Tag  # the metadata has all tables
CHANGES = "changes"  # the key, in `info` of a database session, of what it adds to the history
IS_ACTIVE = sa.text("deleted_at IS NULL")
IS_DELETED = sa.text("deleted_at IS NOT NULL")


class AddressBook(SQLModel, table=True):
    """What contacts belong to. Its id is the first column of their keys and indexes.

    `revision` grows whenever a search of the book may find other contacts than before: triggers
    count on SQLite, where a count is slow; on PostgreSQL nothing does.
    """

    __tablename__ = "address_book"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    created_at: datetime = Field(default_factory=utc_now)
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})

    __table_args__ = ({"sqlite_autoincrement": True},)  # an id is never given out twice


class Membership(SQLModel, table=True):
    """Which account may do what in which address book: owner, editor or viewer."""

    book_id: int = Field(foreign_key="address_book.id", primary_key=True, ondelete="CASCADE")
    account_id: int = Field(
        foreign_key="account.id", primary_key=True, index=True, ondelete="CASCADE"
    )
    role: str = Field(max_length=10)

    __table_args__ = (sa.CheckConstraint("role IN ('owner', 'editor', 'viewer')", name="role"),)


def _column(field: ContactField) -> Any:
    # SQLModel's own type of text looks at every value that is read.
    kind: Any = sa.String(field.max_length)
    if field.name == "name":
        return str, Field(max_length=field.max_length, sa_type=kind)
    return str | None, Field(default=None, max_length=field.max_length, sa_type=kind)


_columns: dict[str, Any] = {field.name: _column(field) for field in FIELDS}
_ContactFields: type[SQLModel] = create_model("_ContactFields", __base__=SQLModel, **_columns)


def _sorted() -> sa.Column[str]:
    return sa.Column(SORTED, nullable=False, server_default="")


def _by(name: str, *columns: str) -> sa.Index:
    """Return an index of the active contacts of a book by what lists are sorted by."""
    active: Any = {"sqlite_where": IS_ACTIVE, "postgresql_where": IS_ACTIVE}
    return sa.Index(f"ix_contact_active_{name}", "book_id", *columns, "id", **active)


def _without(name: str) -> sa.Index:
    """Return an index of the active contacts that lack something."""
    lacks = dict.fromkeys(("sqlite", "postgresql"), f"{name} IS NULL")
    if name == "tags":
        lacks = {"sqlite": "tag_ids = '[]'", "postgresql": "tag_ids = '{}'"}
    where: Any = {
        f"{dialect}_where": sa.text(f"{IS_ACTIVE} AND {each}") for dialect, each in lacks.items()
    }
    return sa.Index(f"ix_contact_without_{name}", "book_id", "id", **where)


class Contact(_ContactFields, table=True):
    """A person in an address book; in the trash when `deleted_at` is set.

    `id` grows with every row, so the newest contact has the highest. `public_id` (UUIDv7) is what
    the outside sees. `email_key`, `phone_digits`, `search_text`, `name_key` and `company_order` are
    derived from what was typed.
    """

    book_id: int = Field(foreign_key="address_book.id", primary_key=True, ondelete="CASCADE")
    id: int | None = Field(
        default=None, sa_column=sa.Column(sa.Integer, primary_key=True, autoincrement=True)
    )
    public_id: UUID = Field(default_factory=uuid7)
    email_key: str | None = None
    phone_digits: str | None = Field(default=None, max_length=PHONE_LENGTH)
    search_text: str = ""
    name_key: str = Field(default="", sa_column=_sorted())
    company_order: str = Field(default="", sa_column=_sorted())
    tag_ids: tuple[int, ...] = Field(default=(), sa_column=sa.Column(TagIds, nullable=False))
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now)
    updated_at: datetime = Field(default_factory=utc_now)
    deleted_at: datetime | None = None

    if TYPE_CHECKING:  # of the fields, those that have rules of their own
        name: str = ""
        email: str | None = None
        phone: str | None = None

    def values(self) -> Values:
        """Return what each field holds."""
        return {name: getattr(self, name) for name in NAMES}

    def set_values(self, values: Values) -> None:
        """Fill in these fields."""
        for name, value in values.items():
            setattr(self, name, value)

    __table_args__ = (
        sa.Index("uq_contact_book_id_public_id", "book_id", "public_id", unique=True),
        sa.Index(
            "uq_contact_active_email",
            "book_id",
            "email_key",
            unique=True,
            sqlite_where=IS_ACTIVE,
            postgresql_where=IS_ACTIVE,
        ),
        _by("newest"),
        _by("changed", "updated_at"),
        _by("name", "name_key"),
        _by("company", "company_order"),
        *(_without(missing.value) for missing in Missing),
        sa.Index(
            "ix_contact_deleted",
            "book_id",
            "deleted_at",
            "id",
            sqlite_where=IS_DELETED,
            postgresql_where=IS_DELETED,
        ),
        # SQLite has the table `contact_search`, and triggers of this one, instead.
        sa.Index(
            "ix_contact_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
            postgresql_where=IS_ACTIVE,
        ).ddl_if(dialect="postgresql"),
        sa.Index(
            "ix_contact_tag_ids", "tag_ids", postgresql_using="gin", postgresql_where=IS_ACTIVE
        ).ddl_if(dialect="postgresql"),
        sa.CheckConstraint("version >= 1", name="version"),
    )


class ContactChange(SQLModel, table=True):
    """One entry of a contact's history: what made this version of it.

    `account_id` is who did it, no foreign key: the history outlives a member's account. `via` names
    the token, import or merge it came through, empty for the page. `changes` has, by field, the old
    and the new value; of `tags` they are lists of names. What a contact was created with is not
    there: it is what the contact has, without later changes.
    """

    __tablename__ = "contact_change"  # pyright: ignore[reportAssignmentType]

    book_id: int = Field(primary_key=True)
    contact_id: int = Field(primary_key=True)
    version: int = Field(primary_key=True)
    action: str = Field(max_length=20)
    account_id: int
    via: str = Field(default="", max_length=60)
    at: datetime = Field(default_factory=utc_now)
    changes: dict[str, list[Any]] = Field(sa_column=sa.Column(sa.JSON, nullable=False))

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["book_id", "contact_id"],
            ["contact.book_id", "contact.id"],
            ondelete="CASCADE",
            onupdate="CASCADE",
            name="fk_contact_change_contact",
        ),
    )


class IdempotencyKey(SQLModel, table=True):
    """What an account did with a key: sent again with the same input, it is not done again.

    `input_hash` is the SHA-256 of the input, hex; `result` the public id of what it was done to.
    """

    __tablename__ = "idempotency_key"  # pyright: ignore[reportAssignmentType]

    book_id: int = Field(foreign_key="address_book.id", primary_key=True, ondelete="CASCADE")
    account_id: int = Field(primary_key=True)
    key: UUID = Field(primary_key=True)
    operation: str = Field(max_length=40)
    input_hash: str = Field(max_length=64)
    result: UUID
    created_at: datetime = Field(default_factory=utc_now, index=True)


class Job(SQLModel, table=True):
    """Long work, done in batches of one transaction each.

    A worker locks the row for the transaction of a batch. `arguments` and `cursor` are the kind's
    own: what to do, and how far it got. `total` is 0 while nobody counted. `attempts` counts
    failures in a row; `problem` says what the last one was.
    """

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40)
    book_id: int | None = None
    arguments: dict[str, Any] = Field(sa_column=sa.Column(sa.JSON, nullable=False))
    cursor: dict[str, Any] = Field(
        default_factory=dict, sa_column=sa.Column(sa.JSON, nullable=False)
    )
    state: str = Field(default="queued", max_length=10)
    done: int = 0
    total: int = 0
    attempts: int = 0
    run_after: datetime = Field(default_factory=utc_now)
    created_at: datetime = Field(default_factory=utc_now)
    finished_at: datetime | None = None
    problem: str = Field(default="", max_length=200)

    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'stopped', 'failed')", name="state"
        ),
        sa.Index("ix_job_state_run_after", "state", "run_after"),
    )
