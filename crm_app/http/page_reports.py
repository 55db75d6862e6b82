"""What the page tells of itself by beacons: how long people waited, and what went wrong."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope

from crm_app.database import threads
from crm_app.database.transaction import transaction
from crm_app.errors import DatabaseUnavailable, NotSignedIn, RateLimited
from crm_app.http.origin import has_allowed_origin
from crm_app.http.sessions import read_caller
from crm_app.observability import metrics
from crm_app.observability.metrics import PageError
from crm_app.operations import rate_limits
from crm_app.operations.rate_limits import Limit
from crm_app.services import sign_ins

REPORT = "/report"
MAX_BODY = 4096
MAX_ENTRIES = 20
MAX_MS = 600_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class ActionReport(_Strict):
    """How many milliseconds passed between the click and the painted answer."""

    action: Literal["create_contact", "update_contact", "delete_contact", "get_contacts"]
    ms: float = Field(ge=0, le=MAX_MS, allow_inf_nan=False)


class ErrorReport(_Strict):
    """What kind of error happened in the page; nothing of what it said."""

    error: PageError


Reports = TypeAdapter(
    Annotated[list[ActionReport | ErrorReport], Field(min_length=1, max_length=MAX_ENTRIES)]
)


def refuse(scope: Scope, origins: Iterable[str]) -> Response | None:
    """Return why the report is not taken, None when it may be read.

    A beacon carries no header of ours, so the Origin alone tells whose page sent it.
    """
    if scope["method"] != "POST":
        return PlainTextResponse("Not allowed", 405, {"allow": "POST"})
    if not has_allowed_origin(scope, origins):
        return PlainTextResponse("Not from here", 403)
    return None


async def take(scope: Scope, receive: Receive) -> Response:
    """Count what the page of a living session reports; what others report is dropped."""
    try:
        await threads.readers.run(_admit, scope)
        body = await read_body(Request(scope, receive), MAX_BODY)
        if body is None:
            return PlainTextResponse("Too large", 413)
        for report in Reports.validate_json(body):
            _count(report)
    except RateLimited as error:
        return PlainTextResponse(error.message, 429, {"retry-after": str(error.retry_after)})
    except NotSignedIn:
        # Its page may not know yet; a refusal would be an error in the visitor's console.
        return Response(status_code=204)
    except ValidationError:
        return PlainTextResponse("Not a report", 422)
    except DatabaseUnavailable:
        return PlainTextResponse("Please try again", 503, {"retry-after": "5"})
    return Response(status_code=204)


async def read_body(request: Request, max_bytes: int) -> bytes | None:
    """Return the request's body, None when it is longer than allowed."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            return None
    return body


def _admit(scope: Scope) -> None:
    """Let the page of a living session pass.

    Raises:
        RateLimited: Too many reports came from this address.
        NotSignedIn: There is no such session.
    """
    caller = read_caller(scope)
    rate_limits.spend(Limit.REPORTS_PER_ADDRESS, rate_limits.network(caller.address))
    with transaction(read_only=True) as db:
        sign_ins.get_actor(db, caller)


def _count(report: ActionReport | ErrorReport) -> None:
    if isinstance(report, ErrorReport):
        metrics.count_page_error(report.error, "beacon")
    else:
        metrics.PAGE_ACTION_SECONDS.labels(report.action).observe(report.ms / 1000)
