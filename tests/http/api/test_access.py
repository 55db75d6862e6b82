"""Who may use the API: tokens with their scopes, the page's cookie, and nobody else."""

import asyncio
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.schemas.accounts import AuditView
from crm_app.schemas.tokens import TokenView
from crm_app.services import audit, tokens
from crm_app.services.audit import Action
from crm_app.states.tokens import TokenState
from tests.accounts import new_email, sign_up
from tests.api import client, contact, make_account, make_token
from tests.driving import use_migrated_database
from tests.server import Server, running
from tests.visitor import Visitor, fetch_cookie, in_own_loop

REALM = 'Bearer realm="Contact Manager"'
REQUESTS = {
    "read": [
        *(("GET", "/contacts"), ("GET", "/contacts/{id}"), ("GET", "/contacts/{id}/history")),
        ("GET", "/trash"),
    ],
    "write": [
        *(("POST", "/contacts"), ("PATCH", "/contacts/{id}")),
        ("POST", "/contacts/{id}/history/1/undo"),
    ],
    "delete": [
        *(("DELETE", "/contacts/{id}"), ("POST", "/contacts/{id}/restore")),
        *(("DELETE", "/trash/{id}"), ("DELETE", "/trash"), ("POST", "/trash/all/restore")),
        ("GET", "/trash/jobs/2147483647"),
    ],
}
WITH_A_BODY = [("POST", "/contacts"), ("PATCH", "/contacts/{id}")]


@pytest.mark.parametrize("scope", ["read", "write", "delete", "export"])
def test_a_token_can_do_what_its_scope_allows_and_nothing_else(server: Server, scope: str) -> None:
    with client(server, [scope]) as own:
        statuses = {
            needed: {
                own.request(
                    method,
                    path.format(id="01980000-0000-7000-8000-000000000000"),
                    json=contact() if (method, path) in WITH_A_BODY else None,
                    headers={"If-Match": '"1"'} if method == "PATCH" else {},
                ).status_code
                for method, path in requests
            }
            for needed, requests in REQUESTS.items()
        }
    expected = {"read": {200, 404}, "write": {201, 404}, "delete": {200, 404}}
    assert statuses == {
        needed: expected[needed] if needed == scope else {403} for needed in REQUESTS
    }


@pytest.mark.parametrize(
    "credentials",
    [
        "",
        "Bearer",
        "Bearer crm_",
        "Bearer crm_" + "x" * 43,
        "Bearer other",
        "Bearer crm_" + "x" * 10_000,
        "Basic crm_x",
        "crm_x",
    ],
)
def test_without_a_valid_token_nothing_is_done(server: Server, credentials: str) -> None:
    headers = {"Authorization": credentials} if credentials else {}
    response = httpx.get(f"{server.url}/api/v1/contacts", headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "AUTH_ERROR")
    assert response.headers["www-authenticate"] == REALM


def used_token(owner: Actor) -> TokenView:
    """Return the account's token when its use is recorded, a moment after the response."""
    for _ in range(100):
        with transaction(read_only=True) as db:
            (token,) = tokens.list_tokens(db, owner)
        if token.used_at:
            return token
        time.sleep(0.05)
    raise AssertionError


def test_a_revoked_token_is_refused_at_once(server: Server) -> None:
    use_migrated_database(server.database_url)
    owner = make_account()
    headers = {"Authorization": f"Bearer {make_token(owner)}"}
    assert httpx.get(f"{server.url}/api/v1/contacts", headers=headers).status_code == 200
    token = used_token(owner)
    assert token.used_from == "127.0.0.1"
    with transaction() as db:
        tokens.revoke_token(db, owner, token_id=token.id)
    response = httpx.get(f"{server.url}/api/v1/contacts", headers=headers)
    assert (response.status_code, response.json()["message"]) == (
        401,
        "This API token is not valid",
    )


