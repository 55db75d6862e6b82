"""Removing what nobody can use any more, and how long each is kept."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from crm_app.database.account_models import (
    Account,
    AuditEvent,
    BrowserSession,
    KnownDevice,
    PasswordReset,
    SignInDelay,
)
from crm_app.database.models import AddressBook, Contact, IdempotencyKey, Job
from crm_app.domain.clock import utc_now
from crm_app.repositories import accounts, books, expired, jobs
from crm_app.services import idempotency, password_resets
from crm_app.services.sessions import GUEST_LIFETIME
from crm_app.services.sign_in_delays import FORGOTTEN_AFTER
from crm_app.settings import get_settings

# As long as browsers keep the cookie: who comes back is asked to sign in and is no new guest.
ENDED_SESSION_KEPT = timedelta(days=60)
IDLE_GUEST_KEPT = timedelta(days=30)
TRASH_KEPT = timedelta(days=30)
TICKET_KEPT = timedelta(hours=1)  # it is good for a minute
LONGEST_USE = timedelta(seconds=GUEST_LIFETIME)  # of a guest's cookie, and of a device's
JOB_KEPT = timedelta(days=30)


def tidy(db: Session, limit: int) -> int:
    """Remove at most so many rows that have expired; return how many, 0 after the last."""
    batches = (expired.delete(db, table, is_over, limit) for table, is_over in _expired())
    return next(filter(None, batches), 0)


def _expired() -> Iterator[tuple[type[SQLModel], sa.ColumnElement[bool]]]:
    """Yield the tables that have expired rows, each with the condition for them."""
    now = utc_now()
    ended = now - ENDED_SESSION_KEPT
    lifetime = timedelta(seconds=get_settings().session_lifetime)
    is_of_account = ~accounts.is_guest(col(BrowserSession.account_id))
    delay: Any = (col(SignInDelay.tried_at), col(SignInDelay.blocked_until))
    yield BrowserSession, col(BrowserSession.ended_at) < ended
    yield BrowserSession, is_of_account & (col(BrowserSession.claimed_at) < ended - lifetime)
    yield (
        BrowserSession,
        col(BrowserSession.claimed_at).is_(None)
        & (col(BrowserSession.created_at) < now - TICKET_KEPT),
    )
    yield BrowserSession, col(BrowserSession.used_at) < now - LONGEST_USE
    yield KnownDevice, col(KnownDevice.used_at) < now - LONGEST_USE
    yield SignInDelay, sa.and_(*(time < now - FORGOTTEN_AFTER for time in delay))
    yield PasswordReset, col(PasswordReset.created_at) < now - password_resets.LIFETIME
    yield IdempotencyKey, col(IdempotencyKey.created_at) < now - idempotency.KEPT
    yield Job, jobs.is_over(now - JOB_KEPT)
    yield AuditEvent, col(AuditEvent.at) < now - timedelta(days=get_settings().audit_days)
    yield Contact, col(Contact.deleted_at) < now - TRASH_KEPT
    yield Account, accounts.is_idle_guest(now - IDLE_GUEST_KEPT)
    yield AddressBook, books.is_abandoned()
