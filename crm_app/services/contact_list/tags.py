"""The tags of an address book, and what contacts show of them."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlmodel import Session

from crm_app.database.list_models import Tag
from crm_app.database.models import Contact
from crm_app.domain.contact_list.tags import COLORS, TAGS, tag_key
from crm_app.errors import ValidationFailed
from crm_app.repositories import contacts, tags
from crm_app.schemas.contacts import ContactView, TagLabel

MAX_TAGS_OF_BOOK = 500


def views_of(db: Session, rows: Sequence[Any]) -> list[ContactView]:
    """Return the views of stored contacts, or of rows that have their columns."""
    labels = labels_of(db, (number for row in rows for number in row.tag_ids))
    return [ContactView.of(row, labels) for row in rows]


def view_of(db: Session, contact: Any) -> ContactView:
    """Return the view of a stored contact."""
    return views_of(db, [contact])[0]


def labels_of(db: Session, tag_ids: Iterable[int]) -> dict[int, TagLabel]:
    """Return the tags with these ids that exist."""
    wanted = {*tag_ids}
    if not wanted:
        return {}
    return {row.id: TagLabel(row.name, row.color) for row in tags.find_labels(db, wanted)}


def names_of(db: Session, contact: Contact) -> list[str]:
    """Return the names of a contact's tags, in their order."""
    labels = labels_of(db, contact.tag_ids)
    return [labels[number].name for number in contact.tag_ids if number in labels]


def find_or_create(db: Session, book_id: int, names: Sequence[str]) -> tuple[int, ...]:
    """Return the ids of the tags with these names; a tag that the book does not have is created.

    Raises:
        ValidationFailed: The book would have more than 500 tags.
    """
    if not names:
        return ()
    keys = [*map(tag_key, names)]
    known = tags.find_ids(db, book_id, keys)
    for key, name in zip(keys, names, strict=True):
        if key not in known:
            known[key] = _create(db, book_id, key, name)
    return tuple(known[key] for key in keys)


def move_tags(db: Session, book_id: int, ids: Sequence[int], to_book_id: int) -> None:
    """Give contacts that are about to move the tags of the other book with the same names.

    One that the other book has no room for is lost.
    """
    known = {tag.id: tag.name for tag in tags.list_all(db, book_id)}
    if not known:
        return
    room = MAX_TAGS_OF_BOOK - tags.count(db, to_book_id)
    moving = dict(islice(known.items(), max(0, room)))
    there = dict(zip(moving, find_or_create(db, to_book_id, [*moving.values()]), strict=True))
    for contact in contacts.list_tagged(db, book_id, ids):
        contact.tag_ids = tuple(there[number] for number in contact.tag_ids if number in there)
    db.flush()


def _create(db: Session, book_id: int, key: str, name: str) -> int:
    number = tags.count(db, book_id)
    if number >= MAX_TAGS_OF_BOOK:
        message = f"There can be at most {MAX_TAGS_OF_BOOK} different tags"
        raise ValidationFailed(field_errors={TAGS: message})
    tag = Tag(book_id=book_id, name=name, key=key, color=number % COLORS)
    tags.save(db, tag)
    return tag.id or 0
