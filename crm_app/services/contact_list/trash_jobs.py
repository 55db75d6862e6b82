"""Work on the whole trash, at once or as a job: emptying it, restoring all, undoing that."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session

from crm_app.database.models import Contact, Job
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.errors import NotFound
from crm_app.repositories import jobs as job_rows
from crm_app.repositories.contact_list import trash
from crm_app.schemas.ids import read_uuid
from crm_app.schemas.trash import TrashJob
from crm_app.services import audit, idempotency, jobs, quota

AT_ONCE = 500  # contacts; for more there is a job
NO_JOB = "There is no such job"
# Contacts in one transaction, for which others wait; moving one takes longer than removing it.
BATCH, MOVED = 500, 100


class Kind(StrEnum):
    """What is done to many contacts of the trash."""

    EMPTY = "empty_trash"
    RESTORE = "restore_trash"
    UNDO = "undo_restore"


def empty_trash(
    db: Session, actor: Actor, *, before: datetime | None = None, key: object = None
) -> TrashJob:
    """Remove the contacts that were deleted until then, with their history; it cannot be undone.

    What is deleted later stays. With the same key (a UUID) it is done once.

    Raises:
        IdempotencyKeyReused: The key was used for something else.
    """
    return _on_all(db, actor, Kind.EMPTY, before, key)


def restore_all(
    db: Session, actor: Actor, *, before: datetime | None = None, key: object = None
) -> TrashJob:
    """Restore the contacts that were deleted until then but those whose email is used again.

    With the same key (a UUID) it is done once.

    Raises:
        IdempotencyKeyReused: The key was used for something else.
    """
    return _on_all(db, actor, Kind.RESTORE, before, key)


def undo_restore(db: Session, actor: Actor, *, job_id: str, key: object = None) -> TrashJob:
    """Move what a job restored back to the trash, but what was changed since.

    A job that is under way is stopped first. With the same key (a UUID) it is done once.

    Raises:
        NotFound: There is no such job of the actor's book.
        IdempotencyKeyReused: The key was used for something else.
    """
    restored = _find(db, actor, job_id)
    if restored.kind != Kind.RESTORE:
        raise NotFound(NO_JOB)
    jobs.stop(db, restored.id or 0)
    arguments = {name: restored.cursor.get(name) for name in ("ids", "times")}
    return _begin(db, actor, Kind.UNDO, _done(restored), arguments, key)


def find_job(db: Session, actor: Actor, *, job_id: str) -> TrashJob:
    """Return how far a job is.

    Raises:
        NotFound: There is no such job of the actor's book.
    """
    return _view(_find(db, actor, job_id))


def find_open_job(db: Session, actor: Actor) -> TrashJob | None:
    """Return the job on the trash of the actor's book that is under way, if there is one."""
    found = (job_rows.find_open(db, kind, actor.book_id) for kind in Kind)
    return next((_view(job) for job in found if job), None)


def stop_job(db: Session, actor: Actor, *, job_id: str) -> TrashJob:
    """Stop a job after the batch that may be running; what is done stays done.

    Raises:
        NotFound: There is no such job of the actor's book.
    """
    job = _find(db, actor, job_id)
    jobs.stop(db, job.id or 0)
    return _view(job)


def empty_batch(db: Session, job: Job, limit: int) -> int:
    """Remove the next contacts."""
    book_id, until = job.book_id or 0, _time(job)
    number = trash.remove(db, book_id, until, min(limit, BATCH))
    job.cursor = {"done": _done(job) + number}
    quota.recount(db, book_id)
    return number


def restore_batch(db: Session, job: Job, limit: int) -> int:
    """Restore the next contacts, of those with one email only the one deleted last."""
    book_id, last = job.book_id or 0, job.cursor.get("after")
    after = (datetime.fromisoformat(last[0]), last[1]) if last else None
    found = trash.list_newest(
        db, book_id, min(limit, MOVED), after=after, until=_time(job), lock=True
    )
    if not found:
        return 0
    taken, free = set(trash.find_users(db, book_id, found)), list[Contact]()
    for contact in found:
        if contact.email_key not in taken:
            free.append(contact)
        if contact.email_key:
            taken.add(contact.email_key)
    last_deleted_at = found[-1].deleted_at or utc_now()
    _move(db, job, free, "restored")
    kept = job.cursor.get("kept", 0) + len(found) - len(free)
    place = [last_deleted_at.isoformat(), found[-1].id]
    job.cursor = {**job.cursor, "after": place, "kept": kept}
    return len(found)


