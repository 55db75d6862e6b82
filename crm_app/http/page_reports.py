"""Beacons of the page: how long people waited, and which kinds of errors occurred."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope

from crm_app.errors import ErrorCode
from crm_app.http.origin import has_allowed_origin
from crm_app.http.responses import respond
from crm_app.http.sessions import read_caller
from crm_app.observability import metrics
from crm_app.operations.perform import look_up
from crm_app.operations.rate_limits import Limit
from crm_app.operations.results import Failed

REPORT = "/report"
MAX_BODY = 4096
MAX_ENTRIES = 20
MAX_MS = 600_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class ActionReport(_Strict):
    """How many milliseconds passed between the click and the painted result."""

    action: Literal["create_contact", "update_contact", "delete_contact", "get_contacts"]
    ms: float = Field(ge=0, le=MAX_MS, allow_inf_nan=False)


class ErrorReport(_Strict):
    """The kind of an error in the page, without its message."""

    error: Literal["script", "promise", "csp"]


Reports = TypeAdapter(
    Annotated[list[ActionReport | ErrorReport], Field(min_length=1, max_length=MAX_ENTRIES)]
)


def refuse(scope: Scope, origins: Iterable[str]) -> Response | None:
    """Return why the report is not taken, None when it may be read.

    A beacon carries no header of ours, so only the Origin shows which page sent it.
    """
    if scope["method"] != "POST":
        return PlainTextResponse("Not allowed", 405, {"allow": "POST"})
    if not has_allowed_origin(scope, origins):
        return PlainTextResponse("Not from here", 403)
    return None


async def take(scope: Scope, receive: Receive) -> Response:
    """Count the reports of a page with an active session; drop others."""
    admitted = await look_up(read_caller(scope), Limit.REPORTS_PER_ADDRESS)
    if isinstance(admitted, Failed):
        if admitted.failure.code != ErrorCode.AUTH_ERROR:
            return respond(admitted.failure)
        # The page may not know yet that its session ended; a refusal would show in its console.
        return Response(status_code=204)
    body = await read_body(Request(scope, receive), MAX_BODY)
    if body is None:
        return PlainTextResponse("Too large", 413)
    try:
        for report in Reports.validate_json(body):
            _count(report)
    except ValidationError:
        return PlainTextResponse("Not a report", 422)
    return Response(status_code=204)


async def read_body(request: Request, max_bytes: int) -> bytes | None:
    """Return the request's body, None when it is longer than allowed."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            return None
    return body


def _count(report: ActionReport | ErrorReport) -> None:
    if isinstance(report, ErrorReport):
        metrics.PAGE_ERRORS.labels(report.error).inc()
    else:
        metrics.PAGE_ACTION_SECONDS.labels(report.action).observe(report.ms / 1000)
