"""Statements about sessions: browsers that are signed in, tickets, and remembered devices."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_app.database.account_models import Account, BrowserSession, KnownDevice
from crm_app.database.models import Membership
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.errors import TicketUsed


@dataclass(frozen=True, slots=True)
class Found:
    """A session with its account and the id of the account's own book, looked up for each action.

    `book_id` is 0 when the account's own book is missing.
    """

    id: int
    claimed_at: datetime | None
    ended_at: datetime | None
    used_at: datetime
    account_id: int
    is_guest: bool
    disabled_at: datetime | None
    email: str | None
    tag: str
    book_id: int


@cache
def _finding() -> Any:
    """Return the statement, which is built once: that takes longer than running it."""
    is_own = (col(Membership.account_id) == col(Account.id)) & (col(Membership.role) == "owner")
    session = (
        BrowserSession.id,
        BrowserSession.claimed_at,
        BrowserSession.ended_at,
        BrowserSession.used_at,
    )
    account = (Account.id, Account.is_guest, Account.disabled_at, Account.email, Account.tag)
    columns: Any = (*session, *account, sa.func.coalesce(Membership.book_id, 0))
    return (
        sa.select(*columns)
        .join(Account, col(Account.id) == col(BrowserSession.account_id))
        .outerjoin(Membership, is_own)
        .where(col(BrowserSession.token_hash) == sa.bindparam("token_hash"))
    )


def find(db: Session, token_hash: str) -> Found | None:
    """Return the session or ticket whose secret has this hash."""
    row = db.connection().execute(_finding(), {"token_hash": token_hash}).one_or_none()
    return Found(*row) if row else None


def get(db: Session, session_id: int) -> BrowserSession:
    """Return the session with this id, which exists."""
    return db.exec(select(BrowserSession).where(col(BrowserSession.id) == session_id)).one()


def lock_token(db: Session, token_hash: str) -> None:
    """Let concurrent transactions with this token wait; on SQLite all writers wait anyway."""
    if db.connection().dialect.name == "postgresql":
        number = int(token_hash[:15], 16)
        db.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def take_ticket(db: Session, token_hash: str) -> BrowserSession | None:
    """Return the session of a ticket with this hash that was not traded yet, and lock it."""
    statement = select(BrowserSession).where(
        col(BrowserSession.token_hash) == token_hash,
        col(BrowserSession.claimed_at).is_(None),
        col(BrowserSession.ended_at).is_(None),
    )
    return db.exec(statement.with_for_update()).one_or_none()


def owned_by(actor: Actor) -> SelectOfScalar[BrowserSession]:
    """Select the sessions of the actor's account that have not been ended."""
    return select(BrowserSession).where(
        col(BrowserSession.account_id) == actor.account_id,
        col(BrowserSession.claimed_at).is_not(None),
        col(BrowserSession.ended_at).is_(None),
    )


def list_newest(db: Session, actor: Actor) -> list[BrowserSession]:
    """Return the actor's sessions, the one used last first."""
    return list(db.exec(owned_by(actor).order_by(col(BrowserSession.used_at).desc())))


def save(db: Session, session: BrowserSession) -> None:
    """Write a new or changed session."""
    db.add(session)
    db.flush()


def end_all(db: Session, account_id: int, at: datetime) -> None:
    """End all sessions and tickets of the account."""
    statement = sa.update(BrowserSession).where(
        col(BrowserSession.account_id) == account_id, col(BrowserSession.ended_at).is_(None)
    )
    db.connection().execute(statement.values(ended_at=at))


def add_ticket(db: Session, session: BrowserSession) -> None:
    """Write a session that waits for its ticket to be traded.

    Raises:
        TicketUsed: A ticket or cookie has this secret already; the transaction is over.
    """
    try:
        save(db, session)
    except IntegrityError as error:
        raise TicketUsed from error


def knows_device(db: Session, account_id: int, device_hash: str) -> bool:
    """Return whether the browser with this device cookie signed in to the account before."""
    statement = select(KnownDevice.id).where(
        col(KnownDevice.account_id) == account_id, col(KnownDevice.device_hash) == device_hash
    )
    return db.exec(statement).first() is not None


def add_device(db: Session, account_id: int, device_hash: str) -> None:
    """Record that the browser with this device cookie signed in to the account now."""
    statement = select(KnownDevice).where(
        col(KnownDevice.account_id) == account_id, col(KnownDevice.device_hash) == device_hash
    )
    device = db.exec(statement).one_or_none()
    device = device or KnownDevice(account_id=account_id, device_hash=device_hash)
    device.used_at = utc_now()
    db.add(device)
    db.flush()


def forget_devices(db: Session, account_id: int, *, but: str) -> None:
    """Delete the remembered browsers of the account except the one with this cookie."""
    db.connection().execute(
        sa.delete(KnownDevice).where(
            col(KnownDevice.account_id) == account_id, col(KnownDevice.device_hash) != but
        )
    )
