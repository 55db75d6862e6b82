"""The database's file renamed, replaced and damaged under the server: said, and nothing lost."""

import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from uuid import UUID

from crm_app.database.failures import SENTENCES, Reason
from crm_app.http import probes
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.raw import request
from tests.server import ROOT, Server, running
from tests.tables import rows
from tests.visitor import Visitor

SAVED = "Contact created"
NOT_SAVED = "Could not save right now. Nothing was lost; please try again."
NOT_LOADED = "Could not load right now. Nothing was lost; please try again."
READY = '{"status":"ready"}'
MANY = 3000


async def create(visitor: Visitor, number: int) -> str:
    """Create a contact; return what the page says."""
    form = {"name": f"Person {number}", "email": f"{number}@example.com"}
    await visitor.send(ContactFormState.create_contact, form_data=form)
    return str(visitor.of(ContactFormState)["message"])


def readiness(server: Server) -> str:
    time.sleep(probes.CHECK_LASTS)
    return request(server.url, "/readyz").body.decode()


async def move_the_file(server: Server) -> None:
    file, away = server.database, server.database.with_name("away.db")
    async with Visitor(server.url) as visitor:
        await visitor.hydrate()
        await asyncio.sleep(0.5)
        file.rename(away)
        assert await create(visitor, 1) == NOT_SAVED
        assert SENTENCES[Reason.MISSING] in await asyncio.to_thread(readiness, server)
        assert not file.exists()
        away.rename(file)
        assert await create(visitor, 2) == SAVED
        assert await asyncio.to_thread(readiness, server) == READY
        file.rename(away)
        shutil.copy(away, file)
        before = file.read_bytes()
        assert await create(visitor, 3) == NOT_SAVED
        assert SENTENCES[Reason.REPLACED] in await asyncio.to_thread(readiness, server)
        assert file.read_bytes() == before
        away.rename(file)
        assert await create(visitor, 4) == SAVED


def test_nothing_is_saved_in_a_file_that_was_renamed_or_replaced(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        asyncio.run(move_the_file(server))
        stored = rows(server, "SELECT name FROM contact ORDER BY id")
        assert [row["name"] for row in stored] == ["Person 2", "Person 4"]
        assert "reason='file missing'" in server.read_log()


def fill(server: Server) -> None:
    """Copy the one contact many times."""
    columns = [str(row["name"]) for row in rows(server, "PRAGMA table_info(contact)")]
    own = {
        "id": "NULL",
        "public_id": "lower(hex(randomblob(16)))",
        "email_key": "n || '@example.com'",
        "notes": "hex(randomblob(100))",
    }
    values = ", ".join(own.get(name, name) for name in columns)
    rows(
        server,
        f"WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {MANY}"
        f") INSERT INTO contact SELECT {values} FROM contact, number",
    )


def damage(file: Path) -> None:
    """Overwrite pages in the middle of the file, where the many contacts are."""
    content = bytearray(file.read_bytes())
    middle, length = len(content) // 2, len(content) // 8
    content[middle : middle + length] = b"\xff" * length
    file.write_bytes(content)


async def add_many(server: Server) -> str:
    """Create many contacts; return the cookie of whom they belong to."""
    async with Visitor(server.url) as visitor:
        assert await create(visitor, 0) == SAVED
        fill(server)
        return visitor.cookie


async def open_in_vain(server: Server, cookie: str, ids: list[str]) -> None:
    """Open contacts of the whole table until the page says that one could not be loaded."""
    async with Visitor(server.url, cookie) as visitor:
        await visitor.hydrate()
        for contact_id in ids:
            await visitor.send(ContactListState.open_contact, contact_id=contact_id)
            if visitor.of(ContactListState).get("open_failure") == NOT_LOADED:
                return
    raise AssertionError("no damage was met")


def test_damage_that_the_page_met_is_said_until_the_file_is_another(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        cookie = asyncio.run(add_many(server))
        some = rows(server, f"SELECT public_id FROM contact WHERE id % {MANY // 50} = 0")
        server.stop()
        damage(server.database)
        server.start()
        asyncio.run(open_in_vain(server, cookie, [str(UUID(row["public_id"])) for row in some]))
        assert SENTENCES[Reason.DAMAGED] in readiness(server)
        doctor = [sys.executable, "-m", "crm_app", "doctor"]
        done = subprocess.run(
            doctor, cwd=ROOT, env=server.environment, capture_output=True, text=True, check=False
        )
        assert re.search(r"^problem +database +is damaged", done.stdout, re.MULTILINE)
        assert done.returncode == 1
        with closing(sqlite3.connect(server.database)) as connection:
            assert connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",)
