"""Jobs: batches that are done once, whatever happens between them."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from crm_app.database.failures import Trouble
from crm_app.database.models import Contact, Job
from crm_app.database.transaction import transaction
from crm_app.domain.clock import utc_now
from crm_app.errors import DatabaseUnavailable
from crm_app.jobs import kinds, worker
from crm_app.jobs.kinds import Kind
from crm_app.jobs.worker import Worker
from crm_app.services import accounts, contacts, jobs
from tests.driving import actor_of, signed_in
from tests.factories import form
from tests.server import ROOT, running
from tests.tables import add_contacts, rows

COUNTED = 25
NUMBERS = "counted"


def enqueue(kind: str = "count", **arguments: Any) -> int:
    with transaction() as db:
        return jobs.enqueue(db, kind, arguments=arguments).id or 0


def find(job_id: int) -> Job:
    with transaction(read_only=True) as db:
        return db.exec(select(Job).where(Job.id == job_id)).one()


def count_on(db: Session, job: Job, limit: int) -> int:
    """Write the next numbers up to 25, each a row."""
    first = job.cursor.get("next", 0)
    numbers = list(range(first, min(first + limit, COUNTED)))
    for number in numbers:
        db.connection().execute(sa.text("INSERT INTO counted VALUES (:n)"), {"n": number})
    job.cursor = {"next": first + len(numbers)}
    return len(numbers)


@pytest.fixture(autouse=True)
def counting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "server" in request.node.name:
        return
    request.getfixturevalue("sqlite")
    monkeypatch.setitem(kinds.KINDS, "count", Kind(count_on))
    monkeypatch.setattr(worker, "BATCH", 10)
    with transaction() as db:
        db.connection().execute(sa.text("CREATE TABLE counted (number INTEGER)"))


def counted() -> list[int]:
    with transaction(read_only=True) as db:
        found = db.connection().execute(sa.text("SELECT number FROM counted ORDER BY number"))
        return [row[0] for row in found]


def test_a_job_is_done_in_batches_and_says_how_far_it_is() -> None:
    job_id, own = enqueue(), Worker()
    seen: list[tuple[str, int]] = []
    while own.work():
        seen.append((find(job_id).state, find(job_id).done))
    assert seen == [("running", 10), ("running", 20), ("running", 25), ("done", 25)]
    assert counted() == list(range(COUNTED))


def test_a_batch_that_fails_is_undone_and_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail_in_the_middle(db: Session, job: Job, limit: int) -> int:
        count_on(db, job, limit)
        raise KeyError("typed by Zaphod")

    job_id, own = enqueue(), Worker()
    own.work()
    monkeypatch.setitem(kinds.KINDS, "count", Kind(fail_in_the_middle))
    assert not own.work()
    job = find(job_id)
    assert (job.state, job.done, job.attempts, job.problem) == ("running", 10, 1, "KeyError")
    assert job.run_after > utc_now()
    assert counted() == list(range(10))
    assert "Zaphod" not in capsys.readouterr().err
    monkeypatch.setitem(kinds.KINDS, "count", Kind(count_on))
    with transaction() as db:
        db.connection().execute(sa.text("UPDATE job SET run_after = created_at"))
    while own.work():
        pass
    assert counted() == list(range(COUNTED))
    assert find(job_id).attempts == 0


def test_after_five_failures_a_job_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_db: Session, _job: Job, _limit: int) -> int:
        raise KeyError

    monkeypatch.setitem(kinds.KINDS, "count", Kind(fail))
    job_id, own = enqueue(), Worker()
    for _ in range(6):
        own.work()
        with transaction() as db:
            db.connection().execute(sa.text("UPDATE job SET run_after = created_at"))
    assert (find(job_id).state, find(job_id).attempts) == ("failed", 5)


def test_what_takes_too_long_is_tried_in_smaller_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def slow(db: Session, job: Job, limit: int) -> int:
        sizes.append(limit)
        if limit > 3:
            raise DatabaseUnavailable(Trouble.SLOW)
        return count_on(db, job, limit)

    monkeypatch.setattr(worker, "SMALLEST_BATCH", 2)
    monkeypatch.setitem(kinds.KINDS, "count", Kind(slow))
    enqueue()
    own = Worker()
    for _ in range(40):
        own.work()
    assert sizes[:2] == [10, 2]
    assert counted() == list(range(COUNTED))


def test_a_job_can_be_stopped_and_does_no_further_batch() -> None:
    job_id, own = enqueue(), Worker()
    own.work()
    with transaction() as db:
        assert jobs.stop(db, job_id)
    assert not own.work()
    assert find(job_id).state == "stopped"
    assert len(counted()) == 10
    with transaction() as db:
        assert not jobs.stop(db, job_id)


def test_tidying_is_due_again_the_next_day() -> None:
    with transaction() as db:
        jobs.ensure(db, "tidy")
        jobs.ensure(db, "tidy")
    own = Worker()
    while own.work():
        pass
    with transaction(read_only=True) as db:
        (job,) = db.exec(select(Job)).all()
    assert job.state == "queued"
    assert 23 < (job.run_after - utc_now()).total_seconds() / 3600 <= 24


def test_a_large_account_is_deleted_by_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = actor_of(signed_in())
    with transaction() as db:
        for number in range(25):
            contacts.create_contact(db, actor, data=form(email=f"{number}@x.de"))
        monkeypatch.setattr(accounts, "BATCH", 10)
        assert accounts.delete_batch(db, actor.account_id, 10) == 10
        jobs.enqueue(db, "delete_account", arguments={"account": actor.account_id})
    own = Worker()
    while own.work():
        pass
    with transaction(read_only=True) as db:
        assert db.exec(select(Contact)).all() == []


def test_a_job_goes_on_after_the_server_was_killed(tmp_path: Path) -> None:
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
        for _ in range(4):
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
