"""The OpenAPI document says what each operation can return, and the reference shows all of it."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from typing import Any
from uuid import uuid4

import httpx
import pytest

from crm_app.errors import ErrorCode
from crm_app.http.api.app import schema
from crm_app.http.api.reference import render
from tests.api import contact

COMMON = {401, 403, 429, 500, 503}
MISSING = "/contacts/01980000-0000-7000-8000-000000000000"
JSON = {"Content-Type": "application/json"}
FIRST = {"If-Match": '"1"'}
ABOUT_MANY = ("list_contacts", "list_trash", "empty_trash", "restore_all", "get_trash_job")
WRONG_KEY = {"Idempotency-Key": "1"}


def operations() -> dict[str, dict[str, Any]]:
    return {
        each["operationId"]: each for path in schema()["paths"].values() for each in path.values()
    }


def create(api: httpx.Client) -> dict[str, Any]:
    return api.post("/contacts", json=contact()).json()


def send_extras(api: httpx.Client, name: str) -> Iterator[httpx.Response]:
    """Send what the operation does not take."""
    path, method = next(
        (path.removeprefix("/api/v1"), method)
        for path, methods in schema()["paths"].items()
        for method, each in methods.items()
        if each["operationId"] == name
    )
    url = path.format(contact_id=MISSING.rpartition("/")[2], version=1, job_id=1)
    yield api.request(method, url, params={"permanent": "true"})
    if "requestBody" not in operations()[name]:
        yield api.request(method, url, content=b"<restore/>")


def fail_to_list(api: httpx.Client) -> Iterator[httpx.Response]:
    yield api.get("/contacts", params={"cursor": str(uuid4())})
    yield api.get("/contacts", params={"limit": 0})


def send_wrong_bodies(send: Callable[..., httpx.Response]) -> Iterator[httpx.Response]:
    yield send(json=contact(), headers={**FIRST, **WRONG_KEY})
    yield send(content=b"{}", headers={**FIRST, "Content-Type": "text/plain"})
    yield send(content=b"x" * 70_000, headers={**FIRST, **JSON})
    yield send(json={"name": " "}, headers=FIRST)


def fail_to_create(api: httpx.Client) -> Iterator[httpx.Response]:
    yield from send_wrong_bodies(lambda **request: api.post("/contacts", **request))
    yield api.post("/contacts", json=contact(email=create(api)["email"]))


def fail_to_get(api: httpx.Client) -> Iterator[httpx.Response]:
    yield api.get(MISSING)
    yield api.get(f"/contacts/{create(api)['id']}", headers={"If-None-Match": '"1"'})


def fail_to_update(api: httpx.Client) -> Iterator[httpx.Response]:
    url = f"/contacts/{create(api)['id']}"
    yield from send_wrong_bodies(lambda **request: api.patch(url, **request))
    yield api.patch(url, json={"email": create(api)["email"]}, headers=FIRST)
    yield api.patch(url, json={"name": "x"}, headers={"If-Match": '"7"'})
    yield api.patch(url, json={"name": "x"})
    yield api.patch(MISSING, json={"name": "x"}, headers=FIRST)


def fail_to_delete(api: httpx.Client) -> Iterator[httpx.Response]:
    url, key = f"/contacts/{create(api)['id']}", {"Idempotency-Key": str(uuid4())}
    api.delete(f"/contacts/{create(api)['id']}", headers=key)
    yield api.delete(url, headers=key)
    yield api.delete(url, headers=WRONG_KEY)
    yield api.delete(url, headers={"If-Match": '"7"'})
    yield api.delete(MISSING)


def fail_to_restore(api: httpx.Client) -> Iterator[httpx.Response]:
    made = create(api)
    url = f"/contacts/{made['id']}"
    api.delete(url)
    api.post("/contacts", json=contact(email=made["email"]))
    yield api.post(f"{url}/restore")
    yield api.post(f"{url}/restore", headers=WRONG_KEY)
    yield api.post(f"{MISSING}/restore")


def fail_to_list_changes(api: httpx.Client) -> Iterator[httpx.Response]:
    yield api.get(f"{MISSING}/history")


def fail_to_undo(api: httpx.Client) -> Iterator[httpx.Response]:
    url = f"/contacts/{create(api)['id']}"
    for version, name in enumerate(("First", "Second"), start=1):
        api.patch(url, json={"name": name}, headers={"If-Match": f'"{version}"'})
    yield api.post(f"{url}/history/2/undo")
    yield api.post(f"{url}/history/9/undo")
    yield api.post(f"{url}/history/2/undo", headers=WRONG_KEY)


def fail_to_list_the_trash(api: httpx.Client) -> Iterator[httpx.Response]:
    yield api.get("/trash", params={"cursor": f"1.{uuid4()}"})
    yield api.get("/trash", params={"cursor": "x"})


def reuse_a_key(send: Callable[..., httpx.Response], api: httpx.Client) -> Iterator[httpx.Response]:
    key = {"Idempotency-Key": str(uuid4())}
    api.post("/contacts", json=contact(), headers=key)
    yield send(headers=key)
    yield send(headers=WRONG_KEY)


def fail_to_delete_forever(api: httpx.Client) -> Iterator[httpx.Response]:
    made = create(api)["id"]
    yield from reuse_a_key(lambda **sent: api.delete(f"/trash/{made}", **sent), api)
    yield api.delete(f"/trash/{made}")


FAILURES = {
    "list_contacts": fail_to_list,
    "create_contact": fail_to_create,
    "get_contact": fail_to_get,
    "update_contact": fail_to_update,
    "delete_contact": fail_to_delete,
    "restore_contact": fail_to_restore,
    "list_changes": fail_to_list_changes,
    "undo_change": fail_to_undo,
    "list_trash": fail_to_list_the_trash,
    "empty_trash": lambda api: reuse_a_key(partial(api.delete, "/trash"), api),
    "restore_all": lambda api: reuse_a_key(partial(api.post, "/trash/all/restore"), api),
    "get_trash_job": lambda api: iter([api.get("/trash/jobs/2147483647")]),
    "delete_forever": fail_to_delete_forever,
}


@pytest.mark.parametrize("name", FAILURES)
def test_an_operation_lists_the_failures_that_it_can_return(api: httpx.Client, name: str) -> None:
    listed = {int(status) for status in operations()[name]["responses"] if int(status) >= 300}
    responses = [*FAILURES[name](api), *send_extras(api, name)]
    assert listed > COMMON
    assert {each.status_code for each in responses} == listed - COMMON
    for each in responses:
        described = operations()[name]["responses"][str(each.status_code)]
        assert all(header.lower() in each.headers for header in described.get("headers", {}))


def test_every_operation_is_tested() -> None:
    assert {*FAILURES} == {*operations()}


def test_a_contact_comes_with_the_headers_that_are_listed(api: httpx.Client) -> None:
    created = api.post("/contacts", json=contact())
    listed = operations()["create_contact"]["responses"]["201"]["headers"]
    assert set(listed) == {"ETag", "Location"}
    assert all(name.lower() in created.headers for name in listed)


def test_every_link_names_parameters_of_an_operation() -> None:
    for each in ("create_contact", "get_contact", "update_contact", "restore_contact"):
        success = "201" if each == "create_contact" else "200"
        links = operations()[each]["responses"][success]["links"]
        about_one = {name for name in operations() if name not in ABOUT_MANY}
        assert {*links} == about_one - {"create_contact"}
        for name, link in links.items():
            parameters = {parameter["name"] for parameter in operations()[name]["parameters"]}
            assert link["operationId"] == name
            assert {given.removeprefix("header.") for given in link["parameters"]} <= parameters


def test_the_codes_are_those_that_the_api_returns() -> None:
    codes = schema()["components"]["schemas"]["ErrorCode"]
    assert {*codes["enum"]} == {*ErrorCode} - {ErrorCode.NETWORK_ERROR}  # which only the page says
    assert len(codes["enum"]) == len(codes["x-enum-descriptions"])


def test_the_schemas_of_the_framework_are_left_out() -> None:
    assert "ValidationError" not in str(schema())


def reference() -> str:
    return render(schema())


def row_of(operation: str, name: str) -> str:
    """Return the text of a row in an operation's tables."""
    part = reference().partition(f'<h2 id="{operation}">')[2].partition("<h2")[0]
    found = re.search(rf"<tr><td><code>{name}</code><td>(.*?)(?=<tr>|</table>)", part)
    assert found, name
    return unescape(re.sub(r"<[^>]+>", "", found[1]))


