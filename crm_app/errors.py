"""The failures people can meet, each with a code and a message fit to show.

CrmError                      UNKNOWN
├── NotSignedIn               AUTH_ERROR
├── ValidationFailed          VALIDATION_ERROR   (field_errors: one message a field)
├── ContactNotFound           NOT_FOUND          (missing, in the trash, or not yours)
├── Conflict                  CONFLICT
│   ├── DuplicateEmail
│   ├── StaleVersion
│   └── IdempotencyKeyReused
└── DatabaseUnavailable       DATABASE_ERROR     (away, locked, full)
"""

from collections.abc import Mapping
from enum import StrEnum


class ErrorCode(StrEnum):
    """What kind of failure it was; stable, for people who script against the application."""

    VALIDATION_ERROR = "VALIDATION_ERROR"
    CONFLICT = "CONFLICT"
    NOT_FOUND = "NOT_FOUND"
    AUTH_ERROR = "AUTH_ERROR"
    DATABASE_ERROR = "DATABASE_ERROR"
    UNKNOWN = "UNKNOWN"


class CrmError(Exception):
    """A failure with a code, a message for the person and, where it belongs to one, a field."""

    code = ErrorCode.UNKNOWN
    message = "Something went wrong. Please try again."

    def __init__(
        self, message: str | None = None, field_errors: Mapping[str, str] | None = None
    ) -> None:
        """Use the class's message unless another is given; `field_errors` maps field to message."""
        self.message = message or self.message
        self.field_errors = dict(field_errors or {})
        super().__init__(self.message)


class NotSignedIn(CrmError):
    """No valid session stands behind the request."""

    code = ErrorCode.AUTH_ERROR
    message = "Please sign in again"


class ValidationFailed(CrmError):
    """The input breaks a rule of the data; every field that does is named."""

    code = ErrorCode.VALIDATION_ERROR
    message = "The input breaks a rule"


class ContactNotFound(CrmError):
    """There is no such contact for this account."""

    code = ErrorCode.NOT_FOUND
    message = "This contact no longer exists"


class Conflict(CrmError):
    """The change collides with what is stored."""

    code = ErrorCode.CONFLICT


class DuplicateEmail(Conflict):
    """Another living contact of the owner has this email."""

    message = "A contact with this email already exists"

    def __init__(self) -> None:
        """Put the message at the email field as well."""
        super().__init__(field_errors={"email": self.message})


class StaleVersion(Conflict):
    """The contact was changed after the caller read it."""

    message = (
        "This contact was changed elsewhere. The list shows the other change. "
        "Update again to replace it by your text, or cancel to keep it."
    )


class IdempotencyKeyReused(Conflict):
    """The form's key already created a contact, from other values or one that is deleted now."""

    message = "This form was sent before. Look at the list; to add it once more, send it again."


class DatabaseUnavailable(CrmError):
    """The database is away, locked or full; nothing was changed."""

    code = ErrorCode.DATABASE_ERROR
    message = "Could not save right now. Nothing was lost; please try again."
    read_message = "Could not load right now. Nothing was lost; please try again."
