"""A worker that is killed is replaced: the log says so, and people stay signed in."""

import asyncio
import json
import os
import signal
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.factories import ADA
from tests.server import Server, running
from tests.tables import rows
from tests.visitor import Visitor

PRODUCTION = {"CRM_ENV": "production", "CRM_GUESTS": "on"}


def kill_worker(server: Server) -> int:
    """End the worker as the kernel does when memory runs out; return its process id."""
    (worker,) = server.workers
    os.kill(worker, signal.SIGKILL)
    return worker


def wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{server.url}/readyz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(server.read_log())


async def create_contact(server: Server) -> str:
    """Create a contact; return its visitor's cookie."""
    async with Visitor(server.url) as visitor:
        await visitor.send(ContactFormState.create_contact, form_data=ADA)
        return visitor.cookie


async def names(server: Server, cookie: str) -> list[str]:
    async with Visitor(server.url, cookie) as visitor:
        await visitor.hydrate()
        await visitor.until(ContactListState, total=1)
        return [row["name"] for row in visitor.rows]


def logged(server: Server) -> dict[str, str]:
    """Return the levels of the log's lines by their event; each line is JSON."""
    lines = [line for line in server.read_log().splitlines() if line.startswith("{")]
    return {line["event"]: line["level"] for line in map(json.loads, lines)}


@pytest.mark.soak(short=1, long=10)
def test_a_killed_worker_is_replaced_and_people_stay_signed_in(
    tmp_path: Path, repeats: int
) -> None:
    """A session and its contacts outlive each worker that serves for longer than 5.5 s."""
    with running(tmp_path, **PRODUCTION) as server:
        cookie = asyncio.run(create_contact(server))
        for number in range(repeats):
            time.sleep(6 if number else 0)  # sooner, the server gives the worker up
            killed = kill_worker(server)
            wait_until_ready(server)
            assert server.workers != [killed]
            assert asyncio.run(names(server, cookie)) == [ADA["name"]]
        levels = logged(server)
        assert levels["Unexpected exit from worker-1"] == "error"
        assert levels["Respawning worker-1"] == "info"


def test_a_server_that_is_stopped_while_its_worker_is_replaced_ends(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        for stop in (server.terminate, lambda: os.killpg(server.pid, signal.SIGINT)):
            spawned = server.log.read_text().count("Spawning worker")
            kill_worker(server)
            while server.log.read_text().count("Spawning worker") == spawned:
                time.sleep(0.01)
            started = time.monotonic()
            stop()
            server.wait()
            assert time.monotonic() - started < 5
            server.start()


def test_a_worker_that_fails_at_every_start_is_given_up_and_the_log_says_why(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as server:
        rows(server, "UPDATE alembic_version SET version_num = '9999'")
        kill_worker(server)
        server.wait()
        log = server.read_log()
        assert "The schema (9999) is newer than this program" in log
        assert "crash loop" in log
        assert "Traceback" not in log