def test_a_tokens_secret_is_no_session_and_a_session_no_token(server: Server) -> None:
    use_migrated_database(server.database_url)
    secret = make_token(make_account())
    cookie = in_own_loop(lambda: sign_up(server.url, new_email()))
    value = cookie.split("=")[1].split(";")[0]
    as_token = {"Authorization": f"Bearer crm_{value}"}
    as_cookie = {"Cookie": f"{cookie.split('=')[0]}={secret}", "Origin": server.url, "X-CRM": "1"}
    for headers in (as_token, as_cookie):
        response = httpx.get(f"{server.url}/api/v1/contacts", headers=headers)
        assert response.status_code == 401


def test_the_page_uses_its_cookie_from_its_own_origin_only(server: Server) -> None:
    cookie = in_own_loop(lambda: sign_up(server.url, new_email()))
    url = f"{server.url}/api/v1/contacts"
    own = {"Cookie": cookie, "Origin": server.url, "X-CRM": "1"}
    assert httpx.post(url, json=contact(), headers=own).status_code == 201
    assert httpx.get(url, headers=own).json()["total"] == 1
    for without, reading in (("Origin", 200), ("X-CRM", 403)):  # browsers read without an Origin
        headers = {name: value for name, value in own.items() if name != without}
        assert httpx.post(url, json=contact(), headers=headers).status_code == 403
        assert httpx.get(url, headers=headers).status_code == reading
    foreign = {**own, "Origin": "http://evil.test"}
    assert httpx.post(url, json=contact(), headers=foreign).status_code == 403
    assert httpx.get(url, headers=foreign).status_code == 403
    assert httpx.get(url, headers=own).json()["total"] == 1


def test_another_host_is_refused(server: Server) -> None:
    response = httpx.get(f"{server.url}/api/v1/contacts", headers={"Host": "evil.test"})
    assert response.status_code == 421


def test_a_token_has_so_many_requests_a_minute(tmp_path: Path) -> None:
    with (
        running(tmp_path, CRM_LIMIT_REQUESTS_PER_TOKEN="3/minute") as server,
        client(server) as one,
        client(server) as other,
    ):
        responses = [one.get("/contacts") for _ in range(4)]
        assert [each.status_code for each in responses] == [200, 200, 200, 429]
        assert 0 < int(responses[-1].headers["retry-after"]) <= 60
        assert responses[-1].json()["code"] == "RATE_LIMIT_ERROR"
        assert other.get("/contacts").status_code == 200


def test_undoing_deletes_nothing_without_the_scope_to_delete(server: Server) -> None:
    with client(server, ["read", "write"]) as own:
        made = own.post("/contacts", json=contact()).json()
        url = f"/contacts/{made['id']}"
        own.patch(url, json={"name": "Changed"}, headers={"If-Match": '"1"'})
        assert own.post(f"{url}/history/2/undo").json()["name"] == made["name"]
        refused = own.post(f"{url}/history/1/undo")
        assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
        assert own.get(url).status_code == 200


FIELDS = ("name", "email", "company", "phone", "notes")


