"""A full disk and a read-only file: the message, the old rows, and on with it when it is over."""

import asyncio
import ctypes
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.server import Server, running
from tests.tables import rows
from tests.visitor import Visitor, fetch_cookie

MESSAGE = "Could not save right now. Nothing was lost; please try again."
NOTES = "x" * 500
FAILED_TWICE = 'crm_actions_total{action="create_contact",outcome="DATABASE_ERROR"} 2.0'
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1  # linux/prctl.h, linux/capability.h


def form(number: int) -> dict[str, str]:
    return {"name": f"Person {number}", "email": f"{number}@example.com", "notes": NOTES}


async def create(visitor: Visitor, number: int) -> str:
    """Create a contact; return what the page says."""
    await visitor.send(ContactFormState.create_contact, form_data=form(number))
    return str(visitor.of(ContactFormState)["message"])


async def see(visitor: Visitor) -> tuple[int, str]:
    """Search; return how many contacts the list counts, and why it could not be loaded."""
    await visitor.send(ContactListState.get_contacts, query="person")
    contact_list = visitor.of(ContactListState)
    return contact_list["total"], contact_list["failure"]


@contextmanager
def full_disk(server: Server) -> Iterator[None]:
    """Let the server write to no file beyond its first byte, not even its log: a used-up quota."""
    for pid in server.workers:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    yield
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    for pid in server.workers:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)


async def fill_the_disk(server: Server) -> None:
    async with Visitor(server.url) as visitor:
        await visitor.hydrate()
        await asyncio.sleep(0.5)
        assert await create(visitor, 1) == "Contact created"
        with full_disk(server):
            assert await create(visitor, 2) == MESSAGE
            assert await create(visitor, 2) == MESSAGE
            assert await see(visitor) == (1, "")
        assert await create(visitor, 2) == "Contact created"
        assert await see(visitor) == (2, "")


def test_a_full_disk_is_said_and_forgotten_when_there_is_room(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        asyncio.run(fill_the_disk(server))
        assert rows(server, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        with urlopen(f"{server.url}/metrics") as metrics:  # the log could not be written either
            assert FAILED_TWICE in metrics.read().decode()


async def add_one(server: Server, cookie: str) -> None:
    async with Visitor(server.url, cookie) as visitor:
        assert await create(visitor, 1) == "Contact created"


async def write_to_a_read_only_file(server: Server, cookie: str) -> None:
    async with Visitor(server.url, cookie) as visitor:
        await visitor.hydrate()
        await asyncio.sleep(0.5)
        assert await create(visitor, 2) == MESSAGE
        assert await see(visitor) == (1, "")
        for file in server.database.parent.glob("crm.db*"):  # SQLite's side files have its mode
            file.chmod(0o600)
        assert await create(visitor, 2) == "Contact created"


def obey_permissions() -> None:
    """Take from root what lets it write to read-only files; others have it not."""
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0) == 0


def test_a_read_only_file_is_said_and_forgotten_when_it_is_writable(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        cookie = fetch_cookie(server.url)
        asyncio.run(add_one(server, cookie))
        server.stop()
        server.before_exec = obey_permissions
        server.database.chmod(0o400)
        server.start()
        asyncio.run(write_to_a_read_only_file(server, cookie))
        assert "reason=read-only" in server.read_log()
