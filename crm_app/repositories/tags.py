"""Statements about the tags of an address book."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from crm_app.database.list_models import Tag

TAG: Any = Tag
SHOWN = (TAG.id, TAG.name, TAG.key, TAG.color, TAG.contacts)


def list_all(db: Session, book_id: int) -> Sequence[Any]:
    """Return the tags of a book, those that most contacts have first."""
    found = sa.select(*SHOWN).where(col(Tag.book_id) == book_id)
    return db.connection().execute(found.order_by(col(Tag.contacts).desc(), col(Tag.key))).all()


def find_labels(db: Session, tag_ids: Collection[int]) -> Sequence[Any]:
    """Return id, name and color of those of the tags that exist."""
    found = sa.select(TAG.id, TAG.name, TAG.color).where(col(Tag.id).in_(tag_ids))
    return db.connection().execute(found).all()


def find(db: Session, book_id: int, key: str) -> Tag | None:
    """Return the book's tag with this key."""
    return db.exec(select(Tag).where(Tag.book_id == book_id, Tag.key == key)).one_or_none()


def find_ids(db: Session, book_id: int, keys: Collection[str]) -> dict[str, int]:
    """Return the ids of the book's tags by those of the keys that exist."""
    found = sa.select(TAG.key, TAG.id).where(col(Tag.book_id) == book_id, col(Tag.key).in_(keys))
    return {row.key: row.id for row in db.connection().execute(found)}


def count(db: Session, book_id: int) -> int:
    """Return how many tags the book has."""
    own = sa.select(sa.func.count()).select_from(Tag).where(col(Tag.book_id) == book_id)
    return db.connection().scalar(own) or 0


def save(db: Session, tag: Tag) -> None:
    """Write a new or changed tag."""
    db.add(tag)
    db.flush()
