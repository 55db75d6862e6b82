"""Statements about API tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from crm_app.database.account_models import Account, ApiToken
from crm_app.database.models import Membership
from crm_app.domain.actor import Actor


@dataclass(frozen=True, slots=True)
class Found:
    """A token with its account and the id of the account's own book, looked up for each request."""

    id: int
    public_id: UUID
    name: str
    scopes: str
    expires_at: datetime | None
    used_at: datetime | None
    used_from: str
    account_id: int
    email: str | None
    tag: str
    disabled_at: datetime | None
    book_id: int


@cache
def _finding() -> Any:
    """Return the statement, which is built once: that takes longer than running it."""
    is_own = (col(Membership.account_id) == col(Account.id)) & (col(Membership.role) == "owner")
    token: Any = (
        ApiToken.id,
        ApiToken.public_id,
        ApiToken.name,
        ApiToken.scopes,
        ApiToken.expires_at,
    )
    use: Any = (ApiToken.used_at, ApiToken.used_from)
    account: Any = (Account.id, Account.email, Account.tag, Account.disabled_at)
    return (
        sa.select(*token, *use, *account, col(Membership.book_id))
        .join(Account, col(Account.id) == col(ApiToken.account_id))
        .join(Membership, is_own)
        .where(col(ApiToken.token_hash) == sa.bindparam("token_hash"))
    )


def find(db: Session, token_hash: str) -> Found | None:
    """Return the token whose secret has this hash."""
    row = db.connection().execute(_finding(), {"token_hash": token_hash}).one_or_none()
    return Found(*row) if row else None


def owned_by(actor: Actor) -> SelectOfScalar[ApiToken]:
    """Select the tokens of the actor's account."""
    return select(ApiToken).where(col(ApiToken.account_id) == actor.account_id)


def list_newest(db: Session, actor: Actor) -> Sequence[ApiToken]:
    """Return the account's tokens, the newest first."""
    return db.exec(owned_by(actor).order_by(col(ApiToken.id).desc())).all()


def count(db: Session, actor: Actor) -> int:
    """Return how many tokens the account has."""
    counting: Any = owned_by(actor).with_only_columns(sa.func.count(), maintain_column_froms=True)
    return db.scalar(counting) or 0


def add(db: Session, token: ApiToken) -> None:
    """Write a new token."""
    db.add(token)
    db.flush()


def remove(db: Session, actor: Actor, public_id: UUID) -> bool:
    """Remove a token of the account; return whether there was one."""
    own = (col(ApiToken.account_id) == actor.account_id) & (col(ApiToken.public_id) == public_id)
    return db.connection().execute(sa.delete(ApiToken).where(own)).rowcount == 1


def record_use(db: Session, token_id: int, at: datetime, address: str) -> None:
    """Write when and from where the token was used."""
    token = sa.update(ApiToken).where(col(ApiToken.id) == token_id)
    db.connection().execute(token.values(used_at=at, used_from=address))
