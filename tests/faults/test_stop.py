"""Stopping: what runs is finished and acknowledged; a server that starts ends too."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import AsyncExitStack, closing
from pathlib import Path
from secrets import token_urlsafe
from urllib.error import HTTPError
from urllib.request import urlopen
from uuid import uuid4

import pytest

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState
from tests.accounts import PASSWORD, new_email
from tests.factories import ADA
from tests.server import ROOT, Server, free_port, running
from tests.tables import locked, rows
from tests.visitor import Visitor


def test_a_server_that_is_stopped_while_it_starts_ends(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = os.environ | {"CRM_DATABASE_URL": f"sqlite:///{tmp_path}/crm.db"}
    command = [sys.executable, "-m", "crm_app", "serve", "--port", str(free_port())]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    deadline = time.monotonic() + 30
    while "Spawning worker" not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.terminate()
    process.wait(20)


def readiness(url: str) -> str:
    """Return what the server says when it is not ready."""
    with pytest.raises(HTTPError) as caught, urlopen(f"{url}/readyz"):
        pass
    with caught.value as response:
        assert response.code == 503
        return response.read().decode()


async def stop_in_the_middle_of_an_action(server: Server) -> Visitor:
    """Tell the server to stop while a contact waits to be written; return its visitor then."""
    form = {**ADA, "idempotency_key": str(uuid4())}
    async with Visitor(server.url) as visitor:
        await visitor.hydrate()
        with locked(server):
            await visitor.post(ContactFormState.create_contact, form_data=form)
            await visitor.until(ContactFormState, is_saving=True)
            server.terminate()
            await asyncio.sleep(1)
            assert "stopping" in await asyncio.to_thread(readiness, server.url)
        await visitor.until(ContactFormState, saved_key=form["idempotency_key"])
        await visitor.until(ContactListState, total=1)
        await asyncio.to_thread(server.wait)
        return visitor


async def stop_while_people_sign_up(server: Server, people: int) -> int:
    """Tell the server to stop while passwords are hashed; return how many are signed up then."""
    async with AsyncExitStack() as tabs:
        visitors = [await tabs.enter_async_context(Visitor(server.url)) for _ in range(people)]
        for visitor in visitors:
            await visitor.hydrate()
        for visitor in visitors:
            secrets = {"ticket": token_urlsafe(32), "attempt": visitor.token}
            data = {"email": new_email(), "password": PASSWORD, **secrets}
            await visitor.post(SignInState.sign_up, form_data=data)
        for visitor in visitors:
            await visitor.until(SignInState, is_busy=True)
        server.terminate()
        for visitor in visitors:
            await visitor.until(SessionState, accepted=visitor.token)
        await asyncio.to_thread(server.wait)
    return len(visitors)


def test_a_shutdown_waits_for_passwords_that_are_hashed(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        assert asyncio.run(stop_while_people_sign_up(server, 8)) == 8
        assert len(rows(server, "SELECT id FROM account WHERE NOT is_guest")) == 8


def test_a_shutdown_finishes_and_acknowledges_what_runs(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        visitor = asyncio.run(stop_in_the_middle_of_an_action(server))
        assert visitor.of(ContactFormState)["message"] == "Contact created"
        assert [row["name"] for row in rows(server, "SELECT name FROM contact")] == [ADA["name"]]
        assert "ERROR" not in server.read_log().upper()


async def create(server: Server, number: int) -> None:
    form = {"name": f"Person {number}", "email": f"{number}@example.com"}
    async with Visitor(server.url) as visitor:
        await visitor.send(ContactFormState.create_contact, form_data=form)
        assert visitor.of(ContactFormState)["message"] == "Contact created"


def contacts_in_a_copy_of(database: Path) -> int:
    """Copy the file alone, as a person does, and count the contacts in the copy."""
    copy = shutil.copy(database, database.with_name("copy.db"))
    with closing(sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)) as connection:
        return connection.execute("SELECT count(*) FROM contact").fetchone()[0]


def log_size(database: Path) -> int:
    log = database.with_name("crm.db-wal")
    return log.stat().st_size if log.exists() else 0


def stop_by(server: Server, how: int) -> None:
    """Stop as a service manager does, or as Ctrl-C does: it goes to all processes."""
    if how == signal.SIGINT:
        os.killpg(server.pid, signal.SIGINT)
    else:
        server.terminate()
    started = time.monotonic()
    server.wait()
    assert time.monotonic() - started < 5


def test_after_a_stop_the_file_alone_has_everything(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        for number, how in enumerate((signal.SIGTERM, signal.SIGINT), 1):
            asyncio.run(create(server, number))
            stop_by(server, how)
            assert contacts_in_a_copy_of(server.database) == number
            assert log_size(server.database) == 0
            server.start()
        with closing(sqlite3.connect(server.database, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM contact").fetchall()
            asyncio.run(create(server, 3))
            stop_by(server, signal.SIGTERM)
            assert "copy both, or use backup" in server.read_log()
        server.start()
        assert len(rows(server, "SELECT * FROM contact")) == 3
