"""Statements about the audit trail: it grows, nothing else."""

from uuid import UUID

from sqlmodel import Session, col, select

from crm_app.database.models import AuditEvent
from crm_app.domain.actor import Actor


def add(db: Session, event: AuditEvent) -> None:
    """Write one event."""
    db.add(event)
    db.flush()


def has(db: Session, actor: Actor, action: str, target: UUID, key: UUID) -> bool:
    """Tell whether the actor's account did this to the target with this key."""
    statement = select(AuditEvent.id).where(
        col(AuditEvent.idempotency_key) == key,
        col(AuditEvent.account_id) == actor.account_id,
        col(AuditEvent.action) == action,
        col(AuditEvent.target) == target,
    )
    return db.exec(statement.limit(1)).first() is not None


def list_newest(db: Session, actor: Actor, limit: int) -> list[AuditEvent]:
    """Return the last events of the actor's account."""
    statement = select(AuditEvent).where(col(AuditEvent.account_id) == actor.account_id)
    return list(db.exec(statement.order_by(col(AuditEvent.id).desc()).limit(limit)))
