"""Problems for whatever goes wrong outside of an operation."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match, Route

from crm_app.domain.actor import Caller
from crm_app.errors import ChangeNotFound
from crm_app.http.api import contacts, problems
from crm_app.http.api.callers import CALLER
from crm_app.http.api.problems import Refused
from crm_app.http.api.requests import MAX_NAMES, NO_PARAMETER, WRONG_PARAMETER
from crm_app.http.api.schemas import RULES
from crm_app.observability.logs import log
from crm_app.operations.perform import admit
from crm_app.operations.rate_limits import Limit
from crm_app.operations.results import Failed
from crm_app.operations.translation import translate

GONE = 499  # nobody reads the response


def add_handlers(app: FastAPI) -> None:
    """Let every failure of the application be a problem."""
    app.add_exception_handler(Refused, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse_parameters)
    app.add_exception_handler(HTTPException, _refuse_address)
    app.add_exception_handler(ClientDisconnect, _end)
    app.add_exception_handler(Exception, _fail)


async def _refuse(request: Request, error: Exception) -> Response:
    """Refuse a request that is wrong; it counts like one that is performed."""
    assert isinstance(error, Refused)
    caller: Caller = request.scope[CALLER]
    admitted = await admit(caller, Limit.ACTIONS_PER_ADDRESS)
    if isinstance(admitted, Failed):
        return problems.respond(admitted.failure)
    return problems.refuse(error)


async def _refuse_parameters(request: Request, error: Exception) -> Response:
    """Name the wrong parameters; what is no id or version belongs to no contact or change."""
    assert isinstance(error, RequestValidationError)
    wrong = list(dict.fromkeys(str(each["loc"][1]) for each in error.errors()))
    if "contact_id" in wrong:
        return await _refuse(request, Refused(404, problems.NO_CONTACT))
    if "version" in wrong:
        return await _refuse(request, Refused(404, ChangeNotFound.message))
    named = {name: RULES.get(name, NO_PARAMETER) for name in wrong[:MAX_NAMES]}
    return await _refuse(request, Refused(422, WRONG_PARAMETER, field_errors=named))


async def _refuse_address(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code != 405:
        return await _refuse(request, Refused(error.status_code, "Not found"))
    allow = {"allow": ", ".join(sorted(_methods_at(request)))}
    return await _refuse(request, Refused(405, "This method is not allowed here", allow))


def _methods_at(request: Request) -> set[str]:
    """Return the methods of all routes with this path."""
    routes: list[Any] = [*request.app.routes, *contacts.router.routes]
    matching = [
        route
        for route in routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
    ]
    return {method for route in matching for method in route.methods or ()}


async def _end(_request: Request, _error: Exception) -> Response:
    return Response(status_code=GONE)


async def _fail(_request: Request, error: Exception) -> Response:
    """Say that something unexpected happened, with a reference into the log."""
    line: dict[str, Any] = {}
    failure = translate(error, line)
    log.error("request failed", **line)
    return problems.respond(failure)
