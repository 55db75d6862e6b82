"""Stopping: what runs is finished and answered; while it starts, it ends too."""

import asyncio
import os
import subprocess
import sys
import time
from contextlib import AsyncExitStack
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
from tests.database import locked, rows
from tests.factories import ADA
from tests.server import ROOT, Server, free_port, running
from tests.visitor import Visitor


def test_a_server_that_is_told_to_stop_while_it_starts_ends(tmp_path: Path) -> None:
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
    with caught.value as answer:
        assert answer.code == 503
        return answer.read().decode()


async def stop_in_the_middle_of_an_action(server: Server) -> Visitor:
    """Tell the server to stop while a contact waits to be written; return its visitor then."""
    form = {**ADA, "idempotency_key": str(uuid4())}
    async with Visitor(server.url) as visitor:
        await visitor.hydrate()
        with locked(server):
            await visitor.post(ContactFormState.create_contact, form_data=form)
            await visitor.until(ContactFormState, is_saving=True)
            server.tell_to_stop()
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
        server.tell_to_stop()
        for visitor in visitors:
            await visitor.until(SessionState, accepted=visitor.token)
        await asyncio.to_thread(server.wait)
    return len(visitors)


def test_a_server_that_is_told_to_stop_finishes_what_has_a_password_hashed(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        assert asyncio.run(stop_while_people_sign_up(server, 8)) == 8
        assert len(rows(server, "SELECT id FROM account WHERE NOT is_guest")) == 8


def test_a_server_that_is_told_to_stop_finishes_and_answers_what_runs(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        visitor = asyncio.run(stop_in_the_middle_of_an_action(server))
        assert visitor.of(ContactFormState)["message"] == "Contact created"
        assert [row["name"] for row in rows(server, "SELECT name FROM contact")] == [ADA["name"]]
        assert "ERROR" not in server.log.read_text().upper()
