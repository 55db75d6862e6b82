"""The worker: one in each server process, and one at a time has a job."""

import asyncio

from sqlmodel import Session

from crm_app.database import threads
from crm_app.database.failures import Reason
from crm_app.domain.actor import Caller
from crm_app.errors import DatabaseUnavailable
from crm_app.jobs.kinds import KINDS
from crm_app.observability.logs import log
from crm_app.operations.perform import INTERNAL, perform_here
from crm_app.operations.results import Failed, Failure, Ok
from crm_app.services import jobs

BATCH = 2_000  # things in one transaction, at first
SMALLEST_BATCH = 20
LOOK_SECONDS = 2
PAUSE_SECONDS = 0.05  # between two batches: others write too


class Worker:
    """Do the jobs that are due, one batch after the other."""

    def __init__(self) -> None:
        self._limit = BATCH
        self._job: tuple[int, str] | None = None
        self._has_recurring = False

    async def run(self) -> None:
        """Work until the server shuts down; what fails is tried again."""
        while not threads.lifecycle.is_shutting_down:
            has_worked = await self._step()
            await asyncio.sleep(PAUSE_SECONDS if has_worked else LOOK_SECONDS)

    async def _step(self) -> bool:
        try:
            return await threads.get_writers().run(self.work)
        except Exception as error:  # the next step may succeed
            log.warning("jobs not looked after", exc_info=error)
            return False

    def work(self) -> bool:
        """Do one batch of the job that is due; return whether there was one.

        The batch and its progress are one transaction: killed at any moment, it is done once.
        """
        self._job = None
        if not self._has_recurring:
            self._has_recurring = perform_here(_add_recurring, Caller(), INTERNAL) == Ok(None)
        match perform_here(self._work, Caller(), INTERNAL):
            case Ok(has_worked):
                self._limit = min(BATCH, self._limit * 2)
                return has_worked
            case Failed(failure):
                self._note_failure(failure)
                return False

    def _work(self, db: Session, _caller: Caller) -> bool:
        job = jobs.take_next(db)
        if job is None:
            return False
        self._job = (job.id or 0, job.kind)
        kind = KINDS[job.kind]
        if number := kind.batch(db, job, self._limit):
            jobs.note_progress(db, job, number)
        else:
            log.info("job done", job=job.id, kind=job.kind, done=job.done)
            jobs.finish(db, job, again_in=kind.again_in)
        return True

    def _note_failure(self, failure: Failure) -> None:
        """Try a smaller batch if it took too long; else let the job wait."""
        job_id, name = self._job or (None, "")
        if isinstance(failure.cause, DatabaseUnavailable):
            reason = failure.cause.reason
            log.warning("job not done", job=job_id, kind=name, reason=reason)
            if reason == Reason.SLOW and self._limit > SMALLEST_BATCH:
                self._limit = max(SMALLEST_BATCH, self._limit // 4)
            elif job_id is not None:  # others come first
                perform_here(_postpone, Caller(), INTERNAL, {"job_id": job_id, "reason": reason})
            return
        log.error("job failed", job=job_id, kind=name, reference=failure.incident)
        if job_id is not None:
            perform_here(
                _store_failure,
                Caller(),
                INTERNAL,
                {"job_id": job_id, "failure": failure, "name": name},
            )


def _postpone(db: Session, _caller: Caller, *, job_id: int, reason: str) -> None:
    jobs.postpone(db, job_id, reason)


def _store_failure(
    db: Session, _caller: Caller, *, job_id: int, name: str, failure: Failure
) -> None:
    kind = KINDS.get(name)
    jobs.note_failure(db, job_id, failure.text, kind and kind.again_in)


def _add_recurring(db: Session, _caller: Caller) -> None:
    for name, kind in KINDS.items():
        if kind.again_in:
            jobs.ensure(db, name)
