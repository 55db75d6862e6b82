"""Failures as problem details (RFC 9457)."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from crm_app.errors import (
    ContactNotFound,
    EditConflict,
    ErrorCode,
    IdempotencyKeyReused,
    StaleVersion,
)
from crm_app.http.responses import RETRY_SECONDS
from crm_app.operations.results import Failure

CHALLENGE = {"www-authenticate": 'Bearer realm="Contact Manager"'}
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    412: "The contact has changed",
    413: "Too large",
    415: "Unsupported content type",
    422: "The input breaks a rule",
    428: "If-Match is missing",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Try again",
}
STATUS = {
    ErrorCode.VALIDATION_ERROR: 422,
    ErrorCode.CONFLICT: 409,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.AUTH_ERROR: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.RATE_LIMIT_ERROR: 429,
    ErrorCode.SERVER_BUSY: 503,
    ErrorCode.DATABASE_ERROR: 503,
}


MEANINGS = {
    ErrorCode.VALIDATION_ERROR: "The request breaks a rule, or cannot be read",
    ErrorCode.CONFLICT: "It collides with what is stored",
    ErrorCode.NOT_FOUND: "There is no such contact, change, page or address",
    ErrorCode.AUTH_ERROR: "There is no valid API token",
    ErrorCode.FORBIDDEN: "The API token does not have the scope",
    ErrorCode.RATE_LIMIT_ERROR: "Too many requests: wait for the seconds in Retry-After",
    ErrorCode.SERVER_BUSY: "The server is busy: nothing was begun, try again after Retry-After",
    ErrorCode.DATABASE_ERROR: "The database is unavailable: try again after Retry-After",
    ErrorCode.UNKNOWN: "Something unexpected: `reference` names it in the log",
}
"""The codes that the API returns, for its reference."""
NO_CONTACT = "There is no such contact"


class Problem(BaseModel):
    """Why a request failed. `message` is fit to show; `reference` leads into the server's log."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    type: str = "about:blank"
    title: str
    status: int
    code: ErrorCode
    message: str
    field_errors: dict[str, str] = Field(default_factory=dict[str, str])
    reference: str | None = None


class Refused(Exception):
    """The request itself is wrong, whatever is stored: no operation was begun."""

    def __init__(
        self,
        status: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        field_errors: Mapping[str, str] | None = None,
    ) -> None:
        """Name the HTTP status and what the caller can mend."""
        self.status, self.message = status, message
        self.headers, self.field_errors = headers, field_errors
        super().__init__(message)


def refuse(refused: Refused) -> JSONResponse:
    """Return the response to a request that is wrong."""
    codes = {401: ErrorCode.AUTH_ERROR, 403: ErrorCode.FORBIDDEN, 404: ErrorCode.NOT_FOUND}
    code = codes.get(refused.status, ErrorCode.VALIDATION_ERROR)
    return _response(
        refused.status, code, refused.message, refused.field_errors, headers=refused.headers
    )


def respond(failure: Failure) -> JSONResponse:
    """Return the response to an operation that failed."""
    status, message, headers = STATUS.get(failure.code, 500), failure.message, dict[str, str]()
    match failure.cause:
        case ContactNotFound():
            message = NO_CONTACT
        case EditConflict(collisions=fields):
            message = f"These fields were changed since: {', '.join(fields)}"
        case StaleVersion(version=version):
            status, headers["etag"] = 412, f'"{version}"'
            message = "The contact has changed. Read it again, and send its version as If-Match."
        case IdempotencyKeyReused():
            message = (
                "This Idempotency-Key was used for another request, or what it made is deleted"
            )
        case _:
            pass
    if status == 401:
        headers |= CHALLENGE
    if status in (429, 503):
        headers["retry-after"] = str(failure.retry_after or RETRY_SECONDS)
    return _response(status, failure.code, message, failure.field_errors, failure.incident, headers)


def _response(
    status: int,
    code: ErrorCode,
    message: str,
    field_errors: Mapping[str, str] | None = None,
    reference: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    problem = Problem(
        title=TITLES.get(status, "Refused"),
        status=status,
        code=code,
        message=message,
        field_errors=dict(field_errors or {}),
        reference=reference,
    )
    return JSONResponse(
        problem.model_dump(mode="json"), status, headers=headers, media_type=MEDIA_TYPE
    )