def test_without_the_scope_to_read_no_response_shows_a_field(server: Server) -> None:
    use_migrated_database(server.database_url)
    owner = make_account()
    secrets = {name: f"secret {name} 1" for name in FIELDS} | {"email": "secret@example.com"}
    key = {"Idempotency-Key": str(uuid4())}
    with (
        client(server, owner=owner) as full,
        client(server, ["write", "delete"], owner=owner) as blind,
    ):
        made = blind.post("/contacts", json=contact(), headers=key)
        assert made.status_code == 201
        shown = made.json()
        assert made.headers["location"] == f"/api/v1/contacts/{shown['id']}"
        url = f"/contacts/{shown['id']}"
        known = full.patch(url, json=secrets, headers={"If-Match": '"1"'})
        assert known.json()["notes"] == secrets["notes"]
        etag, stale = {"If-Match": '"2"'}, {"If-Match": '"1"'}
        responses = [
            *(blind.patch(url, json={}, headers=etag), blind.patch(url, json={}, headers=stale)),
            *(blind.patch(url, json={"phone": "5"}, headers=etag), blind.post(f"{url}/restore")),
            *(blind.post(f"{url}/history/2/undo"), blind.delete(url), blind.post(f"{url}/restore")),
            *(blind.post(f"{url}/history/5/undo"), blind.get(url), blind.get(f"{url}/history")),
            *(blind.get("/contacts"), blind.head(url)),
        ]
        statuses = [each.status_code for each in responses]
        assert statuses == [200, 412, 200, 200, 409, 204, 200, 200, 403, 403, 403, 403]
        for each in [made, *responses]:
            assert "secret " not in each.text
            assert secrets["email"] not in each.text
        for each in [made, *(each for each in responses if each.status_code == 200)]:
            assert each.json() == {"id": shown["id"], "version": each.json()["version"]}
            assert each.headers["etag"] == f'"{each.json()["version"]}"'
        assert full.post(f"{url}/restore").json()["notes"] == secrets["notes"]


def test_a_key_that_is_sent_again_shows_no_field_without_the_scope_to_read(server: Server) -> None:
    use_migrated_database(server.database_url)
    owner = make_account()
    sent, key = contact(), {"Idempotency-Key": str(uuid4())}
    with client(server, owner=owner) as full, client(server, ["write"], owner=owner) as blind:
        url = f"/contacts/{blind.post('/contacts', json=sent, headers=key).json()['id']}"
        full.patch(url, json={"notes": "secret"}, headers={"If-Match": '"1"'})
        again = blind.post("/contacts", json=sent, headers=key)
    assert (again.status_code, {*again.json()}) == (201, {"id", "version"})


def test_a_tokens_secret_opens_no_socket_while_the_token_is_in_use(server: Server) -> None:
    use_migrated_database(server.database_url)
    secret = make_token(make_account())
    name = fetch_cookie(server.url).split("=")[0]
    headers = {"Authorization": f"Bearer {secret}"}

    async def visit() -> dict[str, object]:
        async with Visitor(server.url, f"{name}={secret}") as visitor:
            await asyncio.to_thread(httpx.get, f"{server.url}/api/v1/contacts", headers=headers)
            await visitor.send(TokenState.new_token)
            return visitor.of(TokenState)

    assert not in_own_loop(visit).get("is_creating")


def newest_event(owner: Actor) -> AuditView:
    """Return what the account shows of a request that was denied, a moment after the response."""
    for _ in range(100):
        with transaction(read_only=True) as db:
            event = audit.get_own_events(db, owner)[0]
        if event.action == Action.DENIED:
            return event
        time.sleep(0.05)
    raise AssertionError


@pytest.mark.parametrize(
    ("method", "path"), [("POST", ""), ("GET", "/01920000-0000-7000-8000-000000000000")]
)
def test_what_is_denied_is_in_the_recent_activity_with_the_name_of_the_token(
    server: Server, method: str, path: str
) -> None:
    use_migrated_database(server.database_url)
    owner = make_account()
    headers = {"Authorization": f"Bearer {make_token(owner, ['read'], name='Backup job')}"}
    url = f"{server.url}/api/v1/contacts{path}"
    body = contact() if method == "POST" else None
    assert httpx.request(method, url, json=body, headers=headers).status_code in (403, 404)
    event = newest_event(owner)
    assert (event.device, event.address) == ('Token "Backup job"', "127.0.0.1")
    with transaction() as db:
        (token,) = tokens.list_tokens(db, owner)
        tokens.revoke_token(db, owner, token_id=token.id)
        _, denied, created = audit.get_own_events(db, owner)[:3]
    assert (denied.action, denied.device) == ("denied", "API token")
    assert (created.action, created.device) == ("API token created", "")
