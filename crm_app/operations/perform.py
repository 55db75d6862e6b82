"""perform(): how the page, the HTTP routes, the command line and jobs run a service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from sqlmodel import Session

from crm_app.database import threads
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.errors import CrmError, DatabaseUnavailable, NotSignedIn, ServerBusy
from crm_app.observability.watch import Watch
from crm_app.operations import background, changes, overload, rate_limits, refusals
from crm_app.operations.known_sessions import known_sessions
from crm_app.operations.rate_limits import Limit
from crm_app.operations.results import Failed, Ok
from crm_app.operations.translation import failed, translate
from crm_app.services import books, guests, sessions, tokens

T = TypeVar("T")

READS_OF_AN_ACCOUNT = 2  # at once
SUPERSEDED = "superseded"
"""The outcome, in log and metrics, of a read whose tab has sent another."""


@dataclass(frozen=True, slots=True)
class Mode:
    """How a service is run.

    With `needs_session` it gets the actor of the caller's session, else the caller. `limit` is
    spent per address; actions are counted for the account as well. What `is_routine` is in log,
    metrics and audit trail only when it fails unexpectedly. `seconds` is how long the
    caller waits if not as long as usual. An API token must have the `scope`; without one, no token
    can do it. What `is_continued` was begun by another operation, and is
    finished however busy the server is.
    """

    is_read: bool = False
    needs_session: bool = True
    limit: Limit | None = Limit.ACTIONS_PER_ADDRESS
    is_routine: bool = False
    seconds: float | None = None
    is_continued: bool = False
    scope: str = ""


WRITE = Mode()
READ = Mode(is_read=True)
CONTINUED = Mode(limit=None, is_continued=True)
CONTINUED_BY_VISITOR = Mode(needs_session=False, limit=None, is_continued=True)
INTERNAL = Mode(needs_session=False, limit=None, is_routine=True)
INTERNAL_READ = Mode(is_read=True, needs_session=False, limit=None, is_routine=True)
"""For the server itself, its command line and its jobs: there is no visitor."""


def for_visitor(limit: Limit, *, is_read: bool = False, is_routine: bool = False) -> Mode:
    """Return the mode of a service that needs no session, like signing in."""
    return Mode(is_read, needs_session=False, limit=limit, is_routine=is_routine)


async def perform(
    service: Callable[..., T], caller: Caller, mode: Mode = WRITE, **arguments: Any
) -> Ok[T] | Failed:
    """Run a service as one operation of the caller, in a worker thread. Never raises.

    The limits are spent, the actor is looked up and the service runs, all in one transaction.
    Changes of contacts are published after the commit. Every failure is returned as a `Failed`
    within five seconds, at once if the operation could not begin soon. The log gets one line, and
    the audit trail what was denied or throttled. An account's reads run two at once, the others
    wait their turn.
    """
    watch = Watch(service.__name__, caller.request_id, is_routine=mode.is_routine)
    work = partial(perform_here, service, caller, mode, arguments, watch)
    pool = threads.readers if mode.is_read else threads.get_writers()
    seconds = mode.seconds or threads.RESULT_SECONDS
    try:
        if not mode.is_continued:
            overload.refuse_if_busy(pool.expected_wait)
        if not (mode.is_read and mode.needs_session):
            return await pool.run_within(seconds, work)
        account = str(known_sessions.account_of(caller.token_hash) or caller.token_hash)
        overload.refuse_if_busy(pool.expected_turn(_reads, account))
        return await pool.run_in_turn(_reads, account, seconds, work)
    except (DatabaseUnavailable, ServerBusy) as error:  # it waits, or runs, for too long
        line: dict[str, Any] = {}
        failure = translate(error, line, is_read=mode.is_read)
        result = Failed(failure)
        watch.give_up(line["code"], has_begun=failure.is_unsure, result=result, **line)
        return result


def perform_here(
    service: Callable[..., T],
    caller: Caller,
    mode: Mode = WRITE,
    arguments: Mapping[str, Any] = MappingProxyType({}),
    watch: Watch | None = None,
) -> Ok[T] | Failed:
    """Do what `perform` does, in this thread.

    `watch` measures from when it was asked for, if that was before.
    """
    watch = watch or Watch(service.__name__, caller.request_id, is_routine=mode.is_routine)
    watch.begin()
    line: dict[str, Any] = {}
    try:
        result: Ok[T] | Failed = Ok(_run(service, caller, mode, arguments, line))
    except Exception as error:
        result = Failed(translate(error, line, is_read=mode.is_read))
        if isinstance(error, NotSignedIn):
            known_sessions.forget(caller.token_hash)
        if not mode.is_routine:
            refusals.note(error, caller, line.get("account"))
    outcome = SUPERSEDED if threads.is_superseded() else line.get("code", "ok")
    watch.end(outcome, result, **line)
    return result


def _run(
    service: Callable[..., T],
    caller: Caller,
    mode: Mode,
    arguments: Mapping[str, Any],
    line: dict[str, Any],
) -> T:
    if mode.needs_session and not caller.token_hash:
        raise NotSignedIn
    if mode.limit:
        rate_limits.spend(mode.limit, rate_limits.network(caller.address))
    if not mode.needs_session:
        with transaction(read_only=mode.is_read) as db:
            result = service(db, caller, **arguments)
        changes.publish(db)
        return result
    # Spent before the transaction if possible: others wait for that one.
    known = known_sessions.account_of(caller.token_hash)
    if known:
        _spend_from_account(known, caller, mode, line)
    with transaction(read_only=mode.is_read) as db:
        actor = _look_up(db, caller, mode)
        if not known:
            _spend_from_account(actor.account_id, caller, mode, line)
        actor.require(mode.scope)
        if not mode.is_read:
            books.wait_for_turn(db, actor)
        result = service(db, actor, **arguments)
    changes.publish(db)
    _remember(actor)
    return result


def _look_up(db: Session, caller: Caller, mode: Mode) -> Actor:
    """Return the caller's actor; the first write of a new visitor makes a guest account."""
    if caller.has_token:
        return tokens.get_actor(db, caller)
    actor = sessions.get_actor(db, caller)
    if not actor.is_new or mode.is_read:
        return actor
    rate_limits.spend(Limit.GUESTS_PER_ADDRESS, rate_limits.network(caller.address))
    return guests.begin_guest(db, caller)


