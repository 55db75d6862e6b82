"""What the fields of a contact accept: each kind of field is cleaned in its own way."""

from collections.abc import Callable
from typing import Any

from crm_app.domain import cleaning, email, phone
from crm_app.domain.contact_fields import ContactField, Kind
from crm_app.domain.invisible import has_visible_character
from crm_app.domain.unstorable import find_unstorable
from crm_app.schemas.validation import refuse

CLEAN: dict[Kind, Callable[[str], str]] = {
    Kind.EMAIL: email.find_address,
    Kind.PHONE: phone.clean,
    Kind.TEXT: cleaning.clean_lines,
}
"""How a kind is cleaned; the others are single lines."""
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
