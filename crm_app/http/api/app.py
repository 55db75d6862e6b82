"""The API: its routes, its schema, its reference, and problems for whatever goes wrong."""

from functools import cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from crm_app.http.api import contacts, problems
from crm_app.http.api.problems import Problem, Refused
from crm_app.http.api.reference import render
from crm_app.version import VERSION

PREFIX = "/api"
REFERENCE = f"{PREFIX}/docs"
SCHEMA = f"{PREFIX}/v1/openapi.json"
ABOUT = """Read and change the contacts of an account.

Send an API token with each request: `Authorization: Bearer crm_...`. Create one on the page, under
Account, API tokens. A token can be used 600 times a minute.

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
        description=ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.include_router(contacts.router)
    app.add_route(SCHEMA, _schema)
    app.add_route(REFERENCE, _reference)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _unknown)
    return app


@cache
def schema() -> dict[str, Any]:
    """Return the API's OpenAPI schema."""
    app = api()
    made = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
    parts = made["components"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts["schemas"] |= {**problem.pop("$defs", {}), "Problem": problem}
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return {**made, "security": [{"token": []}]}


async def _schema(_request: Request) -> Response:
    return JSONResponse(schema())


async def _reference(_request: Request) -> Response:
    return HTMLResponse(_page())


@cache
def _page() -> str:
    return render(schema())


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return problems.refuse(error)


async def _invalid(_request: Request, error: Exception) -> Response:
    """Name the parameters of the address that are wrong; an id that is none is not found."""
    assert isinstance(error, RequestValidationError)
    places = [problem["loc"] for problem in error.errors()]
    if any(place[0] == "path" for place in places):
        return problems.refuse(Refused(404, "There is no such contact"))
    names = ", ".join(sorted({str(place[-1]) for place in places}))
    return problems.refuse(Refused(422, f"These parameters are wrong: {names}"))


async def _unknown(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = "Not found" if error.status_code == 404 else "This method is not allowed here"
    return problems.refuse(Refused(error.status_code, message, error.headers))
