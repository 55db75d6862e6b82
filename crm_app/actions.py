"""run() and read(): the server-action seam between a state's event handler and a service."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from reflex.state import BaseState
from sqlalchemy.exc import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    TimeoutError,
)
from sqlmodel import Session

from crm_app import db
from crm_app.actor import Actor
from crm_app.errors import CrmError, DatabaseUnavailable, ErrorCode, NotSignedIn
from crm_app.observability import log, new_reference
from crm_app.services import accounts

T = TypeVar("T")
P = ParamSpec("P")

DATABASE_TROUBLE = (
    OperationalError,  # away, locked, disk full, read-only
    InterfaceError,
    InternalError,
    TimeoutError,  # no free connection
)


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, fit to show. `incident` is a reference into the log, for the unknown."""

    code: ErrorCode
    message: str
    field_errors: dict[str, str] = field(default_factory=dict[str, str])
    incident: str | None = None

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
    """The action was not done; nothing was changed."""

    failure: Failure


async def run(
    state: BaseState,
    service: Callable[Concatenate[Session, Actor, P], T],
    *args: P.args,
    **arguments: P.kwargs,
) -> Ok[T] | Failed:
    """Run a service as one action of the visitor behind the state. Never raises.

    The actor is resolved from the session and the service runs in a worker thread, both inside
    one transaction. Every failure comes back as a `Failed`; the log gets one line.
    """
    return await asyncio.to_thread(perform, session_hash(state), service, False, arguments)


async def read(
    state: BaseState,
    service: Callable[Concatenate[Session, Actor, P], T],
    *args: P.args,
    **arguments: P.kwargs,
) -> Ok[T] | Failed:
    """Run a service that changes nothing; like `run`, but it never waits for writers."""
    return await asyncio.to_thread(perform, session_hash(state), service, True, arguments)


def session_hash(state: BaseState) -> str:
    """Return the hash the shell put in place of the cookie, empty when there was none."""
    return state.router.headers.cookie


def perform(
    token_hash: str, service: Callable[..., T], read_only: bool, arguments: dict[str, Any]
) -> Ok[T] | Failed:
    """Do the action in this thread: look up the actor, run, commit, log, translate failures."""
    started = time.perf_counter()
    line: dict[str, Any] = {"action": service.__name__}
    try:
        if not token_hash:
            raise NotSignedIn
        with db.transaction(read_only=read_only) as session:
            actor = accounts.get_actor(session, token_hash=token_hash)
            line["account"] = actor.account_id
            result: Ok[T] | Failed = Ok(service(session, actor, **arguments))
    except Exception as error:
        result = Failed(_translate(error, read_only, line))
    line["ms"] = round((time.perf_counter() - started) * 1000, 1)
    log.info("action", outcome="ok" if isinstance(result, Ok) else "failed", **line)
    return result


def _translate(error: Exception, read_only: bool, line: dict[str, Any]) -> Failure:
    """Turn any exception into a failure and note in the log line what only the log may know."""
    if isinstance(error, CrmError):
        failure = Failure(error.code, error.message, error.field_errors)
    elif isinstance(error, DATABASE_TROUBLE) or type(error) is DatabaseError:  # a damaged file
        line["exc_info"] = error
        message = DatabaseUnavailable.read_message if read_only else DatabaseUnavailable.message
        failure = Failure(DatabaseUnavailable.code, message)
    else:
        reference = new_reference()
        line |= {"exc_info": error, "reference": reference}
        failure = Failure(ErrorCode.UNKNOWN, CrmError.message, incident=reference)
    line["code"] = failure.code.value
    return failure
