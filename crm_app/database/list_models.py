"""The tables that lists of contacts are found and counted by; triggers keep their counts."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from crm_app.domain.contact_list.tags import TAG_LENGTH

BOOK = "address_book.id"
COMPANY_LENGTH = 100
SORTED: Any = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")
"""Text that is sorted by its code points."""


class TagIds(TypeDecorator[tuple[int, ...]]):
    """The ids of a contact's tags: an array on PostgreSQL, JSON on SQLite."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        """Return the type of the column."""
        is_array = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.ARRAY(sa.Integer) if is_array else sa.String())

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """Return what is stored."""
        if value is None:
            return None
        return [*value] if dialect.name == "postgresql" else json.dumps([*value])

    def process_result_value(self, value: Any, dialect: Any) -> tuple[int, ...]:
        """Return the ids."""
        if isinstance(value, str):
            return () if value == "[]" else tuple(json.loads(value))
        return tuple(value or ())


class Tag(SQLModel, table=True):
    """A tag of an address book. `key` is what its name is compared by; `color` a number from 0.

    `contacts` is how many active contacts have it.
    """

    id: int | None = Field(default=None, primary_key=True)
    book_id: int = Field(foreign_key=BOOK, ondelete="CASCADE")
    name: str = Field(max_length=TAG_LENGTH)
    key: str
    color: int = 0
    contacts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})

    __table_args__ = (
        sa.Index("uq_tag_book_id_key", "book_id", "key", unique=True),
        {"sqlite_autoincrement": True},  # an id is never given out twice
    )


class Company(SQLModel, table=True):
    """A company that active contacts of a book have, and how many.

    `key` is what companies are compared by, `name` as one of the contacts has it.
    """

    book_id: int = Field(foreign_key=BOOK, primary_key=True, ondelete="CASCADE")
    key: str = Field(sa_column=sa.Column(SORTED, primary_key=True))
    name: str = Field(max_length=COMPANY_LENGTH)
    contacts: int

    __table_args__ = (sa.Index("ix_company_book_id_contacts", "book_id", "contacts"),)


CONTACT_TAG = sa.table("contact_tag", sa.column("tag_id"), sa.column("contact_id"))
"""Which active contacts have a tag, on SQLite; triggers keep it."""


class ContactBlock(SQLModel, table=True):
    """About 1,000 active contacts that follow each other in an order, and how many they are.

    A block begins at a key and an id, and ends where the next begins; the first begins at an empty
    key and 0. By them any position of a long list is found without passing over all before it.
    """

    __tablename__ = "contact_block"  # pyright: ignore[reportAssignmentType]

    book_id: int = Field(foreign_key=BOOK, primary_key=True, ondelete="CASCADE")
    sorted_by: str = Field(max_length=10, primary_key=True)
    key: str = Field(sa_column=sa.Column(SORTED, primary_key=True))
    id: int = Field(primary_key=True)
    size: int

    __table_args__ = ({"sqlite_with_rowid": False},)
