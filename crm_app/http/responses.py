"""HTTP responses for failures."""

from starlette.responses import PlainTextResponse, Response

from crm_app.errors import ErrorCode
from crm_app.operations.results import Failure

RETRY_SECONDS = 5
STATUS = {ErrorCode.AUTH_ERROR: 401, ErrorCode.RATE_LIMIT_ERROR: 429}


def respond(failure: Failure) -> Response:
    """Return the response to a request that failed; 503 when it can be sent again."""
    status = STATUS.get(failure.code, 503)
    headers = {"retry-after": str(failure.retry_after or RETRY_SECONDS)} if status != 401 else {}
    is_shown = status != 503 or failure.code == ErrorCode.SERVER_BUSY
    message = failure.message if is_shown else "Please try again"
    return PlainTextResponse(message, status, headers)
