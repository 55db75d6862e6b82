"""The API: its routes, its schema, its reference, and problems for whatever goes wrong."""

from functools import cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_app.http.api import contacts, trash
from crm_app.http.api.handlers import add_handlers
from crm_app.http.api.openapi import describe
from crm_app.http.api.reference import render
from crm_app.settings import get_settings
from crm_app.version import VERSION

PREFIX = "/api"
REFERENCE = f"{PREFIX}/docs"
SCHEMA = f"{PREFIX}/v1/openapi.json"
ABOUT = """Read and change the contacts of an account.

Send an API token with each request, in the header `Authorization` after `Bearer`. Create one on the
page, under Account, API tokens.

To send a request again without doing it twice, give it an `Idempotency-Key`: any UUID, good for 30
days. A contact's version is its `ETag`; send it as `If-Match` with the change, and a contact that
somebody else changed meanwhile is not overwritten.
"""


@cache
def api() -> FastAPI:
    """Return the application that serves `/api`; made when it is asked for first."""
    app = FastAPI(
        title="Contact Manager",
        version=VERSION,
        description=f"{ABOUT}\nLimit of a token: {get_settings().limit_requests_per_token}.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.include_router(contacts.router)
    app.include_router(trash.router)
    app.add_route(SCHEMA, _schema)
    app.add_route(REFERENCE, _reference)
    add_handlers(app)
    return app


@cache
def schema() -> dict[str, Any]:
    """Return the API's OpenAPI document."""
    return describe(api())


async def _schema(_request: Request) -> Response:
    return JSONResponse(schema())


async def _reference(_request: Request) -> Response:
    return HTMLResponse(_page())


@cache
def _page() -> str:
    return render(schema())


def respond(method: str) -> ASGIApp:
    """Return what responds to a request with this method; HEAD is GET without a body."""
    return _without_body if method == "HEAD" else api()


async def _without_body(scope: Scope, receive: Receive, send: Send) -> None:
    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if "body" in message else message)

    await api()({**scope, "method": "GET"}, receive, send_head)
