"""What each kind of job does in one batch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from crm_app.database.models import Job
from crm_app.services import accounts, books, tidying
from crm_app.services.contact_list import trash_jobs

Batch = Callable[[Session, Job, int], int]
"""Do at most so many of the job's things in this transaction; return how many, 0 after the last."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a job does, and after how long it is due again, if ever."""

    batch: Batch
    again_in: timedelta | None = None


def _merge_book(db: Session, job: Job, limit: int) -> int:
    account_id, book_id = job.arguments["account"], job.arguments["from"]
    return books.merge_batch(
        db, book_id=book_id, into=job.book_id or 0, account_id=account_id, limit=limit
    )


def _delete_account(db: Session, job: Job, limit: int) -> int:
    return accounts.delete_batch(db, job.arguments["account"], limit)


KINDS = {
    "tidy": Kind(tidying.tidy, again_in=timedelta(days=1)),
    "merge_book": Kind(_merge_book),
    "delete_account": Kind(_delete_account),
    **{kind.value: Kind(batch) for kind, batch in trash_jobs.BATCHES.items()},
}
