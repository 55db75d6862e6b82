"""Statements about the tags of an address book."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from crm_app.database.list_models import Tag

SHOWN: tuple[Any, ...] = (Tag.id, Tag.name, Tag.key, Tag.color, Tag.contacts)


def list_all(db: Session, book_id: int) -> Sequence[Any]:
    """Return the tags of a book, those that most contacts have first."""
    found = sa.select(*SHOWN).where(col(Tag.book_id) == book_id)
    return db.connection().execute(found.order_by(col(Tag.contacts).desc(), col(Tag.key))).all()
