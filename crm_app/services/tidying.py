"""Removing what nobody can use any more, and how long each is kept."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from crm_app.database.account_models import (
    Account,
    ApiToken,
    AuditEvent,
    BrowserSession,
    KnownDevice,
    PasswordReset,
    SignInDelay,
)
from crm_app.database.models import AddressBook, Contact, IdempotencyKey, Job
from crm_app.domain.clock import utc_now
from crm_app.repositories import accounts, books, expired, jobs
from crm_app.services import idempotency, password_resets, tokens
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

Expired = tuple[type[SQLModel], sa.ColumnElement[bool]]
"""A table, and the condition for those of its rows that have expired."""


def tidy(db: Session, job: Job, limit: int) -> int:
    """Look at so many of the next rows and remove what has expired; return 0 after the last.

    Where no index finds what has expired, each row is looked at once, from `job.cursor` on.
    """
    for table, is_over in _found_by_index():
        if number := expired.delete(db, table, is_over, limit):
            return number
    first, after = job.cursor.get("table", 0), job.cursor.get("after", 0)
    for position, (table, is_over) in list(enumerate(_looked_at()))[first:]:
        number, last = expired.delete_among_next(db, table, is_over, after, limit)
        if number:
            job.cursor = {"table": position, "after": last}
            return number
        after = 0
    return 0


def _found_by_index() -> Iterator[Expired]:
    now = utc_now()
    yield IdempotencyKey, col(IdempotencyKey.created_at) < now - idempotency.KEPT
    yield Contact, col(Contact.deleted_at) < now - TRASH_KEPT


def _looked_at() -> Iterator[Expired]:
    now = utc_now()
    ended = now - ENDED_SESSION_KEPT
    lifetime = timedelta(seconds=get_settings().session_lifetime)
    is_of_account = ~accounts.is_guest(col(BrowserSession.account_id))
    created_at: Any = col(BrowserSession.created_at)
    delay: Any = (col(SignInDelay.tried_at), col(SignInDelay.blocked_until))
    yield (
        BrowserSession,
        (col(BrowserSession.ended_at) < ended)
        | (is_of_account & (col(BrowserSession.claimed_at) < ended - lifetime))
        | (col(BrowserSession.claimed_at).is_(None) & (created_at < now - TICKET_KEPT))
        | (col(BrowserSession.used_at) < now - LONGEST_USE),
    )
    yield ApiToken, col(ApiToken.expires_at) < now - tokens.EXPIRED_KEPT
    yield KnownDevice, col(KnownDevice.used_at) < now - LONGEST_USE
    yield SignInDelay, sa.and_(*(time < now - FORGOTTEN_AFTER for time in delay))
    yield PasswordReset, col(PasswordReset.created_at) < now - password_resets.LIFETIME
    yield Job, jobs.is_over(now - JOB_KEPT)
    yield AuditEvent, col(AuditEvent.at) < now - timedelta(days=get_settings().audit_days)
    yield Account, accounts.is_idle_guest(now - IDLE_GUEST_KEPT)
    yield AddressBook, books.is_abandoned()
