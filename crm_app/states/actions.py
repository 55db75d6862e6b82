"""run() and read(): an event handler's way to perform an operation as its visitor."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from reflex.state import BaseState

from crm_app.domain.actor import Actor, Caller
from crm_app.errors import ErrorCode
from crm_app.operations.perform import READ, WRITE, perform
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
    return await _end_if_signed_out(
        state, await perform(service, caller_of(state), WRITE, **arguments)
    )


async def read(
    state: BaseState,
    service: Callable[Concatenate[Any, Actor, P], T],
    *args: P.args,
    **arguments: P.kwargs,
) -> Ok[T] | Failed:
    """Run a service that changes nothing; like `run`, but it never waits for writers."""
    return await _end_if_signed_out(
        state, await perform(service, caller_of(state), READ, **arguments)
    )


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


async def _end_if_signed_out(state: BaseState, result: Ok[T] | Failed) -> Ok[T] | Failed:
    """Empty the states of a session that has ended."""
    if isinstance(result, Failed) and result.failure.code == ErrorCode.AUTH_ERROR:
        from crm_app.states.session import end_session  # which imports this module

        await end_session(state)
    return result
