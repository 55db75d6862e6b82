"""The worker: one in each server process, and one at a time has a job."""

import asyncio

from sqlmodel import Session

from crm_app.database import threads
from crm_app.database.failures import Reason
from crm_app.database.transaction import transaction
from crm_app.errors import DatabaseUnavailable
from crm_app.jobs.kinds import KINDS
from crm_app.observability.logs import log
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
            return await threads.writers.run(self.work)
        except Exception as error:  # the next step may succeed
            log.warning("jobs not looked after", exc_info=error)
            return False

    def work(self) -> bool:
        """Do one batch of the job that is due; return whether there was one.

        The batch and its progress are one transaction: killed at any moment, it is done once.
        """
        self._job = None
        try:
            if not self._has_recurring:
                _add_recurring()
                self._has_recurring = True
            with transaction() as db:
                has_worked = self._work(db)
        except Exception as error:
            self._note_failure(error)
            return False
        self._limit = min(BATCH, self._limit * 2)
        return has_worked

    def _work(self, db: Session) -> bool:
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

    def _note_failure(self, error: Exception) -> None:
        """Try a smaller batch if it took too long; else let the job wait."""
        job_id, name = self._job or (None, None)
        if isinstance(error, DatabaseUnavailable):
            if error.reason == Reason.SLOW:
                self._limit = max(SMALLEST_BATCH, self._limit // 4)
            log.warning("job not done", job=job_id, kind=name, reason=error.reason)
            return
        log.error("job failed", job=job_id, kind=name, exc_info=error)
        if job_id is not None:
            kind = KINDS.get(name or "")
            with transaction() as db:
                jobs.note_failure(db, job_id, type(error).__name__, kind and kind.again_in)


def _add_recurring() -> None:
    with transaction() as db:
        for name, kind in KINDS.items():
            if kind.again_in:
                jobs.ensure(db, name)
