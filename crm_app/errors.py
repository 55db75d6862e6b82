"""The failures people can meet, each with a code and a message fit to show.

CrmError                      UNKNOWN
├── NotSignedIn               AUTH_ERROR
│   └── TokenInvalid          (an API token that is unknown, expired or revoked)
├── NotAllowed                FORBIDDEN          (the API token lacks a scope)
├── WrongPassword             AUTH_ERROR         (or no such account: not revealed)
│   └── CurrentPasswordWrong
├── LinkInvalid               AUTH_ERROR         (a one-time link that is used, old or made up)
├── TicketUsed                AUTH_ERROR         (the secret of a form that was sent before)
├── RateLimited               RATE_LIMIT_ERROR   (retry_after: seconds)
│   └── ServerBusy            SERVER_BUSY        (nothing was begun)
├── SignUpClosed              AUTH_ERROR
├── ValidationFailed          VALIDATION_ERROR   (field_errors: one message a field)
├── NotFound                  NOT_FOUND          (missing, or not yours)
│   ├── ContactNotFound
│   ├── ChangeNotFound
│   ├── PlaceNotFound
│   ├── TokenNotFound
│   └── SessionNotFound
├── Conflict                  CONFLICT
│   ├── DuplicateEmail
│   ├── EmailTaken
│   ├── StaleVersion          (values, version: what is stored now)
│   │   └── EditConflict      (collisions: fields that both changed; kept: that only they did)
│   ├── IdempotencyKeyReused
│   ├── NotEmpty
│   ├── TooManyTokens
│   └── QuotaReached
├── ConnectionLost            NETWORK_ERROR      (said by the page: nobody else is there)
└── DatabaseUnavailable       DATABASE_ERROR     (reason: unreachable, locked, slow, ...)
"""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum


class ErrorCode(StrEnum):
    """What kind of failure it was; stable, for people who script against the application."""

    VALIDATION_ERROR = "VALIDATION_ERROR"
    CONFLICT = "CONFLICT"
    NOT_FOUND = "NOT_FOUND"
    AUTH_ERROR = "AUTH_ERROR"
    FORBIDDEN = "FORBIDDEN"
    RATE_LIMIT_ERROR = "RATE_LIMIT_ERROR"
    SERVER_BUSY = "SERVER_BUSY"
    DATABASE_ERROR = "DATABASE_ERROR"
    NETWORK_ERROR = "NETWORK_ERROR"
    UNKNOWN = "UNKNOWN"


class CrmError(Exception):
    """A failure with a code, a message for the person and, where it belongs to one, a field."""

    code = ErrorCode.UNKNOWN
    message = "Something went wrong. Please try again."
    field = ""

    def __init__(
        self, message: str | None = None, field_errors: Mapping[str, str] | None = None
    ) -> None:
        """Use the class's message unless another is given; `field_errors` maps field to message."""
        self.message = message or self.message
        own = {self.field: self.message} if self.field else {}
        self.field_errors = dict(field_errors or own)
        super().__init__(self.message)


class NotSignedIn(CrmError):
    """No valid session stands behind the request."""

    code = ErrorCode.AUTH_ERROR
    message = "Please sign in again"


class TokenInvalid(NotSignedIn):
    """The API token is unknown, expired or revoked; which of them is not said."""

    message = "This API token is not valid"


class NotAllowed(CrmError):
    """Who is asking is known, and may not do this."""

    code = ErrorCode.FORBIDDEN
    message = "This API token does not allow this"


class WrongPassword(CrmError):
    """Email and password do not belong together; which of them is wrong is not said."""

    code = ErrorCode.AUTH_ERROR
    message = "Email address or password is wrong"


class CurrentPasswordWrong(WrongPassword):
    """The password that a signed-in person was asked for again is not theirs."""

    message = "This is not your password"
    field = "password"


class LinkInvalid(CrmError):
    """The one-time link was used before, is too old, or never was one."""

    code = ErrorCode.AUTH_ERROR
    message = "This link is no longer valid. Ask for another one."


class TicketUsed(CrmError):
    """The ticket of the form belongs to another sign-in, ended or not."""

    code = ErrorCode.AUTH_ERROR
    message = "This form was used before. Reload the page and try again."


class SignUpClosed(CrmError):
    """Visitors cannot make accounts here."""

    code = ErrorCode.AUTH_ERROR
    message = "New accounts are made by the person who runs this server"


class RateLimited(CrmError):
    """Too much was asked; `retry_after` is how many seconds to wait, at least 1."""

    code = ErrorCode.RATE_LIMIT_ERROR

    problem = "Too many requests"

    def __init__(self, retry_after: float) -> None:
        """Name the seconds, rounded up."""
        self.retry_after = max(1, math.ceil(retry_after))
        unit = "second" if self.retry_after == 1 else "seconds"
        super().__init__(f"{self.problem}. Try again in {self.retry_after} {unit}.")


