"""Performing an operation for the sender of a request, and showing what comes of it."""

from collections.abc import Callable
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from crm_app.domain.actor import Caller
from crm_app.http.api import problems
from crm_app.operations.perform import Mode, perform
from crm_app.operations.results import Failed, Ok


async def answer(
    caller: Caller,
    service: Callable[..., Any],
    mode: Mode,
    show: Callable[[Any], Response],
    **arguments: Any,
) -> Response:
    """Run a service for the sender of the request, and show what comes of it."""
    match await perform(service, caller, mode, **arguments):
        case Ok(value):
            return show(value)
        case Failed(failure):
            return problems.respond(failure)


def as_json(model: Any, status: int = 200) -> Response:
    """Return the model as the body of a response."""
    headers = {"cache-control": "private, no-cache"}
    return Response(model.model_dump_json(), status, headers, JSONResponse.media_type)
