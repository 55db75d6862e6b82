"""Exceptions, translated to failures that people can read."""

from typing import Any

from crm_app.errors import CrmError, DatabaseUnavailable, ErrorCode, RateLimited
from crm_app.observability import reports
from crm_app.observability.logs import new_reference
from crm_app.operations.results import Failed, Failure


def failed(error: CrmError) -> Failed:
    """Return the failure that the exception would have become."""
    return Failed(translate(error, {}))


def translate(error: Exception, line: dict[str, Any], *, is_read: bool = False) -> Failure:
    """Turn any exception into a failure; add to the log line what only the log may know."""
    match error:
        case DatabaseUnavailable():
            line["reason"] = error.reason
            message = error.read_message if is_read else error.message
            failure = Failure(error.code, message, is_unsure=error.is_unsure, cause=error)
        case RateLimited():
            failure = Failure(error.code, error.message, retry_after=error.retry_after)
        case CrmError():
            failure = Failure(error.code, error.message, error.field_errors, cause=error)
        case _:
            reference = new_reference()
            line |= {"exc_info": error, "reference": reference}
            reports.report(error, reference=reference, code=ErrorCode.UNKNOWN.value)
            failure = Failure(ErrorCode.UNKNOWN, CrmError.message, incident=reference)
    line["code"] = failure.code.value
    return failure
