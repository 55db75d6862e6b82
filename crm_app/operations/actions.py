"""run() and read(): the server-action seam between a state's event handler and a service."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from reflex.state import BaseState
from sqlmodel import Session

from crm_app.database import threads
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.errors import (
    CrmError,
    DatabaseUnavailable,
    ErrorCode,
    LinkInvalid,
    NotFound,
    NotSignedIn,
    RateLimited,
)
from crm_app.observability import reports
from crm_app.observability.logs import log, new_reference
from crm_app.observability.watch import Watch
from crm_app.operations import rate_limits
from crm_app.operations.rate_limits import Limit
from crm_app.services import audit, sign_ins
from crm_app.services.audit import Action

T = TypeVar("T")
P = ParamSpec("P")

READS_OF_AN_ACCOUNT = 2  # at once
MAX_ACCOUNTS = 10_000
SUPERSEDED = "superseded"
"""The outcome, in log and metrics, of a read whose tab has sent another."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, fit to show.

    `incident` is a reference into the log, for the unknown; `retry_after` the seconds to wait when
    there was too much, else 0. `is_unsure` when it may yet be done: the same key does it once.
    `cause` is the expected error behind it, for who knows its kind; it may hold what people typed.
    """

    code: ErrorCode
    message: str
    field_errors: dict[str, str] = field(default_factory=dict[str, str])
    incident: str | None = None
    retry_after: int = 0
    is_unsure: bool = False
    cause: CrmError | None = field(default=None, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The message, with the reference when there is one."""
        return f"{self.message} (reference {self.incident})" if self.incident else self.message


@dataclass(frozen=True, slots=True)
class Ok(Generic[T]):
    """The action was done and committed; `value` is the service's result."""

    value: T


@dataclass(frozen=True, slots=True)
class Failed:
    """The action was not done; nothing was changed, or nobody can tell yet."""

    failure: Failure


async def run(
    state: BaseState,
    service: Callable[Concatenate[Session, Actor, P], T],
    *args: P.args,
    **arguments: P.kwargs,
) -> Ok[T] | Failed:
    """Run a service as one action of the visitor behind the state. Never raises.

    In a worker thread the rate limits are spent from; then the actor is resolved from the session
    and the service runs, both inside one transaction. Every failure comes back as a `Failed`,
    within five seconds; the log gets one line, and the audit trail what was denied or throttled.
    """
    return await _perform_in(threads.writers, caller_of(state), service, arguments)


async def read(
    state: BaseState,
    service: Callable[Concatenate[Session, Actor, P], T],
    *args: P.args,
    **arguments: P.kwargs,
) -> Ok[T] | Failed:
    """Run a service that changes nothing; like `run`, but it never waits for writers.

    Two at once for each account; the others wait for their turn, whichever tab they are of.
    """
    caller = caller_of(state)
    return await _perform_in(threads.readers, caller, service, arguments, read_only=True)


async def run_for_visitor(
    state: BaseState,
    service: Callable[Concatenate[Session, Caller, P], T],
    limit: Limit,
    *args: P.args,
    **arguments: P.kwargs,
) -> Ok[T] | Failed:
    """Run a service that needs no session, like signing in; `limit` is spent per address."""
    caller = caller_of(state)
    return await _perform_in(threads.writers, caller, service, arguments, visitor_limit=limit)


def caller_of(state: BaseState) -> Caller:
    """Return who stands behind the state, as the shell and the socket know it."""
    headers = state.router.headers
    token_hash, _, device_hash = headers.cookie.partition(".")  # the shell put them there
    return Caller(
        token_hash=token_hash,
        device_hash=device_hash,
        address=state.router.session.client_ip,
        user_agent=headers.user_agent,
        request_id=headers.raw_headers.get("x-request-id", ""),
    )


async def _perform_in(
    pool: threads.Threads,
    caller: Caller,
    service: Callable[..., T],
    arguments: dict[str, Any],
    *,
    read_only: bool = False,
    visitor_limit: Limit | None = None,
) -> Ok[T] | Failed:
    watch = Watch(service.__name__, caller.request_id)
    options: dict[str, Any] = {"read_only": read_only, "visitor_limit": visitor_limit}
    work = partial(perform, caller, service, arguments, **options, watch=watch)
    try:
        if not read_only:
            return await pool.run(work)
        account = str(_accounts.get(caller.token_hash, caller.token_hash))
        return await pool.run_in_turn(_reads, account, work)
    except DatabaseUnavailable as error:  # it waits, or runs, for too long
        line: dict[str, Any] = {}
        result = Failed(_translate(error, line, read_only=read_only))
        watch.give_up(line["code"], has_begun=error.is_unsure, **line)
        return result


def perform(
    caller: Caller,
    service: Callable[..., T],
    arguments: dict[str, Any],
    *,
    read_only: bool = False,
    visitor_limit: Limit | None = None,
    watch: Watch | None = None,
) -> Ok[T] | Failed:
    """Do the action in this thread: look up the actor, run, commit, log, translate failures.

    `watch` measures from when it was asked for, if that was before.
    """
    watch = watch or Watch(service.__name__, caller.request_id)
    watch.begin()
    line: dict[str, Any] = {}
    try:
        if visitor_limit is None and not caller.token_hash:
            raise NotSignedIn
        address_limit = visitor_limit or Limit.ACTIONS_PER_ADDRESS
        rate_limits.spend(address_limit, rate_limits.network(caller.address))
        if visitor_limit is None:
            _spend_from_account(caller, line)
        with transaction(read_only=read_only) as db:
            asking = caller if visitor_limit else sign_ins.get_actor(db, caller)
            result: Ok[T] | Failed = Ok(service(db, asking, **arguments))
    except Exception as error:
        result = Failed(_translate(error, line, read_only=read_only))
        _note_refusal(error, caller, line)
    outcome = SUPERSEDED if threads.is_superseded() else line.get("code", "ok")
    watch.end(outcome, **line)
    return result


