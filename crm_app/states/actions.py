"""run() and read(): an event handler's way to perform an operation as its visitor."""

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

from reflex.state import BaseState

from crm_app.domain.actor import Actor, Caller
from crm_app.errors import ErrorCode
from crm_app.operations.perform import READ, WRITE, Mode, perform
from crm_app.operations.results import Failed, Ok
from crm_app.reflex_seam import tab_states

T = TypeVar("T")
P = ParamSpec("P")


async def run(
    state: BaseState,
    service: Callable[Concatenate[Any, Actor, P], T],
    *args: P.args,
    **arguments: P.kwargs,
) -> Ok[T] | Failed:
    """Run a service as one action of the visitor behind the state. Never raises."""
    return await _perform(state, service, WRITE, arguments)


async def read(
    state: BaseState,
    service: Callable[Concatenate[Any, Actor, P], T],
    *args: P.args,
    **arguments: P.kwargs,
) -> Ok[T] | Failed:
    """Run a service that changes nothing; like `run`, but it never waits for writers."""
    return await _perform(state, service, READ, arguments)


def caller_of(state: BaseState) -> Caller:
    """Return who stands behind the state, as the middleware and the socket know it."""
    headers = tab_states.headers_of(state)
    # The middleware put hashes in the place of the cookies.
    hashes = headers.get("cookie", "").split(".")
    token_hash, device_hash, visitor, *_ = [*hashes, "", ""]
    return Caller(
        token_hash=token_hash,
        device_hash=device_hash,
        address=tab_states.address_of(state),
        user_agent=headers.get("user-agent", ""),
        request_id=headers.get("x-request-id", ""),
        may_become_guest=bool(visitor),
    )


async def _perform(
    state: BaseState, service: Callable[..., T], mode: Mode, arguments: Mapping[str, Any]
) -> Ok[T] | Failed:
    """Perform, and note whose data the states hold; empty them when the session has ended."""
    from crm_app.states.session import end_session, note_account  # which imports this module

    caller = caller_of(state)
    result = await perform(service, caller, mode, **arguments)
    if isinstance(result, Ok):
        await note_account(state, caller)
    elif result.failure.code == ErrorCode.AUTH_ERROR:
        await end_session(state)
    return result
