"""The routes of the trash, with a real client and a real server."""

import time
from typing import Any
from uuid import uuid4

import httpx
from uuid_utils.compat import uuid7

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.domain.contact_fields import Values
from crm_app.repositories import contact_batches
from crm_app.services.contact_list import trash_jobs
from crm_app.services.contacts import new_row
from crm_app.services.samples.rows import change_row
from tests.api import client, contact, make_account
from tests.driving import use_migrated_database
from tests.factories import ADA
from tests.server import Server


def create(api: httpx.Client, **fields: Any) -> dict[str, Any]:
    response = api.post("/contacts", json=contact(**fields))
    assert response.status_code == 201, response.text
    return response.json()


def delete(api: httpx.Client, **fields: Any) -> dict[str, Any]:
    made = create(api, **fields)
    assert api.delete(f"/contacts/{made['id']}").status_code == 204
    return made


def test_the_trash_is_listed_page_by_page(api: httpx.Client) -> None:
    create(api)
    made = [delete(api, name=f"N{number}")["id"] for number in range(3)]
    first = api.get("/trash", params={"limit": 2}).json()
    assert [each["contact"]["id"] for each in first["contacts"]] == made[:0:-1]
    assert first["total"] == 3
    shown = first["contacts"][0]
    assert (shown["is_own"], shown["via"], shown["days_left"]) == (True, "token website-form", 30)
    assert shown["contact"]["deleted_at"].endswith("Z")
    rest = api.get("/trash", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [each["contact"]["id"] for each in rest["contacts"]] == made[:1]
    assert rest["next_cursor"] is None


def test_it_names_the_contact_that_has_the_email_now(api: httpx.Client) -> None:
    old = delete(api)
    again = create(api, email=old["email"])
    (shown,) = api.get("/trash").json()["contacts"]
    assert shown["used_by"] == again["id"]
    assert api.post(f"/contacts/{old['id']}/restore").status_code == 409


def test_the_trash_of_another_account_is_empty(api: httpx.Client, server: Server) -> None:
    made = delete(api)
    with client(server) as other:
        assert other.get("/trash").json() == {"contacts": [], "total": 0, "next_cursor": None}
        assert other.delete(f"/trash/{made['id']}").status_code == 404
        assert other.delete("/trash").json()["total"] == 0
    assert api.get("/trash").json()["total"] == 1


def test_a_contact_is_deleted_for_good_once(api: httpx.Client) -> None:
    made, key = delete(api), {"Idempotency-Key": str(uuid4())}
    for _ in range(2):
        assert api.delete(f"/trash/{made['id']}", headers=key).status_code == 204
    assert api.delete(f"/trash/{made['id']}").status_code == 404
    assert api.get(f"/contacts/{made['id']}/history").status_code == 404


def test_all_are_restored_and_deleted_for_good(api: httpx.Client) -> None:
    for _ in range(3):
        delete(api)
    job = api.post("/trash/all/restore").json()
    assert (job["state"], job["total"], job["done"], job["kept"]) == ("done", 3, 3, 0)
    for each in api.get("/contacts").json()["contacts"]:
        api.delete(f"/contacts/{each['id']}")
    emptied = api.delete("/trash")
    assert (emptied.status_code, emptied.json()["done"]) == (200, 3)
    assert api.get("/trash").json()["total"] == 0


def fill(actor: Actor, number: int) -> None:
    """Put so many contacts into the trash."""
    people: list[Values] = [{**ADA, "email": f"{at}@x.example"} for at in range(number)]
    rows = [new_row(actor.book_id, uuid7(), person, utc_now()) for person in people]
    changes = [change_row(actor.book_id, 0, "", person, utc_now()) for person in people]
    with transaction() as db:
        contact_batches.add_all(db, [{**row, "deleted_at": utc_now()} for row in rows], changes)


def test_a_large_trash_is_worked_on_by_a_job_with_an_address(server: Server) -> None:
    use_migrated_database(server.database_url)
    owner, number = make_account(), trash_jobs.AT_ONCE + 1
    fill(owner, number)
    with client(server, owner=owner) as api:
        begun = api.post("/trash/all/restore")
        assert (begun.status_code, begun.json()["total"]) == (202, number)
        where = begun.headers["location"].removeprefix("/api/v1")
        deadline = time.monotonic() + 20
        while (job := api.get(where).json())["state"] in ("queued", "running"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert (job["state"], job["done"], job["kept"]) == ("done", number, 0)
        assert api.get("/contacts").json()["total"] == number
        with client(server) as other:
            assert other.get(where).status_code == 404
