"""What was denied or throttled, in the audit trail; nobody waits for that."""

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Caller
from crm_app.errors import LinkInvalid, NotAllowed, NotFound, NotSignedIn, RateLimited
from crm_app.observability.logs import log
from crm_app.operations import background, rate_limits
from crm_app.services import audit
from crm_app.services.audit import Action

NOT_RECORDED = "refusal not recorded"


def note(error: Exception, caller: Caller, account_id: int | None) -> None:
    """Have a refusal added to the trail, if the error is one."""
    if action := _action_of(error, caller):
        background.start(NOT_RECORDED, _record, caller, account_id, action)


def deny(caller: Caller, account_id: int | None, handler: str) -> None:
    """Have it recorded, in trail and log, that an event was refused before its handler."""
    background.start(NOT_RECORDED, _record, caller, account_id, Action.DENIED, handler)


def _action_of(error: Exception, caller: Caller) -> Action | None:
    match error:
        case RateLimited():
            return Action.THROTTLED
        case LinkInvalid() | NotFound() | NotAllowed():
            return Action.DENIED
        case NotSignedIn() if caller.token_hash:
            return Action.DENIED
        case _:
            return None


def _record(
    caller: Caller, account_id: int | None, action: Action, handler: str | None = None
) -> None:
    """Add a refusal to the trail, and of an event to the log; a few a minute are enough."""
    if not rate_limits.may_note_refusal(f"{account_id} {rate_limits.network(caller.address)}"):
        return
    if handler is not None:
        log.warning("event denied", handler=handler, account=account_id, address=caller.address)
    with transaction() as db:
        audit.record_for(db, caller, account_id, action)
