"""The audit trail of accounts and their security: who did what, when and from where."""

from enum import StrEnum
from uuid import UUID

from sqlmodel import Session

from crm_app.database.account_models import ADDRESS_LENGTH, AuditEvent
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.user_agent import describe_device
from crm_app.repositories import audit, tokens
from crm_app.schemas.accounts import AuditView

SHOWN = 20
TOKEN = "API token"
"""The device of a request with an API token."""


class Action(StrEnum):
    """What the trail knows; stable, for people who read it with SQL."""

    SIGNED_UP = "signed up"
    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    SIGNED_OUT = "signed out"
    SIGNED_OUT_EVERYWHERE = "signed out everywhere"
    SESSION_REVOKED = "session revoked"
    PASSWORD_CHANGED = "password changed"
    PASSWORD_REFUSED = "password refused"
    PASSWORD_RESET_OFFERED = "password reset offered"
    PASSWORD_RESET = "password reset"
    ACCOUNT_DELETED = "account deleted"
    ACCOUNT_DISABLED = "account disabled"
    ACCOUNT_ENABLED = "account enabled"
    TOKEN_CREATED = "API token created"
    TOKEN_REVOKED = "API token revoked"
    CONTACT_REMOVED = "contact deleted for good"
    TRASH_EMPTIED = "trash emptied"
    CONTACTS_MOVED = "guest's contacts moved"
    DENIED = "denied"
    THROTTLED = "throttled"


def record(db: Session, actor: Actor, action: Action, target: UUID | None = None) -> None:
    """Add what the actor did to the trail, in the transaction that does it."""
    record_for(db, actor.caller, actor.account_id, action, target)


def record_for(
    db: Session,
    caller: Caller,
    account_id: int | None,
    action: Action,
    target: UUID | None = None,
) -> None:
    """Add what happened to an account, or to none, to the trail; of an API token it is the target.

    The trail has no text that was typed, so the token's name is looked up when it is shown.
    """
    if caller.has_token and (token := tokens.find(db, caller.token_hash)):
        target = token.public_id
    event = AuditEvent(
        account_id=account_id,
        action=action.value,
        target=target,
        address=caller.address[:ADDRESS_LENGTH],
        device=_device(caller),
    )
    audit.add(db, event)


def _device(caller: Caller) -> str:
    if caller.has_token:
        return TOKEN
    return describe_device(caller.user_agent) if caller.user_agent else ""


def get_own_events(db: Session, actor: Actor) -> list[AuditView]:
    """Return the last 20 events of the actor's account, newest first."""
    names: dict[UUID | None, str] = {
        token.public_id: f'Token "{token.name}"' for token in tokens.list_newest(db, actor)
    }
    return [
        AuditView(
            at=event.at,
            action=event.action,
            address=event.address,
            device=names.get(event.target, TOKEN) if event.device == TOKEN else event.device,
        )
        for event in audit.list_newest(db, actor, SHOWN)
    ]
