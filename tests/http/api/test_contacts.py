"""The routes of contacts, with a real client and a real server."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from crm_app.domain.contact_fields import NAMES
from tests.api import client, contact
from tests.server import Server

MISSING = {"code": "NOT_FOUND", "message": "There is no such contact"}
NO_CHANGE = {"code": "NOT_FOUND", "message": "There is no such change in the contact's history"}


def create(api: httpx.Client, **fields: Any) -> dict[str, Any]:
    response = api.post("/contacts", json=contact(**fields))
    assert response.status_code == 201, response.text
    return response.json()


def part(response: httpx.Response, like: dict[str, Any]) -> dict[str, Any]:
    return {name: response.json()[name] for name in like}


def test_a_contact_is_created_with_its_address_and_etag(api: httpx.Client) -> None:
    sent = contact(company="Analytical Engines", phone="+44 20 7946 0958", notes="Likes\nrain")
    response = api.post("/contacts", json=sent)
    made = response.json()
    assert (response.status_code, response.headers["etag"]) == (201, '"1"')
    assert response.headers["location"] == f"/api/v1/contacts/{made['id']}"
    assert {name: made[name] for name in NAMES} == sent
    assert (made["version"], made["deleted_at"]) == (1, None)
    assert made["created_at"].endswith("Z")


def test_a_contact_is_read_and_not_sent_again_while_it_is_the_same(api: httpx.Client) -> None:
    made = create(api)
    response = api.get(f"/contacts/{made['id']}")
    assert (response.status_code, response.json()) == (200, made)
    assert response.headers["cache-control"] == "private, no-cache"
    for known in ('"1"', 'W/"1"', '"7", "1"', "*"):
        again = api.get(f"/contacts/{made['id']}", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["cache-control"] == "private, no-cache"
    other = api.get(f"/contacts/{made['id']}", headers={"If-None-Match": '"2"'})
    assert other.status_code == 200
    api.delete(f"/contacts/{made['id']}")
    deleted = api.get(f"/contacts/{made['id']}", headers={"If-None-Match": "*"})
    assert deleted.status_code == 404


def test_the_list_is_searched_and_read_page_by_page(api: httpx.Client) -> None:
    ids = [create(api, name=f"Grace {number}", company="Navy")["id"] for number in range(5)]
    create(api, name="Linus", company="Chemistry")
    found: list[str] = []
    cursor: dict[str, str] = {}
    for length in (2, 2, 1):
        page = api.get("/contacts", params={"q": "navy", "limit": 2, **cursor}).json()
        assert (len(page["contacts"]), page["total"]) == (length, 5)
        found += [each["id"] for each in page["contacts"]]
        cursor = {"cursor": page["next_cursor"]}
    assert (found, cursor) == (ids[::-1], {"cursor": None})


def test_the_last_page_has_no_cursor_also_when_it_is_full(api: httpx.Client) -> None:
    for _ in range(4):
        create(api)
    first = api.get("/contacts", params={"limit": 2}).json()
    last = api.get("/contacts", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert (len(last["contacts"]), last["next_cursor"]) == (2, None)


def test_a_page_comes_after_a_contact_that_was_deleted_meanwhile(api: httpx.Client) -> None:
    ids = [create(api)["id"] for _ in range(3)]
    cursor = api.get("/contacts", params={"limit": 1}).json()["next_cursor"]
    api.delete(f"/contacts/{ids[2]}")
    page = api.get("/contacts", params={"cursor": cursor}).json()
    assert [each["id"] for each in page["contacts"]] == ids[1::-1]
    assert page["total"] == 2


def test_a_cursor_that_is_none_or_of_another_query_is_refused(api: httpx.Client) -> None:
    for _ in range(2):
        create(api)
    cursor = api.get("/contacts", params={"limit": 1}).json()["next_cursor"]
    others = [{"q": "a"}, {"sort": "name"}, {"without": "tags"}, {"company": "Globex"}]
    for asked in [{"cursor": str(uuid4())}, {"cursor": "x" * 40}] + [
        {"cursor": cursor, **other} for other in others
    ]:
        response = api.get("/contacts", params=asked)
        assert response.status_code == 404, asked
        assert "Begin again with the first page" in response.json()["message"]


def test_orders_and_filters(api: httpx.Client) -> None:
    create(api, name="Zoë", company="Globex")
    create(api, name="ada", company="GLOBEX ", phone="1")
    create(api, name="Émile", phone="2")

    def names(**asked: str) -> list[str]:
        found: list[str] = []
        cursor = None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = api.get("/contacts", params={**asked, "limit": "2", **more}).json()
            found += [each["name"] for each in page["contacts"]]
            cursor = page["next_cursor"]
            if cursor is None:
                assert page["total"] == len(found)
                return found

    assert names(sort="name") == ["ada", "Émile", "Zoë"]
    assert names(sort="-name") == ["Zoë", "Émile", "ada"]
    assert names(sort="oldest") == ["Zoë", "ada", "Émile"]
    assert names(sort="company") == ["ada", "Zoë", "Émile"]
    assert names(company="globex", sort="changed") == ["ada", "Zoë"]
    assert names(without="phone") == ["Zoë"]
    assert names(without="company") == ["Émile"]
    assert names(company="globex", without="phone") == ["Zoë"]
    assert names(tag="nobody") == []
    for wrong in ({"sort": "age"}, {"without": "name"}, {"tag": "x" * 41}):
        response = api.get("/contacts", params=wrong)
        assert response.status_code == 422
        assert next(iter(wrong)) in response.json()["field_errors"]


def test_an_update_changes_the_given_fields(api: httpx.Client) -> None:
    made = create(api, company="Before", phone="1")
    response = api.patch(
        f"/contacts/{made['id']}",
        json={"company": "After", "phone": None},
        headers={"If-Match": '"1"'},
    )
    assert (response.status_code, response.headers["etag"]) == (200, '"2"')
    expected = {**made, "company": "After", "phone": None, "version": 2}
    assert {**response.json(), "updated_at": made["updated_at"]} == expected


@pytest.mark.parametrize("names", [(), ("name",), NAMES])
def test_an_update_that_changes_nothing_makes_no_version(
    api: httpx.Client, names: tuple[str, ...]
) -> None:
    made = create(api, company="Analytical Engines")
    url, same = f"/contacts/{made['id']}", {name: made[name] for name in names}
    response = api.patch(url, json=same, headers={"If-Match": '"1"'})
    assert (response.status_code, response.headers["etag"]) == (200, '"1"')
    assert response.json() == made
    assert len(api.get(f"{url}/history").json()["changes"]) == 1


def test_a_contact_that_was_changed_meanwhile_is_not_overwritten(api: httpx.Client) -> None:
    url = f"/contacts/{create(api)['id']}"
    first = api.patch(url, json={"name": "First"}, headers={"If-Match": '"1"'})
    second = api.patch(url, json={"name": "Second"}, headers={"If-Match": '"1"'})
    deletion = api.delete(url, headers={"If-Match": '"1"'})
    assert first.status_code == 200
    for refused in (second, deletion):
        assert (refused.status_code, refused.headers["etag"]) == (412, '"2"')
        assert refused.json()["code"] == "CONFLICT"
    assert api.get(url).json()["name"] == "First"
    assert api.delete(url, headers={"If-Match": '"2"'}).status_code == 204


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 428), ({"If-Match": "*"}, 400), ({"If-Match": "1"}, 400), ({"If-Match": '"0"'}, 400)],
)
def test_an_update_names_the_version_it_changes(
    api: httpx.Client, headers: dict[str, str], status: int
) -> None:
    url = f"/contacts/{create(api)['id']}"
    assert api.patch(url, json={"name": "x"}, headers=headers).status_code == status


def test_a_contact_is_deleted_and_restored(api: httpx.Client) -> None:
    made = create(api)
    url = f"/contacts/{made['id']}"
    assert api.delete(url).status_code == 204
    assert part(api.get(url), MISSING) == MISSING
    assert part(api.delete(url), MISSING) == MISSING
    restored = api.post(f"{url}/restore")
    assert (restored.status_code, restored.headers["etag"]) == (200, '"3"')
    assert api.get(url).json()["deleted_at"] is None


def test_restoring_an_active_contact_returns_it_as_it_is(api: httpx.Client) -> None:
    made = create(api)
    key = {"Idempotency-Key": str(uuid4())}
    for headers in ({}, key, key):
        response = api.post(f"/contacts/{made['id']}/restore", headers=headers)
        assert (response.status_code, response.json()) == (200, made)
    assert len(api.get(f"/contacts/{made['id']}/history").json()["changes"]) == 1


def test_restoring_an_unknown_contact_says_that_there_is_none(api: httpx.Client) -> None:
    for contact_id in (uuid4(), "x"):
        response = api.post(f"/contacts/{contact_id}/restore")
        assert (response.status_code, part(response, MISSING)) == (404, MISSING)


@pytest.mark.parametrize("version", ["9", "0", "-1", "x", str(10**30)])
def test_undoing_an_unknown_change_says_that_there_is_none(api: httpx.Client, version: str) -> None:
    response = api.post(f"/contacts/{create(api)['id']}/history/{version}/undo")
    assert (response.status_code, part(response, NO_CHANGE)) == (404, NO_CHANGE)


def test_history_names_the_token_and_a_change_is_undone(server: Server) -> None:
    with client(server, name="nightly") as api:
        url = f"/contacts/{create(api, name='Before')['id']}"
        api.patch(url, json={"name": "After"}, headers={"If-Match": '"1"'})
        update, creation = api.get(f"{url}/history").json()["changes"]
        assert (update["action"], creation["action"]) == ("updated", "created")
        assert update["changes"] == {"name": {"old": "Before", "new": "After"}}
        assert (update["via"], update["is_own"]) == ("token nightly", True)
        undone = api.post(f"{url}/history/2/undo")
        assert (undone.status_code, undone.json()["name"]) == (200, "Before")
        assert len(api.get(f"{url}/history").json()["changes"]) == 3


def test_an_edit_is_not_undone_over_a_later_one(api: httpx.Client) -> None:
    url = f"/contacts/{create(api, company='First')['id']}"
    for version, company in enumerate(("Second", "Third"), start=1):
        api.patch(url, json={"company": company}, headers={"If-Match": f'"{version}"'})
    refused = api.post(f"{url}/history/2/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT")
    assert refused.json()["message"] == "These fields were changed since: company"


def test_with_the_same_key_a_request_is_done_once(api: httpx.Client) -> None:
    key, sent = {"Idempotency-Key": str(uuid4())}, contact()
    first, again = (api.post("/contacts", json=sent, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = api.post("/contacts", json=contact(), headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "CONFLICT")
    url = f"/contacts/{first.json()['id']}"
    key = {"Idempotency-Key": str(uuid4())}
    assert [api.delete(url, headers=key).status_code for _ in range(2)] == [204, 204]
    change = {"Idempotency-Key": str(uuid4()), "If-Match": '"3"'}
    api.post(f"{url}/restore")
    updates = [api.patch(url, json={"name": "Once"}, headers=change) for _ in range(2)]
    assert [each.json()["version"] for each in updates] == [4, 4]


@pytest.mark.parametrize("has_key", [True, False])
def test_an_undo_that_is_sent_again_does_not_delete_a_restored_contact(
    api: httpx.Client, *, has_key: bool
) -> None:
    url = f"/contacts/{create(api)['id']}"
    key = {"Idempotency-Key": str(uuid4())} if has_key else {}
    assert api.post(f"{url}/history/1/undo", headers=key).json()["deleted_at"]
    assert api.post(f"{url}/restore").json()["version"] == 3
    again = api.post(f"{url}/history/1/undo", headers=key)
    assert (again.status_code, again.headers["etag"]) == (200, '"3"')
    assert api.get(url).status_code == 200


def test_a_key_that_is_no_uuid_is_refused(api: httpx.Client) -> None:
    response = api.post("/contacts", json=contact(), headers={"Idempotency-Key": "1"})
    assert (response.status_code, response.json()["message"]) == (
        400,
        "Idempotency-Key must be one UUID",
    )


def test_every_wrong_field_is_named_at_once(api: httpx.Client) -> None:
    wrong = {"name": " ", "email": "no address", "phone": 7, "notes": "x" * 501}
    response = api.post("/contacts", json=wrong)
    problem = response.json()
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["field_errors"] == {
        "name": "Enter a name",
        "email": "An email address must have an @-sign.",
        "phone": "The phone number must be text",
        "notes": "The notes can have at most 500 characters, this has 501",
    }
    assert (problem["type"], problem["code"]) == ("about:blank", "VALIDATION_ERROR")


def test_an_email_that_is_used_is_a_conflict(api: httpx.Client) -> None:
    email = create(api)["email"]
    response = api.post("/contacts", json=contact(email=email.upper()))
    assert response.status_code == 409
    message = "A contact with this email already exists"
    assert response.json()["field_errors"] == {"email": message}


def test_another_accounts_contact_is_a_missing_one(server: Server, api: httpx.Client) -> None:
    url = f"/contacts/{create(api)['id']}"
    with client(server) as other:
        responses = [
            other.get(url),
            other.patch(url, json={"name": "x"}, headers={"If-Match": '"1"'}),
            other.delete(url),
            other.post(f"{url}/restore"),
            other.get(f"{url}/history"),
            other.post(f"{url}/history/1/undo"),
        ]
        assert [part(each, MISSING) for each in responses] == [MISSING] * 6
        assert other.get("/contacts").json()["total"] == 0
    assert api.get(url).status_code == 200


def test_responses_leave_no_warning_in_the_log(server: Server, api: httpx.Client) -> None:
    create(api)
    assert len(api.get("/contacts").json()["contacts"]) == 1
    assert "Warning" not in server.read_log()
