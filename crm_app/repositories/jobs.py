"""Statements about jobs."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from crm_app.database.models import Job

OPEN = ("queued", "running")


def add(db: Session, job: Job) -> None:
    """Write a new or changed job."""
    db.add(job)
    db.flush()


def find_open(db: Session, kind: str, book_id: int | None = None) -> Job | None:
    """Return a job of this kind, for this book if one is given, that is not over."""
    statement = select(Job).where(col(Job.kind) == kind, col(Job.state).in_(OPEN))
    if book_id is not None:
        statement = statement.where(col(Job.book_id) == book_id)
    return db.exec(statement.limit(1)).first()


def find(db: Session, job_id: int, book_id: int) -> Job | None:
    """Return the book's job with this id."""
    statement = select(Job).where(col(Job.id) == job_id, col(Job.book_id) == book_id)
    return db.exec(statement).one_or_none()


def lock(db: Session, job_id: int) -> Job | None:
    """Return the job, when the batch that may be running is over."""
    return db.exec(select(Job).where(col(Job.id) == job_id).with_for_update()).one_or_none()


def take_next(db: Session, now: datetime) -> Job | None:
    """Return the job that is due, which no other worker has; it is locked for this transaction."""
    due = select(Job).where(col(Job.state).in_(OPEN), col(Job.run_after) <= now)
    statement = due.order_by(col(Job.run_after), col(Job.id)).limit(1)
    return db.exec(statement.with_for_update(skip_locked=True)).first()


def is_over(before: datetime) -> sa.ColumnElement[bool]:
    """Return the condition for jobs that ended before this time."""
    return col(Job.finished_at) < before