async def check_session(caller: Caller) -> Ok[int] | Failed:
    """Return the account whose living session this is, and note that the session is used."""
    try:
        account_id, is_due = await threads.readers.run_within(
            threads.CHECK_SECONDS, _check_session, caller
        )
    except Exception as error:
        line: dict[str, Any] = {}
        failure = _translate(error, line)
        if failure.code != ErrorCode.AUTH_ERROR:
            log.warning("session not checked", **line)
        return Failed(failure)
    _remember(caller.token_hash, account_id)
    if is_due and caller.token_hash not in _touching:
        _touching.add(caller.token_hash)
        threads.writers.start(_touch_session, caller)  # who waits for the answer need not wait
    return Ok(account_id)


def deny(caller: Caller, account_id: int | None, handler: str) -> None:
    """Note, in trail and log, that an event was refused before it reached its handler."""
    threads.writers.start(_note_denial, caller, account_id, handler)


async def may_report(caller: Caller) -> bool:
    """Tell whether the page may report one more thing of itself, and count it."""
    network = rate_limits.network(caller.address)
    try:
        await threads.readers.run(rate_limits.spend, Limit.REPORTS_PER_ADDRESS, network)
    except (RateLimited, DatabaseUnavailable):
        return False
    return True


def _check_session(caller: Caller) -> tuple[int, bool]:
    with transaction(read_only=True) as db:
        return sign_ins.check(db, caller)


def _touch_session(caller: Caller) -> None:
    try:
        with transaction() as db:
            sign_ins.touch(db, caller)
    except Exception as error:
        _log_untold("use of a session not noted", error)
    finally:
        _touching.discard(caller.token_hash)


_touching: set[str] = set()
"""The sessions whose use is about to be noted."""

_reads = threads.Turns(READS_OF_AN_ACCOUNT)
_accounts: dict[str, int] = {}
"""The accounts of the sessions that were checked last, by the hashes of their cookies."""


def _remember(token_hash: str, account_id: int) -> None:
    if len(_accounts) >= MAX_ACCOUNTS:
        _accounts.clear()
    _accounts[token_hash] = account_id


def _spend_from_account(caller: Caller, line: dict[str, Any]) -> None:
    """Count the action for its account, before the transaction: others wait for that one."""
    with transaction(read_only=True) as db:
        account_id = sign_ins.get_actor(db, caller).account_id
    line["account"] = account_id
    rate_limits.spend(Limit.ACTIONS_PER_ACCOUNT, str(account_id))


def _note_refusal(error: Exception, caller: Caller, line: dict[str, Any]) -> None:
    """Have a refusal added to the trail; who is refused does not wait for that."""
    if isinstance(error, RateLimited):
        action = Action.THROTTLED
    elif isinstance(error, LinkInvalid | NotFound) or (
        isinstance(error, NotSignedIn) and caller.token_hash
    ):
        action = Action.DENIED
    else:
        return
    threads.writers.start(_note, caller, line.get("account"), action)


def _note_denial(caller: Caller, account_id: int | None, handler: str) -> None:
    if _note(caller, account_id, Action.DENIED):
        log.warning("event denied", handler=handler, account=account_id, address=caller.address)


def _note(caller: Caller, account_id: int | None, action: Action) -> bool:
    """Add a refusal to the trail; a few a minute are enough. Return whether it was one of them."""
    if not rate_limits.may_note_refusal(f"{account_id} {rate_limits.network(caller.address)}"):
        return False
    try:
        with transaction() as db:
            audit.record_for(db, caller, account_id, action)
    except Exception as error:
        _log_untold("refusal not noted", error)
    return True


def _log_untold(event: str, error: Exception) -> None:
    """Log what failed on the side: nobody waits for it."""
    line: dict[str, Any] = {}
    _translate(error, line)
    log.warning(event, **line)


def failed(error: CrmError) -> Failed:
    """Return the failure that the exception would have become."""
    return Failed(_translate(error, {}))


def _translate(error: Exception, line: dict[str, Any], *, read_only: bool = False) -> Failure:
    """Turn any exception into a failure and note in the log line what only the log may know."""
    match error:
        case DatabaseUnavailable():
            line["trouble"] = error.trouble
            message = error.read_message if read_only else error.message
            failure = Failure(error.code, message, is_unsure=error.is_unsure)
        case RateLimited():
            failure = Failure(error.code, error.message, retry_after=error.retry_after)
        case CrmError():
            failure = Failure(error.code, error.message, error.field_errors, cause=error)
        case _:
            reference = new_reference()
            line |= {"exc_info": error, "reference": reference}
            reports.report(error, reference=reference, code=ErrorCode.UNKNOWN.value)
            failure = Failure(ErrorCode.UNKNOWN, CrmError.message, incident=reference)
    line["code"] = failure.code.value
    return failure
