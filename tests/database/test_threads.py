"""Threads with a queue before them, and what happens after too long a wait."""

import asyncio
import time
from threading import Event

import pytest

from crm_app.database import threads
from crm_app.database.pace import PAUSE_SECONDS
from crm_app.database.transaction import transaction
from crm_app.errors import DatabaseUnavailable


def test_the_event_loop_never_waits_for_the_database(sqlite: str) -> None:
    async def ask() -> None:
        with transaction(read_only=True):
            pass

    with pytest.raises(RuntimeError, match="event loop"):
        asyncio.run(ask())


def test_what_runs_too_long_may_yet_be_done_and_what_waits_never_will() -> None:
    pool, may_end, done = threads.Threads(1, "test"), Event(), list[str]()

    def work(name: str) -> None:
        may_end.wait(5)
        done.append(name)

    async def both() -> list[DatabaseUnavailable | None]:
        runs = [pool.run_within(0.2, work, name) for name in ("first", "second")]
        outcomes = await asyncio.gather(*runs, return_exceptions=True)
        may_end.set()
        return [each if isinstance(each, DatabaseUnavailable) else None for each in outcomes]

    outcomes = asyncio.run(both())
    while not pool.is_idle:
        time.sleep(0.01)
    assert [outcome and outcome.is_unsure for outcome in outcomes] == [True, False]
    assert done == ["first"]


def test_an_error_of_the_function_is_passed_on() -> None:
    def fail() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        asyncio.run(threads.readers.run(fail))


def test_turns_are_given_in_order_or_refused_in_time() -> None:
    turns, order = threads.Turns(1), list[str]()

    async def take(name: str, seconds: float) -> None:
        try:
            give_back = await turns.take("account", seconds)
        except DatabaseUnavailable:
            order.append(f"{name} waited in vain")
            return
        order.append(name)
        await asyncio.sleep(0.2)
        give_back()

    async def queue() -> None:
        waits = {"first": 5, "second": 0.05, "third": 5, "fourth": 5}
        await asyncio.gather(*(take(name, seconds) for name, seconds in waits.items()))

    asyncio.run(queue())
    assert order == ["first", "second waited in vain", "third", "fourth"]


def test_what_takes_too_long_keeps_its_turn_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "RESULT_SECONDS", 0.2)
    pool, turns = threads.Threads(4, "test", is_interruptible=True), threads.Turns(1)
    may_end, running, most = Event(), list[int](), list[int]()

    def read() -> None:
        running.append(1)
        most.append(len(running))
        may_end.wait(5)
        running.pop()

    async def ask() -> None:
        reads = [pool.run_in_turn(turns, "account", threads.RESULT_SECONDS, read) for _ in range(4)]
        outcomes = await asyncio.gather(*reads, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable] * 4
        later = asyncio.create_task(
            pool.run_in_turn(turns, "account", threads.RESULT_SECONDS, read)
        )
        await asyncio.sleep(0.1)
        may_end.set()
        await later

    asyncio.run(ask())
    assert most == [1, 1]


def test_the_event_loop_does_not_wait_for_an_interruption() -> None:
    pool, may_end = threads.Threads(1, "test", is_interruptible=True), Event()

    def wait() -> None:
        may_end.wait(2)

    def read() -> None:
        threads.interrupt_with(wait)
        wait()

    async def supersede() -> float:
        reading = asyncio.create_task(pool.run_within(5, read))
        await asyncio.sleep(0.05)
        reading.cancel()
        worst = 0.0
        for _ in range(10):
            started = time.monotonic()
            await asyncio.sleep(0.05)
            worst = max(worst, time.monotonic() - started)
        may_end.set()
        return worst

    assert asyncio.run(supersede()) < 0.5


def test_the_expected_wait_is_that_of_the_work_before_and_forgotten_after_a_pause() -> None:
    pool = threads.Threads(2, "test")

    async def work(seconds: float, number: int) -> float:
        running = [asyncio.create_task(pool.run(time.sleep, seconds)) for _ in range(number)]
        await asyncio.sleep(seconds * number / 4)
        expected = pool.expected_wait
        await asyncio.gather(*running)
        return expected

    assert 0.1 < asyncio.run(work(0.02, 80)) < 1
    assert pool.is_idle
    time.sleep(PAUSE_SECONDS + 0.1)
    assert asyncio.run(work(0, 40)) < 0.1


def test_work_that_waits_for_a_lock_does_not_let_others_seem_slow() -> None:
    pool = threads.Threads(4, "test")

    async def work() -> float:
        stuck = [asyncio.create_task(pool.run(time.sleep, 2)) for _ in range(2)]
        quick = [asyncio.create_task(pool.run(time.sleep, 0.02)) for _ in range(150)]
        await asyncio.gather(*stuck)
        expected = [pool.expected_wait]
        more = [asyncio.create_task(pool.run(time.sleep, 0.02)) for _ in range(50)]
        await asyncio.sleep(0.01)
        expected.append(pool.expected_wait)
        await asyncio.gather(*quick, *more)
        return max(expected)

    assert 0 < asyncio.run(work()) < 1


def test_one_piece_of_work_that_hung_does_not_let_all_others_seem_slow() -> None:
    pool = threads.Threads(1, "test")

    async def work() -> float:
        stuck = asyncio.create_task(pool.run(time.sleep, 3))
        waiting = [asyncio.create_task(pool.run_within(5, time.sleep, 0)) for _ in range(8)]
        while not stuck.done():
            await asyncio.sleep(0.001)
        expected = pool._pace.interval * 9
        await asyncio.gather(*waiting)
        return expected

    assert 0 < asyncio.run(work()) < 0.6
