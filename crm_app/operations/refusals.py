"""What was denied or throttled, in the audit trail; nobody waits for that."""

from typing import Any

from crm_app.database import threads
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Caller
from crm_app.errors import CrmError, LinkInvalid, NotFound, NotSignedIn, RateLimited
from crm_app.observability.logs import log
from crm_app.operations import rate_limits
from crm_app.operations.translation import translate
from crm_app.services import audit
from crm_app.services.audit import Action


def note(error: Exception, caller: Caller, account_id: int | None) -> None:
    """Have a refusal added to the trail, if the error is one."""
    if action := _action_of(error, caller):
        threads.writers.start(_record, caller, account_id, action)


def deny(caller: Caller, account_id: int | None, handler: str) -> None:
    """Have it noted, in trail and log, that an event was refused before it reached its handler."""
    threads.writers.start(_record_denial, caller, account_id, handler)


def in_background(event: str, work: Any, *arguments: Any) -> None:
    """Start some work in a writer's thread; if it fails, the event is logged."""

    def run() -> None:
        try:
            work(*arguments)
        except CrmError as error:
            line: dict[str, Any] = {}
            translate(error, line)
            log.warning(event, **line)

    threads.writers.start(run)


def _action_of(error: Exception, caller: Caller) -> Action | None:
    match error:
        case RateLimited():
            return Action.THROTTLED
        case LinkInvalid() | NotFound():
            return Action.DENIED
        case NotSignedIn() if caller.token_hash:
            return Action.DENIED
        case _:
            return None


def _record_denial(caller: Caller, account_id: int | None, handler: str) -> None:
    if _record(caller, account_id, Action.DENIED):
        log.warning("event denied", handler=handler, account=account_id, address=caller.address)


def _record(caller: Caller, account_id: int | None, action: Action) -> bool:
    """Add a refusal to the trail; a few a minute are enough. Return whether it was one of them."""
    if not rate_limits.may_note_refusal(f"{account_id} {rate_limits.network(caller.address)}"):
        return False
    try:
        with transaction() as db:
            audit.record_for(db, caller, account_id, action)
    except CrmError as error:
        line: dict[str, Any] = {}
        translate(error, line)
        log.warning("refusal not recorded", **line)
    return True
