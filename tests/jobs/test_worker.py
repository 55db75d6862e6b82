"""Jobs: batches that are done once, whatever happens between them."""

import asyncio
import re
import sqlite3
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from crm_app.database import threads
from crm_app.database.engine import get_engine
from crm_app.database.failures import Reason
from crm_app.database.models import Contact, Job
from crm_app.database.transaction import transaction
from crm_app.domain.clock import utc_now
from crm_app.errors import DatabaseUnavailable
from crm_app.jobs import kinds, worker
from crm_app.jobs.kinds import Kind
from crm_app.jobs.worker import Worker
from crm_app.services import accounts, contacts, jobs
from tests.conftest import ReadLog
from tests.driving import actor_of, signed_in
from tests.factories import form

COUNTED = 25


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
def counting(sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a kind of job count on a fresh database."""
    monkeypatch.setitem(kinds.KINDS, "count", Kind(count_on))
    monkeypatch.setattr(worker, "BATCH", 10)
    with transaction() as db:
        db.connection().execute(sa.text("CREATE TABLE counted (number INTEGER)"))


def counted() -> list[int]:
    with transaction(read_only=True) as db:
        found = db.connection().execute(sa.text("SELECT number FROM counted ORDER BY number"))
        return [row[0] for row in found]


def idle_worker() -> Worker:
    """Return a worker that has done the daily job."""
    own = Worker()
    while own.work():
        pass
    return own


def test_a_job_is_done_in_batches_and_says_how_far_it_is() -> None:
    own, job_id = idle_worker(), enqueue()
    seen: list[tuple[str, int]] = []
    while own.work():
        seen.append((find(job_id).state, find(job_id).done))
    assert seen == [("running", 10), ("running", 20), ("running", 25), ("done", 25)]
    assert counted() == list(range(COUNTED))


def test_a_batch_that_fails_is_undone_and_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, read_log: ReadLog
) -> None:
    def fail_in_the_middle(db: Session, job: Job, limit: int) -> int:
        count_on(db, job, limit)
        raise KeyError("typed by Zaphod")

    job_id, own = enqueue(), Worker()
    own.work()
    monkeypatch.setitem(kinds.KINDS, "count", Kind(fail_in_the_middle))
    assert not own.work()
    job = find(job_id)
    assert (job.state, job.done, job.attempts) == ("running", 10, 1)
    assert re.search(r"\(reference [0-9A-F]{4}-[0-9A-F]{4}\)$", job.problem)
    assert job.run_after > utc_now()
    assert counted() == list(range(10))
    assert "Zaphod" not in read_log()
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
            raise DatabaseUnavailable(Reason.SLOW)
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
    own, job_id = idle_worker(), enqueue()
    own.work()
    with transaction() as db:
        assert jobs.stop(db, job_id)
    assert not own.work()
    assert find(job_id).state == "stopped"
    assert len(counted()) == 10
    with transaction() as db:
        assert not jobs.stop(db, job_id)


def tidying() -> Job:
    with transaction(read_only=True) as db:
        (job,) = db.exec(select(Job).where(Job.kind == "tidy")).all()
    return job


def hours_until(job: Job) -> float:
    return (job.run_after - utc_now()).total_seconds() / 3600


def test_tidying_is_due_again_the_next_day_whoever_starts() -> None:
    idle_worker()
    idle_worker()
    assert (tidying().state, tidying().cursor) == ("queued", {})
    assert 23 < hours_until(tidying()) <= 24


def test_tidying_that_fails_is_tried_again_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_db: Session, _job: Job, _limit: int) -> int:
        raise KeyError

    monkeypatch.setitem(kinds.KINDS, "tidy", Kind(fail, again_in=timedelta(days=1)))
    own = Worker()
    for _ in range(jobs.MAX_ATTEMPTS):
        with transaction() as db:
            db.connection().execute(sa.text("UPDATE job SET run_after = created_at"))
        own.work()
    assert (tidying().state, tidying().attempts) == ("queued", 0)
    assert 23 < hours_until(tidying()) <= 24


def test_a_database_that_is_locked_at_the_start_is_tidied_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.05)
    other = sqlite3.connect(str(get_engine().url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def start() -> None:
        running = asyncio.create_task(Worker().run())
        await asyncio.sleep(5)  # longer than anybody waits for the lock
        other.execute("ROLLBACK")
        for _ in range(100):
            await asyncio.sleep(0.05)
            if await asyncio.to_thread(is_tidied):
                break
        running.cancel()

    asyncio.run(start())
    other.close()
    assert 23 < hours_until(tidying()) <= 24


def is_tidied() -> bool:
    with transaction(read_only=True) as db:
        return any(job.run_after > utc_now() for job in db.exec(select(Job)).all())


def test_a_server_that_stops_begins_no_further_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    own, job_id = idle_worker(), enqueue()
    own.work()
    monkeypatch.setattr(threads.lifecycle, "is_shutting_down", True)
    asyncio.run(own.run())
    assert find(job_id).done == 10


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


def test_a_job_that_always_takes_too_long_lets_others_go_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def take_too_long(_db: Session, _job: Job, _limit: int) -> int:
        raise DatabaseUnavailable(Reason.SLOW)

    monkeypatch.setitem(kinds.KINDS, "tidy", Kind(take_too_long, again_in=timedelta(days=1)))
    own = Worker()
    own.work()
    job_id = enqueue()
    for _ in range(30):
        own.work()
    assert counted() == list(range(COUNTED))
    assert find(job_id).state == "done"
