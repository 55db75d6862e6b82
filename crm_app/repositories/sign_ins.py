"""Statements about the browsers signed in to accounts, and about failing to sign in."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_app.database.account_models import Account, KnownDevice, SignIn, SignInDelay
from crm_app.database.models import Membership
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.errors import TicketUsed


@dataclass(frozen=True, slots=True)
class Found:
    """A session as it is looked up for each action: of it, of its account, and of the own book.

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
    session = (SignIn.id, SignIn.claimed_at, SignIn.ended_at, SignIn.used_at)
    account = (Account.id, Account.is_guest, Account.disabled_at, Account.email, Account.tag)
    columns: Any = (*session, *account, sa.func.coalesce(Membership.book_id, 0))
    return (
        sa.select(*columns)
        .join(Account, col(Account.id) == col(SignIn.account_id))
        .outerjoin(Membership, is_own)
        .where(col(SignIn.token_hash) == sa.bindparam("token_hash"))
    )


def find(db: Session, token_hash: str) -> Found | None:
    """Return the session (or the ticket that waits) whose secret has this hash."""
    row = db.connection().execute(_finding(), {"token_hash": token_hash}).one_or_none()
    return Found(*row) if row else None


def get(db: Session, sign_in_id: int) -> SignIn:
    """Return the sign-in with this id, which is known to be there."""
    return db.exec(select(SignIn).where(col(SignIn.id) == sign_in_id)).one()


def lock_token(db: Session, token_hash: str) -> None:
    """Let other transactions wait that use this token; on SQLite all writers wait anyway."""
    if db.connection().dialect.name == "postgresql":
        number = int(token_hash[:15], 16)
        db.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def take_ticket(db: Session, token_hash: str) -> SignIn | None:
    """Return the sign-in that waits for the ticket with this hash; no one else gets it."""
    statement = select(SignIn).where(
        col(SignIn.token_hash) == token_hash,
        col(SignIn.claimed_at).is_(None),
        col(SignIn.ended_at).is_(None),
    )
    return db.exec(statement.with_for_update()).one_or_none()


def owned_by(actor: Actor) -> SelectOfScalar[SignIn]:
    """Select the sign-ins of the actor's account that have not been ended."""
    return select(SignIn).where(
        col(SignIn.account_id) == actor.account_id,
        col(SignIn.claimed_at).is_not(None),
        col(SignIn.ended_at).is_(None),
    )


def list_newest(db: Session, actor: Actor) -> list[SignIn]:
    """Return the actor's sign-ins, the one used last first."""
    return list(db.exec(owned_by(actor).order_by(col(SignIn.used_at).desc())))


def save(db: Session, row: SignIn | SignInDelay) -> None:
    """Write a new or changed row."""
    db.add(row)
    db.flush()


def end_all(db: Session, account_id: int, at: datetime, *, but: int | None = None) -> None:
    """End every sign-in of the account, tickets too, but the one with this id."""
    statement = sa.update(SignIn).where(
        col(SignIn.account_id) == account_id, col(SignIn.ended_at).is_(None)
    )
    if but is not None:
        statement = statement.where(col(SignIn.id) != but)
    db.connection().execute(statement.values(ended_at=at))


def add_ticket(db: Session, sign_in: SignIn) -> None:
    """Write a sign-in that waits for its ticket.

    Raises:
        TicketUsed: There is one with this secret, as a ticket or as a cookie; the transaction is
            over.
    """
    try:
        save(db, sign_in)
    except IntegrityError as error:
        raise TicketUsed from error


def knows_device(db: Session, account_id: int, device_hash: str) -> bool:
    """Return whether the browser with this device cookie signed in to the account before."""
    statement = select(KnownDevice.id).where(
        col(KnownDevice.account_id) == account_id, col(KnownDevice.device_hash) == device_hash
    )
    return db.exec(statement).first() is not None


def add_device(db: Session, account_id: int, device_hash: str) -> None:
    """Remember that the browser with this device cookie signed in to the account just now."""
    statement = select(KnownDevice).where(
        col(KnownDevice.account_id) == account_id, col(KnownDevice.device_hash) == device_hash
    )
    device = db.exec(statement).one_or_none()
    device = device or KnownDevice(account_id=account_id, device_hash=device_hash)
    device.used_at = utc_now()
    db.add(device)
    db.flush()


def forget_devices(db: Session, account_id: int, *, but: str) -> None:
    """Forget all browsers that signed in to the account but the one with this cookie."""
    db.connection().execute(
        sa.delete(KnownDevice).where(
            col(KnownDevice.account_id) == account_id, col(KnownDevice.device_hash) != but
        )
    )


def lock_delay(db: Session, key: str) -> SignInDelay:
    """Return the delay of this key, made if need be; other tries wait until this one is noted."""
    dialect = db.connection().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(SignInDelay)
    fresh = SignInDelay(key=key).model_dump(exclude={"id"})
    db.connection().execute(insert.values(**fresh).on_conflict_do_nothing())
    statement = select(SignInDelay).where(col(SignInDelay.key) == key)
    return db.exec(statement.with_for_update()).one()
