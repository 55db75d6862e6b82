"""Load shedding: an operation that could not begin in time is refused at once."""

import asyncio
import time
from collections import Counter
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from crm_app.database import threads
from crm_app.database.pace import PAUSE_SECONDS
from crm_app.domain.actor import Actor, Caller
from crm_app.errors import ErrorCode
from crm_app.observability import metrics
from crm_app.operations import overload, passwords
from crm_app.operations import perform as perform_module
from crm_app.operations.perform import INTERNAL, Mode, perform
from crm_app.operations.results import Failed, Ok
from tests.driving import Tree
from tests.states.people_with_accounts import account_form

READ = Mode(is_read=True, needs_session=False, limit=None)
SECONDS = 0.05  # of one operation; twelve run at once


def slow_read(_db: Session, _caller: Caller) -> None:
    time.sleep(SECONDS)


async def timed() -> tuple[float, Ok[None] | Failed]:
    started = time.monotonic()
    result = await perform(slow_read, Caller(), READ)
    return time.monotonic() - started, result


async def all_at_once(number: int) -> list[tuple[float, Any]]:
    return await asyncio.gather(*(timed() for _ in range(number)))


def test_of_too_many_operations_those_are_refused_that_could_not_begin_soon(tree: Tree) -> None:
    async def act_at_once() -> list[tuple[float, Any]]:
        first = await all_at_once(100)  # so that it is known how long one takes
        return first + await all_at_once(500)

    before = counted()
    times = asyncio.run(act_at_once())
    busy = [(seconds, each.failure) for seconds, each in times if isinstance(each, Failed)]
    assert {failure.code for _, failure in busy} == {ErrorCode.SERVER_BUSY}
    assert 100 < len(busy) < 400
    assert max(seconds for seconds, _ in busy) < min(1, max(seconds for seconds, _ in times))
    assert (
        busy[-1][1].message
        == f"The server is busy. Try again in {busy[-1][1].retry_after} seconds."
    )
    assert counted() - before == Counter(ok=600 - len(busy), SERVER_BUSY=len(busy))


def test_reads_of_an_account_are_refused_that_would_wait_too_long_for_their_turn(
    tree: Tree,
) -> None:
    def read(_db: Session, _actor: Actor) -> None:
        time.sleep(0.1)

    caller = Caller(token_hash=tree.token_hash)

    async def act_at_once() -> list[Any]:
        reads = [asyncio.create_task(perform(read, caller, perform_module.READ)) for _ in range(40)]
        await asyncio.sleep(1)  # two at a time: 20 are done
        late = [asyncio.create_task(perform(read, caller, perform_module.READ)) for _ in range(40)]
        return await asyncio.gather(*reads, *late)

    results = asyncio.run(act_at_once())
    codes = Counter(each.failure.code for each in results if isinstance(each, Failed))
    assert set(codes) == {ErrorCode.SERVER_BUSY}
    assert codes.total() > 10


def test_what_was_begun_is_finished_while_others_are_refused(tree: Tree) -> None:
    async def finish() -> tuple[Any, Any]:
        await asyncio.sleep(PAUSE_SECONDS + 0.1)  # so that all of them are let in
        waiting = asyncio.gather(*(timed() for _ in range(800)))
        while threads.readers.expected_wait < overload.BEGIN_SECONDS * 1.5:
            await asyncio.sleep(0.02)
        new = await perform(slow_read, Caller(), READ)
        continued = await perform(slow_read, Caller(), replace(READ, is_continued=True))
        await waiting
        return new, continued

    new, continued = asyncio.run(finish())
    assert isinstance(new, Failed)
    assert isinstance(continued, Ok)


def test_an_operation_is_refused_while_the_event_loop_is_late_again_and_again(tree: Tree) -> None:
    async def act_in_late_loop(pauses: int) -> Any:
        watching = asyncio.create_task(metrics.event_loop.watch())
        for _ in range(pauses):
            await asyncio.sleep(metrics.LOOP_PAUSE)
            time.sleep(metrics.LOOP_PAUSE + 0.3)
        result = await perform(slow_read, Caller(), READ)
        await asyncio.sleep(metrics.LOOP_PAUSE + 0.1)  # late no more
        watching.cancel()
        return result

    assert isinstance(asyncio.run(act_in_late_loop(1)), Ok)
    refused = asyncio.run(act_in_late_loop(metrics.LOOP_LOOKS + 1))
    assert refused.failure.code == ErrorCode.SERVER_BUSY
    assert refused.failure.retry_after >= 1


def test_a_sign_in_whose_password_was_judged_is_finished_while_others_are_refused(
    tree: Tree,
) -> None:
    def slow_write(_db: Session, _caller: Caller) -> None:
        time.sleep(SECONDS)

    async def write_at_once() -> Any:
        begun = replace(INTERNAL, is_continued=True)
        return await asyncio.gather(*(perform(slow_write, Caller(), begun) for _ in range(40)))

    async def sign_in_between() -> tuple[Any, Any]:
        await passwords.sign_up(Caller(), account_form())
        await write_at_once()  # so that it is known how long one takes
        entering = asyncio.create_task(passwords.sign_in(Caller(), account_form()))
        while not counted("begin_sign_in"):
            await asyncio.sleep(0)
        others = asyncio.create_task(write_at_once())
        while threads.get_writers().expected_wait < overload.BEGIN_SECONDS:
            await asyncio.sleep(0)
        new = await perform(slow_write, Caller(), INTERNAL)
        assert not entering.done()
        await others
        return await entering, new

    entered, new = asyncio.run(sign_in_between())
    assert entered == Ok(None)
    assert isinstance(new, Failed)


def counted(action: str = "slow_read") -> Counter[str]:
    samples = [each for metric in metrics.ACTIONS.collect() for each in metric.samples]
    return Counter(
        {
            each.labels["outcome"]: int(each.value)
            for each in samples
            if each.labels["action"] == action and each.name.endswith("_total")
        }
    )
