"""Statements about the audit trail: it grows, nothing else."""

from sqlmodel import Session, col, select

from crm_app.actor import Actor
from crm_app.models import AuditEvent


def add(session: Session, event: AuditEvent) -> None:
    """Write one event."""
    session.add(event)
    session.flush()


def list_newest(session: Session, actor: Actor, limit: int) -> list[AuditEvent]:
    """Return the last events of the actor's account."""
    statement = select(AuditEvent).where(col(AuditEvent.account_id) == actor.account_id)
    return list(session.exec(statement.order_by(col(AuditEvent.id).desc()).limit(limit)))
