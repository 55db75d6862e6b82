"""Requests that are wrong get a problem, never a 500."""

import json

import httpx
import pytest

from tests.api import contact
from tests.server import Server

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {}, 415),
        (b"{}", {**JSON, "Content-Encoding": "gzip"}, 415),
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


def test_an_unknown_field_is_named(api: httpx.Client) -> None:
    response = api.post("/contacts", json=contact(nickname="Ada"))
    assert response.json()["message"] == "A contact has no field nickname"


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
    response = api.get("/contacts", params={"limit": "x", "cursor": "y"})
    assert response.json()["message"] == "These parameters are wrong: cursor, limit"


def test_a_huge_version_is_a_missing_change(api: httpx.Client) -> None:
    made = api.post("/contacts", json=contact()).json()
    response = api.post(f"/contacts/{made['id']}/history/{10**30}/undo")
    assert response.status_code == 404


def test_no_response_of_the_api_is_a_document_that_runs_scripts(
    server: Server, api: httpx.Client
) -> None:
    response = api.get("/contacts")
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-request-id"]
