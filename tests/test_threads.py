"""Threads with a queue before them: who waits too long is told, and told right."""

import asyncio
import time
from threading import Event

import pytest

from crm_app import db, threads
from crm_app.errors import DatabaseUnavailable


def test_the_event_loop_never_waits_for_the_database(sqlite: str) -> None:
    async def ask() -> None:
        with db.transaction(read_only=True):
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


def test_who_waits_for_a_turn_gets_it_in_order_or_is_told_in_time() -> None:
    turns, order = threads.Turns(1), list[str]()

    async def take(name: str, seconds: float) -> None:
        try:
            async with turns.take("account", seconds):
                order.append(name)
                await asyncio.sleep(0.2)
        except DatabaseUnavailable:
            order.append(f"{name} waited in vain")

    async def queue() -> None:
        waits = {"first": 5, "second": 0.05, "third": 5, "fourth": 5}
        await asyncio.gather(*(take(name, seconds) for name, seconds in waits.items()))

    asyncio.run(queue())
    assert order == ["first", "second waited in vain", "third", "fourth"]
