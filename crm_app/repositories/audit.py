"""Statements about the audit trail: it grows, nothing else."""

from sqlmodel import Session, col, select

from crm_app.database.account_models import AuditEvent
from crm_app.domain.actor import Actor


def add(db: Session, event: AuditEvent) -> None:
    """Write one event."""
    db.add(event)
    db.flush()


def list_newest(db: Session, actor: Actor, limit: int) -> list[AuditEvent]:
    """Return the last events of the actor's account."""
    statement = select(AuditEvent).where(col(AuditEvent.account_id) == actor.account_id)
    return list(db.exec(statement.order_by(col(AuditEvent.id).desc()).limit(limit)))
