"""Statements about failed attempts to sign in."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from crm_app.database.account_models import SignInDelay


def lock(db: Session, key: str) -> SignInDelay:
    """Return the delay of this key, created if missing; concurrent attempts wait for this one."""
    dialect = db.connection().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(SignInDelay)
    fresh = SignInDelay(key=key).model_dump(exclude={"id"})
    db.connection().execute(insert.values(**fresh).on_conflict_do_nothing())
    statement = select(SignInDelay).where(col(SignInDelay.key) == key)
    return db.exec(statement.with_for_update()).one()


def save(db: Session, delay: SignInDelay) -> None:
    """Write a changed delay."""
    db.add(delay)
    db.flush()
