"""What the fields of a contact accept: each kind of field is cleaned in its own way."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from crm_app.domain import cleaning, email, phone
from crm_app.domain.contact_fields import ContactField, Kind
from crm_app.domain.contact_list.tags import MAX_TAGS, TAG_LENGTH, distinct
from crm_app.domain.invisible import has_visible_character
from crm_app.domain.unstorable import find_unstorable
from crm_app.schemas.validation import refuse

CLEAN: dict[Kind, Callable[[str], str]] = {
    Kind.EMAIL: email.find_address,
    Kind.PHONE: phone.clean,
    Kind.TEXT: cleaning.clean_lines,
}
"""How a kind is cleaned; the others are single lines."""
MAX_GIVEN = 1_000  # names that are read; many more than a contact can have
CLEANED_LENGTH = 10_000
"""Longer text is refused as it is: long runs of combining marks take quadratic time to compose."""


def reader(field: ContactField, *, is_required: bool = False) -> Callable[[Any], str | None]:
    """Return what reads a field: cleaned text of at most its length, or None if blank."""

    def read(value: Any) -> str | None:
        cleaned = _clean(field, "" if value is None else value)
        if not cleaned.strip() or (is_required and not has_visible_character(cleaned)):
            if is_required:
                raise refuse(field.missing)
            return None
        problem = email.find_problem(cleaned) if field.kind is Kind.EMAIL else ""
        if problem:
            raise refuse(problem)
        return cleaned

    return read


def read_tags(value: Any) -> tuple[str, ...] | None:
    """Read names of tags: a list, or text with commas between them, as the form sends it."""
    if value is None:
        return None
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        raise refuse("The tags must be a list of names")
    names = (_read_tag(each) for each in cast("Sequence[Any]", given)[:MAX_GIVEN])
    tags = distinct(name for name in names if name)
    if len(tags) > MAX_TAGS:
        raise refuse(f"A contact can have at most {MAX_TAGS} tags, this has {len(tags)}")
    return tuple(tags)


def _read_tag(value: Any) -> str:
    field = ContactField("tag", "Tag", "A tag", TAG_LENGTH)
    if isinstance(value, str) and "," in value:
        raise refuse("A tag cannot contain a comma")
    return reader(field)(value) or ""


def _clean(field: ContactField, value: Any) -> str:
    if not isinstance(value, str):
        raise refuse(f"{field.subject} must be text")
    if unstorable := find_unstorable(value):
        raise refuse(f"{field.subject} contains a character that cannot be stored: {unstorable}")
    clean = CLEAN.get(field.kind, cleaning.clean_line)
    cleaned = clean(value) if len(value) <= CLEANED_LENGTH else value
    if len(cleaned) > field.max_length:
        raise refuse(
            f"{field.subject} can have at most {field.max_length} characters,"
            f" this has {len(cleaned):,}"
        )
    return cleaned
