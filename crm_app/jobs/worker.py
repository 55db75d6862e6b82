"""The worker: one in each server process, and one at a time has a job."""

import asyncio

from sqlmodel import Session

from crm_app.database import threads
from crm_app.database.failures import Trouble
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
        self._job_id = 0

    async def run(self) -> None:
        """Work as long as the server runs."""
        await threads.writers.run(_ensure_tidying)
        while True:
            has_worked = await self._step()
            await asyncio.sleep(PAUSE_SECONDS if has_worked else LOOK_SECONDS)

    async def _step(self) -> bool:
        try:
            return await threads.writers.run(self.work)
        except DatabaseUnavailable as error:
            log.warning("job not done", trouble=error.trouble)
            return False

    def work(self) -> bool:
        """Do one batch of the job that is due; return whether there was one.

        The batch and its progress are one transaction: killed at any moment, it is done once.
        """
        try:
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
        self._job_id = job.id or 0
        kind = KINDS[job.kind]
        if number := kind.batch(db, job, self._limit):
            jobs.note_progress(db, job, number)
        else:
            log.info("job done", job=job.id, kind=job.kind, done=job.done)
            jobs.finish(db, job, again_in=kind.again_in)
        return True

    def _note_failure(self, error: Exception) -> None:
        """Try a smaller batch if it took too long; else let the job wait."""
        if isinstance(error, DatabaseUnavailable):
            if error.trouble == Trouble.SLOW:
                self._limit = max(SMALLEST_BATCH, self._limit // 4)
            log.warning("job not done", job=self._job_id, trouble=error.trouble)
            return
        log.error("job failed", job=self._job_id, exc_info=error)
        with transaction() as db:
            jobs.note_failure(db, self._job_id, type(error).__name__)


def _ensure_tidying() -> None:
    with transaction() as db:
        jobs.ensure(db, "tidy")
