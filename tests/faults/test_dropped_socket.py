"""A socket that breaks after an action was sent: sent again, it is done exactly once."""

import asyncio
import random
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from tests.server import running
from tests.tables import rows
from tests.visitor import Visitor, fetch_cookie

AT_ONCE = 10
LONGEST = 0.4  # seconds between sending and breaking


async def create_across_a_drop(url: str, cookie: str, number: int, delay: float) -> None:
    """Send a contact, break the connection, connect again and send it again."""
    key = str(uuid4())
    form = {"name": f"Person {number}", "email": f"p{number}@example.com", "idempotency_key": key}
    async with Visitor(url, cookie) as visitor:
        await visitor.post(ContactFormState.create_contact, form_data=form)
        await asyncio.sleep(delay)
        visitor.drop()
    async with Visitor(url, cookie) as visitor:
        await visitor.send(ContactFormState.create_contact, form_data=form)
        assert visitor.of(ContactFormState)["saved_key"] == key, visitor.of(ContactFormState)


async def drop_again_and_again(url: str, cookie: str, drops: int) -> None:
    moments = random.Random(7)
    # Half of them while the action runs, which takes some ten milliseconds.
    delays = [moments.uniform(0, LONGEST if n % 2 else 0.03) for n in range(drops)]
    numbered = iter(enumerate(delays))

    async def worker() -> None:
        for number, delay in numbered:
            await create_across_a_drop(url, cookie, number, delay)

    async with asyncio.TaskGroup() as workers:
        for _ in range(AT_ONCE):
            workers.create_task(worker())


@pytest.mark.soak(short=40, long=200)
def test_dropped_sockets_make_one_contact_each(tmp_path: Path, repeats: int) -> None:
    """A contact that is sent again is stored once, whenever the first acknowledgement is lost."""
    with running(tmp_path) as server:
        asyncio.run(drop_again_and_again(server.url, fetch_cookie(server.url), repeats))
        names = [row["name"] for row in rows(server, "SELECT name FROM contact ORDER BY id")]
    assert sorted(names) == sorted(f"Person {number}" for number in range(repeats))


async def change_and_delete_across_drops(url: str, cookie: str) -> list[Any]:
    created = {"name": "Ada", "email": "ada@example.com", "idempotency_key": str(uuid4())}
    async with Visitor(url, cookie) as visitor:
        await visitor.send(ContactFormState.create_contact, form_data=created)
        contact_id = visitor.rows[0]["id"]
    changed = {**created, "notes": "changed", "contact_id": contact_id, "version": "1"}
    changed["idempotency_key"] = str(uuid4())
    for handler, payload in (
        (ContactFormState.update_contact, {"form_data": changed}),
        (ConfirmDeleteState.delete_contact, {"contact_id": contact_id}),
    ):
        async with Visitor(url, cookie) as visitor:
            await visitor.post(handler, **payload)
            await asyncio.sleep(0.1)
            visitor.drop()
        async with Visitor(url, cookie) as visitor:
            await visitor.send(handler, **payload)
    return visitor.rows


def test_an_update_and_a_deletion_that_come_twice_are_made_once(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        left = asyncio.run(change_and_delete_across_drops(server.url, fetch_cookie(server.url)))
        stored = rows(server, "SELECT version, notes, deleted_at FROM contact")
        changes = rows(server, "SELECT action FROM contact_change ORDER BY version")
    assert left == []
    assert [(row["version"], row["notes"]) for row in stored] == [(3, "changed")]
    assert [row["action"] for row in changes] == ["created", "updated", "deleted"]