def undo_batch(db: Session, job: Job, limit: int) -> int:
    """Move those of the next contacts back that are as they were restored."""
    book_id, after = job.book_id or 0, job.cursor.get("after", 0)
    ids: list[int] = job.arguments["ids"] or []
    number = min(limit, MOVED)
    batch = ids[after : after + number] if ids else trash.list_ids(db, book_id, after, number)
    times = {datetime.fromisoformat(time) for time in job.arguments["times"] or ()}
    if not (batch and times):
        return 0
    found = trash.lock_active(db, book_id, batch, min(times), max(times))
    _move(db, job, [each for each in found if each.updated_at in times], "deleted")
    job.cursor = {**job.cursor, "after": after + len(batch) if ids else batch[-1]}
    return len(batch)


BATCHES: dict[Kind, Callable[[Session, Job, int], int]] = {
    Kind.EMPTY: empty_batch,
    Kind.RESTORE: restore_batch,
    Kind.UNDO: undo_batch,
}


def _on_all(
    db: Session, actor: Actor, kind: Kind, before: datetime | None, key: object
) -> TrashJob:
    until = min(before or utc_now(), utc_now())
    total = trash.count(db, actor.book_id, until)
    return _begin(db, actor, kind, total, {"until": until.isoformat()}, key)


def _begin(
    db: Session, actor: Actor, kind: Kind, total: int, arguments: dict[str, Any], key: object
) -> TrashJob:
    """Add the job, and do it at once if it is small."""
    by = {"account": actor.account_id, "via": actor.via}
    job = jobs.enqueue(db, kind.value, book_id=actor.book_id, arguments={**by, **arguments})
    job_id = UUID(int=job.id or 0)
    first = idempotency.claim(db, actor, read_uuid(key), kind.value, [], job_id)
    if first:
        db.delete(job)
        return find_job(db, actor, job_id=str(first.int))
    job.total = total
    if kind is Kind.EMPTY:
        audit.record(db, actor, audit.Action.TRASH_EMPTIED)
    if total <= AT_ONCE:
        while number := BATCHES[kind](db, job, BATCH):
            jobs.note_progress(db, job, number)
        jobs.finish(db, job)
    return _view(job)


def _move(db: Session, job: Job, contacts: list[Contact], action: str) -> None:
    """Restore or delete the contacts; the job keeps what undoing needs."""
    now = utc_now()
    if contacts:
        by = job.arguments
        trash.move(db, contacts, action, now, by["account"], by["via"])
    kept: dict[str, Any] = {"done": _done(job) + len(contacts)}
    if job.kind == Kind.RESTORE and contacts:
        kept["times"] = [*job.cursor.get("times", ()), now.isoformat()]
        if job.total <= AT_ONCE:
            kept["ids"] = [*job.cursor.get("ids", ()), *(each.id for each in contacts)]
    job.cursor = {**job.cursor, **kept}


def _find(db: Session, actor: Actor, job_id: str) -> Job:
    is_number = job_id.isascii() and job_id.isdigit() and len(job_id) < 10
    job = job_rows.find(db, int(job_id), actor.book_id) if is_number else None
    if job is None or job.kind not in [*Kind]:
        raise NotFound(NO_JOB)
    return job


def _time(job: Job) -> datetime:
    return datetime.fromisoformat(job.arguments["until"])


def _done(job: Job) -> int:
    return job.cursor.get("done", 0)


def _view(job: Job) -> TrashJob:
    done, kept = _done(job), job.cursor.get("kept", 0)
    if job.kind == Kind.UNDO and job.finished_at:
        kept = job.total - done
    return TrashJob(str(job.id), job.kind, job.state, job.total, done, kept)