class ServerBusy(RateLimited):
    """The operation was not begun: too many others wait."""

    code = ErrorCode.SERVER_BUSY
    problem = "The server is busy"


class ValidationFailed(CrmError):
    """The input breaks a rule of the data; every field that does is named."""

    code = ErrorCode.VALIDATION_ERROR
    message = "The input breaks a rule"


class NotFound(CrmError):
    """There is no such thing for this account."""

    code = ErrorCode.NOT_FOUND


class ContactNotFound(NotFound):
    """There is no such contact for this account."""

    message = "This contact no longer exists"


class ChangeNotFound(NotFound):
    """The contact has no such change in its history."""

    message = "There is no such change in the contact's history"


class PlaceNotFound(NotFound):
    """The place that a page of the list would come after is none of its query."""

    message = "This cursor is no longer valid. Begin again with the first page."


class TokenNotFound(NotFound):
    """There is no such API token of this account."""

    message = "This token was revoked already"


class SessionNotFound(NotFound):
    """There is no such session of this account."""

    message = "This session has ended already"


class Conflict(CrmError):
    """The change collides with what is stored."""

    code = ErrorCode.CONFLICT


class DuplicateEmail(Conflict):
    """Another active contact of the address book has this email."""

    message = "A contact with this email already exists"
    field = "email"


class EmailTaken(Conflict):
    """Somebody signed up with this email."""

    message = "An account with this email address exists. Sign in instead."
    field = "email"


class StaleVersion(Conflict):
    """The contact was changed after the caller read it."""

    message = (
        "This contact was changed meanwhile. The list shows the other change. "
        "Update again to replace it with your text, or cancel to keep it."
    )
    collisions: Sequence[str] = ()
    kept: Sequence[str] = ()

    def __init__(self, values: Mapping[str, str | None], version: int) -> None:
        """Keep what is stored now: all fields by name, and the version to name next time."""
        self.values, self.version = dict(values), version
        super().__init__(self.message)


class EditConflict(StaleVersion):
    """The caller and somebody else changed the same fields, to different values."""

    def __init__(
        self,
        values: Mapping[str, str | None],
        version: int,
        collisions: Sequence[str],
        kept: Sequence[str] = (),
    ) -> None:
        """Name the fields that collide, and those `kept` that only the other one changed."""
        self.collisions, self.kept = collisions, kept
        filled_in = f" Filled in from there: {', '.join(kept)}." if kept else ""
        self.message = (
            f"This contact was changed meanwhile: {', '.join(collisions)}. Nothing is saved yet. "
            "Choose which text to keep, then update again; or cancel to keep the other change."
            f"{filled_in}"
        )
        super().__init__(values, version)


class IdempotencyKeyReused(Conflict):
    """The key was used for another operation or with other input, or what it made is deleted."""

    message = "This form was sent before. Look at the list; to add it once more, send it again."


class NotEmpty(Conflict):
    """The address book has contacts, among which samples would be lost."""

    message = "You have contacts already. Sample contacts are for an empty list only."


class TooManyTokens(Conflict):
    """The account has as many API tokens as it may have."""

    def __init__(self, number: int) -> None:
        """Name the number."""
        super().__init__(f"An account can have {number} API tokens. Revoke one first.")


class QuotaReached(Conflict):
    """The account has as many contacts as it may have."""

    def __init__(self, quota: int, *, is_guest: bool, left: int = 0) -> None:
        """Name the number and what can be done; there is room for `left` contacts."""
        who = "A guest" if is_guest else "An account"
        way_on = " Create an account to keep more." if is_guest else ""
        counted = "deleted ones included for 30 days"
        room = f" There is room for {left:,}." if left else ""
        super().__init__(f"{who} can keep {quota:,} contacts, {counted}.{room}{way_on}")


class ConnectionLost(CrmError):
    """The page cannot reach the server; what waits there is sent when it can."""

    code = ErrorCode.NETWORK_ERROR
    message = "Connection problem. Reconnecting..."


class DatabaseUnavailable(CrmError):
    """The database is unavailable; `reason` is for the log.

    `is_unsure` if the write may still be committed: sent again with the same key, it is done once.
    """

    code = ErrorCode.DATABASE_ERROR
    message = "Could not save right now. Nothing was lost; please try again."
    read_message = "Could not load right now. Nothing was lost; please try again."

    def __init__(self, reason: str, *, is_unsure: bool = False) -> None:
        """Store the reason, of `database.failures.Reason`."""
        self.reason, self.is_unsure = str(reason), is_unsure
        super().__init__()