def test_every_link_of_the_reference_leads_somewhere() -> None:
    html = reference()
    anchors = set(re.findall(r' id="(\w+)"', html))
    links = set(re.findall(r'href="#(\w+)"', html))
    assert links == anchors
    assert {*operations(), "Contact", "Problem", "ErrorCode"} <= anchors


def test_the_reference_shows_defaults_required_headers_and_types_of_items() -> None:
    assert row_of("list_contacts", "limit").startswith(
        "in the query: integer, from 1 to 1,000, default 50"
    )
    assert row_of("update_contact", "If-Match").startswith(
        "in the header, required: string, like ^"
    )
    assert row_of("update_contact", "Authorization").startswith("in the header, required")
    assert row_of("delete_contact", "If-Match").startswith("in the header: string")
    assert row_of("create_contact", "email").endswith("required")
    assert 'array of <a href="#Contact">Contact</a>' in reference()
    assert 'object of <a href="#FieldChange">FieldChange</a>' in reference()


def test_the_reference_lists_the_codes() -> None:
    codes = reference().partition('<h3 id="ErrorCode">')[2].partition("<h3")[0]
    assert re.findall(r"<tr><td><code>(\w+)</code><td>\w", codes) == [
        *schema()["components"]["schemas"]["ErrorCode"]["enum"]
    ]
