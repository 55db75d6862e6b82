"""Requests that are wrong get a problem, never a 500."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from crm_app.http.api.handlers import add_handlers
from crm_app.http.api.schemas import RULES, ListParameters
from tests.api import client, contact
from tests.server import Server, running
from tests.tables import locked, rows

JSON = {"Content-Type": "application/json"}
VALID = '{"name": "x", "email": "x@example.com"}'
MISSING = "/contacts/01980000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {}, 415),
        (b"{}", {**JSON, "Content-Encoding": "gzip"}, 415),
        (VALID.encode("utf-16"), {"Content-Type": "application/json; charset=utf-16"}, 415),
        (VALID.encode(), {"Content-Type": 'application/json;charset="latin-1"'}, 415),
        (VALID.encode("utf-16"), JSON, 400),
        (VALID.encode("utf-32"), JSON, 400),
        (VALID.replace("{", '{"name": "y", ').encode(), JSON, 422),
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"[" * 50_000, JSON, 400),
        (b"[]", JSON, 422),
        (b'"text"', JSON, 422),
        (b"null", JSON, 422),
        (b"{}", JSON, 422),
        (b'{"name": ["x"], "email": {}}', JSON, 422),
        (b'{"name": "x", "email": "x@example.com", "is_admin": true}', JSON, 422),
        (b'{"name": "x", "email": "x@example.com", "version": 3}', JSON, 422),
        (b'{"name": "a\\u0000b", "email": "x@example.com"}', JSON, 422),
        (b'{"name": "a\\ud800b", "email": "x@example.com"}', JSON, 422),
        (b'{"name": 1e999, "email": NaN}', JSON, 422),
        (b'{"\\ud800": 1}', JSON, 422),
        (b'{"' + b"x" * 60_000 + b'": 1}', JSON, 422),
    ],
)
def test_a_body_that_is_no_contact_gets_a_problem(
    api: httpx.Client, body: bytes, headers: dict[str, str], status: int
) -> None:
    response = api.post("/contacts", content=body, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert api.get("/contacts").json()["total"] == 0


@pytest.mark.parametrize("charset", ["", ";charset=utf-8", '; Charset="UTF-8"', "; profile=x"])
def test_json_in_utf_8_is_accepted(api: httpx.Client, charset: str) -> None:
    headers = {"Content-Type": f"application/json{charset}"}
    response = api.post("/contacts", content=VALID.encode("utf-8-sig"), headers=headers)
    assert response.status_code == 201


def test_two_types_of_content_are_refused(api: httpx.Client) -> None:
    headers = [("Content-Type", "application/json"), ("Content-Type", "text/plain")]
    response = api.post("/contacts", content=VALID.encode(), headers=headers)
    assert response.status_code == 415


def test_a_field_that_occurs_twice_is_named(api: httpx.Client) -> None:
    body = VALID.replace("{", '{"name": "y", ').encode()
    response = api.post("/contacts", content=body, headers=JSON)
    assert response.json()["field_errors"] == {"name": "This field occurs more than once"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/contacts"),
        ("POST", "/contacts"),
        ("GET", MISSING),
        ("PATCH", MISSING),
        ("DELETE", MISSING),
        ("POST", f"{MISSING}/restore"),
        ("GET", f"{MISSING}/history"),
        ("POST", f"{MISSING}/history/1/undo"),
    ],
)
def test_a_parameter_that_the_route_does_not_have_is_named(
    api: httpx.Client, method: str, path: str
) -> None:
    response = api.request(method, f"{path}?permanent=true")
    problem = response.json()
    assert (response.status_code, problem["message"]) == (422, "A parameter is wrong")
    assert problem["field_errors"] == {"permanent": "There is no such parameter"}


def test_a_parameter_that_is_repeated_is_named(api: httpx.Client) -> None:
    response = api.get("/contacts?q=a&limit=5&q=b")
    assert response.status_code == 422
    assert response.json()["field_errors"] == {"q": "Send this parameter once"}


def test_a_request_that_is_refused_for_a_parameter_or_a_body_does_nothing(
    api: httpx.Client,
) -> None:
    made = api.post("/contacts", json=contact()).json()
    url = f"/contacts/{made['id']}"
    xml = {"Content-Type": "application/xml"}
    assert api.delete(url, params={"permanent": "true"}).status_code == 422
    assert api.request("DELETE", url, json={"permanent": True}).status_code == 400
    assert api.get(url).json() == made
    assert api.delete(url).status_code == 204
    refused = api.post(f"{url}/restore", content=b"<restore/>", headers=xml)
    assert (refused.status_code, refused.json()["message"]) == (400, "This request takes no body")
    assert api.get(url).status_code == 404
    assert api.post(f"{url}/restore", headers=JSON).status_code == 200


def test_without_a_token_nothing_else_is_judged(server: Server) -> None:
    url = f"{server.url}/api/v1{MISSING}?permanent=true"
    assert httpx.request("DELETE", url, content=b"x").status_code == 401


def test_an_unknown_field_is_named(api: httpx.Client) -> None:
    response = api.post("/contacts", json=contact(nickname="Ada"))
    assert response.json()["field_errors"] == {"nickname": "A contact has no such field"}


def test_an_unknown_field_does_not_hide_the_errors_of_others(api: httpx.Client) -> None:
    created = api.post("/contacts", json={"name": " ", "nickname": "Ada", "version": 1})
    assert created.json()["field_errors"] == {
        "name": "Enter a name",
        "email": "Enter an email address",
        "nickname": "A contact has no such field",
        "version": "A contact has no such field",
    }
    made = api.post("/contacts", json=contact()).json()
    change = {"phone": 7, "base": "x"}
    updated = api.patch(f"/contacts/{made['id']}", json=change, headers={"If-Match": '"1"'})
    assert updated.json()["field_errors"] == {
        "phone": "The phone number must be text",
        "base": "A contact has no such field",
    }
    assert api.get(f"/contacts/{made['id']}").json() == made


def test_sixty_megabytes_are_refused_without_being_kept(api: httpx.Client) -> None:
    body = json.dumps(contact(notes="x" * 60_000_000)).encode()
    response = api.post("/contacts", content=body, headers=JSON)
    assert (response.status_code, response.json()["code"]) == (413, "VALIDATION_ERROR")
    assert api.get("/contacts").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/contacts?limit=0", 422),
        ("GET", "/contacts?limit=1001", 422),
        ("GET", "/contacts?limit=many", 422),
        ("GET", "/contacts?cursor=x", 422),
        ("GET", f"/contacts?q={'x' * 201}", 422),
        ("GET", "/contacts?limt=5", 422),
        ("GET", "/contacts/x", 404),
        ("POST", "/contacts/x/restore", 404),
        ("POST", "/contacts/x/history/x/undo", 404),
        ("GET", "/nothing", 404),
        ("GET", "/contacts/", 404),
        ("PUT", "/contacts", 405),
        ("TRACE", "/contacts", 405),
        ("OPTIONS", "/contacts", 405),
    ],
)
def test_a_wrong_address_gets_a_problem(
    api: httpx.Client, method: str, path: str, status: int
) -> None:
    response = api.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["message"]


def test_the_parameters_that_are_wrong_are_named(api: httpx.Client) -> None:
    wrong = {"q": "x" * 201, "limit": "1001", "cursor": "y", "limt": "5"}
    problem = api.get("/contacts", params=wrong).json()
    assert problem["message"] == "A parameter is wrong"
    assert problem["field_errors"] == {
        "q": "The search text can have at most 200 characters",
        "limit": "The limit must be a whole number from 1 to 1,000",
        "cursor": "The cursor must be the next_cursor of a page",
        "limt": "There is no such parameter",
    }


def test_every_parameter_of_the_list_has_a_rule_in_words() -> None:
    assert {*RULES} == {*ListParameters.model_fields}


def test_no_response_of_the_api_is_a_document_that_runs_scripts(
    server: Server, api: httpx.Client
) -> None:
    response = api.get("/contacts")
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-request-id"]


def test_head_is_get_without_a_body(api: httpx.Client) -> None:
    made = api.post("/contacts", json=contact()).json()
    response = api.head(f"/contacts/{made['id']}")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["etag"] == '"1"'
    assert api.head("/contacts/x").status_code == 404


def test_a_wrong_method_names_those_that_are_allowed(api: httpx.Client) -> None:
    assert api.put("/contacts").headers["allow"] == "GET, POST"
    url = "/contacts/01980000-0000-7000-8000-000000000000"
    assert api.put(url).headers["allow"] == "DELETE, GET, PATCH"


def test_wrong_requests_count_as_well(tmp_path: Path) -> None:
    with (
        running(tmp_path, CRM_LIMIT_ACTIONS_PER_ADDRESS="3/minute") as server,
        httpx.Client(base_url=f"{server.url}/api/v1") as nobody,
    ):
        statuses = [nobody.get("/contacts").status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


def test_without_its_database_the_api_says_when_to_try_again(tmp_path: Path) -> None:
    with running(tmp_path) as server, client(server) as own:
        with locked(server, "EXCLUSIVE"):
            response = own.post("/contacts", json=contact())
        assert (response.status_code, response.json()["code"]) == (503, "DATABASE_ERROR")
        assert response.headers["retry-after"] == "5"
        assert own.post("/contacts", json=contact()).status_code == 201


def test_the_unexpected_is_a_problem_with_a_reference(tmp_path: Path) -> None:
    with running(tmp_path) as server, client(server) as own:
        rows(
            server,
            "CREATE TRIGGER no BEFORE INSERT ON contact BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        response = own.post("/contacts", json=contact())
        problem = response.json()
        assert (response.status_code, problem["code"]) == (500, "UNKNOWN")
        assert problem["reference"] in server.read_log()
        assert "Traceback" not in response.text


def test_a_failure_outside_an_operation_is_a_problem_too() -> None:
    app = FastAPI()
    add_handlers(app)

    @app.get("/broken")
    def broken() -> None:  # pyright: ignore[reportUnusedFunction]
        raise KeyError("typed by Zaphod")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as own:
            return await own.get("/broken")

    response = asyncio.run(ask())
    assert (response.status_code, response.json()["code"]) == (500, "UNKNOWN")
    assert response.json()["reference"]
    assert "Zaphod" not in response.text
