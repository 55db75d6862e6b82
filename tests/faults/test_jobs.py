"""A job goes on after the server was killed, at any moment, without a batch lost or done twice."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.server import ROOT, running
from tests.tables import add_contacts, rows


@pytest.mark.soak(short=3, long=10)
def test_a_job_goes_on_after_the_server_was_killed(tmp_path: Path, repeats: int) -> None:
    """At each kill the job has counted exactly the contacts that it deleted; in the end, all."""
    with running(tmp_path, CRM_GUESTS="on") as server:
        subprocess.run(
            [sys.executable, "-c", FILL],
            cwd=ROOT,
            env=server.environment,
            check=True,
        )
        add_contacts(server, 60_000)
        rows(
            server,
            "INSERT INTO job (kind, arguments, cursor, state, done, total, attempts, run_after,"
            " created_at, problem) SELECT 'delete_account', '{\"account\": 1}', '{}', 'queued',"
            " 0, 0, 0, created_at, created_at, '' FROM account",
        )
        left = [60_001]
        for _ in range(repeats):
            wait_for_less(server, left)
            server.kill()
            left.append(rows(server, "SELECT count(*) AS n FROM contact")[0]["n"])
            done = rows(server, "SELECT done FROM job WHERE kind = 'delete_account'")[0]["done"]
            assert done == 60_001 - left[-1]
            server.start()
        deadline = time.monotonic() + 60
        while rows(server, "SELECT 1 FROM account") and time.monotonic() < deadline:
            time.sleep(0.2)
        assert rows(server, "SELECT 1 FROM contact LIMIT 1") == []
        assert rows(server, "SELECT 1 FROM account") == []


FILL = """
from tests.driving import actor_of, signed_in
from tests.factories import form
from crm_app.database.transaction import transaction
from crm_app.services import contacts
actor = actor_of(signed_in())
with transaction() as db:
    contacts.create_contact(db, actor, data=form())
"""


def wait_for_less(server: Any, left: list[int]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if rows(server, "SELECT count(*) AS n FROM contact")[0]["n"] < left[-1]:
            return
        time.sleep(0.05)
    raise AssertionError("the job does not get on")