def _spend_from_account(account_id: int, caller: Caller, mode: Mode, line: dict[str, Any]) -> None:
    line["account"] = account_id or None
    if mode.limit is Limit.ACTIONS_PER_ADDRESS:
        if caller.has_token:
            rate_limits.spend(Limit.REQUESTS_PER_TOKEN, caller.token_hash)
        else:
            rate_limits.spend(Limit.ACTIONS_PER_ACCOUNT, str(account_id or caller.token_hash))


def _remember(actor: Actor) -> None:
    """Remember the session, and have its use recorded now and then."""
    token_hash = actor.caller.token_hash
    known_sessions.remember(token_hash, actor.account_id)
    if actor.is_use_due and token_hash not in _recording:
        _recording.add(token_hash)
        background.start("use of a session not recorded", _record_use, actor.caller)


def _record_use(caller: Caller) -> None:
    try:
        with transaction() as db:
            (tokens if caller.has_token else sessions).record_use(db, caller)
    finally:
        _recording.discard(caller.token_hash)


_recording: set[str] = set()
"""The sessions whose use is about to be recorded."""

_reads = threads.Turns(READS_OF_AN_ACCOUNT)


async def look_up(caller: Caller, limit: Limit | None = None) -> Ok[int] | Failed:
    """Return whose active session the caller has, 0 for a new visitor; the limit is spent."""
    mode = Mode(is_read=True, limit=limit, is_routine=True, seconds=threads.CHECK_SECONDS)
    return await perform(_get_account, caller, mode)


async def admit(caller: Caller, limit: Limit) -> Ok[None] | Failed:
    """Spend from a limit for what is no operation, like opening a socket."""
    try:
        network = rate_limits.network(caller.address)
        return Ok(await threads.readers.run(rate_limits.spend, limit, network))
    except CrmError as error:
        return failed(error)


def _get_account(_db: Session, actor: Actor) -> int:
    return actor.account_id
