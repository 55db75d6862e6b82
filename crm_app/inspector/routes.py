"""The inspector's routes, for the development page on this machine alone."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from crm_app.http.origin import get_headers, has_allowed_host, has_allowed_origin, origins_of
from crm_app.http.page_reports import read_body
from crm_app.inspector.actions import Painted
from crm_app.inspector.plans import plan_of
from crm_app.inspector.recorder import MAX_ID, recorder

PREFIX = "/_inspector/"
MAX_BODY = 4096
RESTARTED = "The server has restarted or forgot this action. Do it again."
Handler = Callable[[Scope, bytes], Awaitable[Response]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: int = Field(gt=0, le=MAX_ID)


class PaintedReport(_Strict):
    """The browser's measurements of an action, up to its update number `updates`."""

    updates: int = Field(ge=1)
    answered_ms: float = Field(ge=0, allow_inf_nan=False)
    painted_ms: float = Field(ge=0, allow_inf_nan=False)
    received: int = Field(ge=0)


class PlanQuestion(_Strict):
    """A statement of an action, by its place among them."""

    statement: int = Field(ge=0)


class InspectorRoutes:
    """Serve `/_inspector/`; pass everything else on.

    Only this machine may ask, under the names and from the pages of the development server: a
    foreign page, or one that got its name to lead here, is refused.
    """

    def __init__(self, app: ASGIApp, pages: tuple[str, ...]) -> None:
        self.app = app
        self.origins = origins_of(*pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        response = self._refuse(scope) or await _respond(scope, receive)
        response.headers["cache-control"] = "no-store"
        await response(scope, receive, send)

    def _refuse(self, scope: Scope) -> Response | None:
        is_ours = has_allowed_host(scope, self.origins) and has_allowed_origin(scope, self.origins)
        if is_ours and _is_this_machine(scope):
            return None
        return PlainTextResponse("Not from here", 403)


async def _respond(scope: Scope, receive: Receive) -> Response:
    handler = HANDLERS.get((scope["method"], scope["path"].removeprefix(PREFIX)))
    if handler is None:
        return PlainTextResponse("Not found", 404)
    body = await read_body(Request(scope, receive), MAX_BODY)
    if body is None:
        return PlainTextResponse("Too large", 413)
    try:
        return await handler(scope, body)
    except ValidationError:
        return PlainTextResponse("Not understood", 422)


async def _list_actions(scope: Scope, _body: bytes) -> Response:
    after = parse_qs(scope["query_string"].decode("latin-1")).get("after", ["0"])[-1]
    return JSONResponse(recorder.since(int(after) if after.isascii() and after.isdigit() else 0))


async def _note_painted(_scope: Scope, body: bytes) -> Response:
    report = PaintedReport.model_validate_json(body)
    recorder.paint(report.id, Painted(**report.model_dump(exclude={"id"})))
    return Response(status_code=204)


async def _explain(_scope: Scope, body: bytes) -> Response:
    question = PlanQuestion.model_validate_json(body)
    action = recorder.find(question.id)
    if action is None or question.statement >= len(action.statements):
        return JSONResponse({"plan": RESTARTED})
    plan = await asyncio.to_thread(plan_of, action.statements[question.statement])
    return JSONResponse({"plan": plan})


async def _clear(_scope: Scope, _body: bytes) -> Response:
    recorder.clear()
    return Response(status_code=204)


def _is_this_machine(scope: Scope) -> bool:
    """Return whether a program on this machine asks, and no proxy on it for somebody else."""
    if any(get_headers(scope, name) for name in (b"forwarded", b"x-forwarded-for")):
        return False
    try:
        return ipaddress.ip_address(scope["client"][0]).is_loopback
    except (TypeError, ValueError):
        return False


HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "actions"): _list_actions,
    ("POST", "painted"): _note_painted,
    ("POST", "plan"): _explain,
    ("POST", "clear"): _clear,
}
