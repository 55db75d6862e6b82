"""Jobs: long work in batches, its progress, and stopping it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from crm_app.database.models import Job
from crm_app.domain.clock import utc_now
from crm_app.repositories import jobs

MAX_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=10)  # after a failure; twice as long after each further one
PROBLEM_LENGTH = 200


def enqueue(
    db: Session,
    kind: str,
    *,
    book_id: int | None = None,
    arguments: Mapping[str, Any] | None = None,
) -> Job:
    """Add a job, in the transaction that makes it necessary."""
    job = Job(kind=kind, book_id=book_id, arguments=dict(arguments or {}))
    jobs.add(db, job)
    return job


def ensure(db: Session, kind: str) -> None:
    """Add a job of this kind unless one is open."""
    if jobs.find_open(db, kind) is None:
        enqueue(db, kind)


def is_open(db: Session, kind: str, book_id: int) -> bool:
    """Return whether a job of this kind is queued or running for the book."""
    return jobs.find_open(db, kind, book_id) is not None


def take_next(db: Session) -> Job | None:
    """Return the job that is due; the worker that has it is alone with it."""
    job = jobs.take_next(db, utc_now())
    if job:
        job.state = "running"
    return job


def note_progress(db: Session, job: Job, number: int) -> None:
    """Store that a batch of so many is done, with the batch itself."""
    job.done += number
    job.attempts, job.problem = 0, ""
    jobs.add(db, job)


def finish(db: Session, job: Job, *, again_in: timedelta | None = None) -> None:
    """Store that the job is done, or is due again after a while."""
    job.attempts, job.problem = 0, ""
    if again_in is None:
        job.state, job.finished_at = "done", utc_now()
    else:
        job.state, job.done, job.run_after = "queued", 0, utc_now() + again_in
        job.cursor = {}
    jobs.add(db, job)


def note_failure(db: Session, job_id: int, problem: str, again_in: timedelta | None = None) -> None:
    """Let a job that failed wait; after five failures in a row it has failed.

    One that recurs is due again when it would have been anyway.
    """
    job = jobs.lock(db, job_id)
    if job is None:
        return
    job.attempts += 1
    job.problem = problem[:PROBLEM_LENGTH]
    job.run_after = utc_now() + FIRST_PAUSE * 2 ** (job.attempts - 1)
    if job.attempts >= MAX_ATTEMPTS and again_in:
        job.state, job.attempts, job.run_after = "queued", 0, utc_now() + again_in
    elif job.attempts >= MAX_ATTEMPTS:
        job.state, job.finished_at = "failed", utc_now()
    jobs.add(db, job)


def postpone(db: Session, job_id: int, problem: str) -> None:
    """Let a job wait that could not be done now, which does not count as a failure."""
    job = jobs.lock(db, job_id)
    if job is None:
        return
    job.problem, job.run_after = problem[:PROBLEM_LENGTH], utc_now() + FIRST_PAUSE
    jobs.add(db, job)


def stop(db: Session, job_id: int) -> bool:
    """Stop a job after the batch that may be running; return whether it was open."""
    job = jobs.lock(db, job_id)
    if job is None or job.state not in jobs.OPEN:
        return False
    job.state, job.finished_at = "stopped", utc_now()
    jobs.add(db, job)
    return True
