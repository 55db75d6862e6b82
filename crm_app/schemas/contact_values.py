"""What the fields of a contact accept: each kind of field has one reader."""

from collections.abc import Callable
from typing import Any

from email_validator import EmailNotValidError, validate_email

from crm_app.domain import text
from crm_app.domain.contact_fields import ContactField, Kind
from crm_app.schemas.validation import refuse

Reader = Callable[[Any], str | None]


def reader(field: ContactField, *, is_required: bool = False) -> Reader:
    """Return what reads a field: a text in NFC of at most its length, or None if blank."""
    if field.kind is Kind.EMAIL:
        return lambda value: _email(field, value, is_required=is_required)
    return lambda value: _text(field, value, is_required=is_required)


def _text(field: ContactField, value: Any, *, is_required: bool) -> str | None:
    value = _clean(field, "" if value is None else value)
    if len(value) > field.max_length:
        raise refuse(
            f"{field.subject} can have at most {field.max_length} characters,"
            f" this has {len(value):,}"
        )
    if not value.strip() or (is_required and not text.has_visible_character(value)):
        if is_required:
            raise refuse(field.missing)
        return None
    return value


def _clean(field: ContactField, value: Any) -> str:
    if not isinstance(value, str):
        raise refuse(f"{field.subject} must be text")
    is_text = field.kind is Kind.TEXT
    if is_text:
        value = value.replace("\r\n", "\n")
    if text.has_forbidden_character(value, allowed="\n\t" if is_text else ""):
        raise refuse(f"{field.subject} contains a character that cannot be stored")
    return text.normalize(value if is_text else value.strip())


def _email(field: ContactField, value: Any, *, is_required: bool) -> str | None:
    email = _text(field, value, is_required=is_required)
    if email is None:
        return None
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError as error:
        raise refuse(str(error)) from error
    return email
