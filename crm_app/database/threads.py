"""The threads in which the database is asked: the event loop, and so everybody, never waits."""

import asyncio
import contextvars
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.engine import make_url

from crm_app.database.failures import Reason
from crm_app.database.pace import Pace
from crm_app.errors import DatabaseUnavailable
from crm_app.settings import get_settings

T = TypeVar("T")
P = ParamSpec("P")

RESULT_SECONDS = 3.8  # with CHECK_SECONDS before: a result or an error within five
CHECK_SECONDS = 0.6  # for the check of a session; after that the action checks it
LOOK_SECONDS = 0.1
FINISH_SECONDS = 6  # the server is killed after `supervisor.STOP_SECONDS`
READERS = 12  # with those of the pool of connections in mind: engine.CONNECTIONS
WRITERS = {"sqlite": 1, "postgresql": 4}


def refuse_event_loop() -> None:
    """Refuse to wait for something on the event loop: everybody would wait.

    Raises:
        RuntimeError: This is a mistake of ours.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("the event loop must not wait for the database, or for Redis")


class _Job:
    """How to end what a thread waits for, from another one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interrupt: Callable[[], None] | None = None
        self.is_superseded = False

    def interrupt_with(self, interrupt: Callable[[], None] | None) -> None:
        with self._lock:
            self._interrupt = interrupt

    def supersede(self) -> None:
        """Interrupt the work: its result is not needed any more."""
        self.is_superseded = True
        with self._lock:  # the connection is not given to others meanwhile
            if self._interrupt:
                self._interrupt()


_current: contextvars.ContextVar[_Job | None] = contextvars.ContextVar("job", default=None)


def interrupt_with(interrupt: Callable[[], None] | None) -> None:
    """Register how to end the statement this thread waits for, if its result is superseded."""
    if job := _current.get():
        job.interrupt_with(interrupt)


def is_superseded() -> bool:
    """Return True if the result of this thread's work is not needed any more."""
    job = _current.get()
    return job is not None and job.is_superseded


class Threads:
    """Some threads with a queue before them."""

    def __init__(self, number: int, name: str, *, is_interruptible: bool = False) -> None:
        self._number, self._pace = number, Pace()
        self._pool = ThreadPoolExecutor(number, thread_name_prefix=name)
        self._running: set[Future[Any]] = set()
        self._is_interruptible = is_interruptible

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function in one of the threads, for as long as people wait.

        Raises:
            DatabaseUnavailable: It took too long; `is_unsure` if it had begun, and so goes on.
        """
        return await self.run_within(RESULT_SECONDS, function, *args, **kwargs)

    async def run_within(
        self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do what `run` does, for so long."""
        job = _Job()
        return await self._wait(seconds, job, self._submit(job, function, *args, **kwargs))

    async def run_in_turn(
        self, turns: "Turns", key: str, seconds: float, function: Callable[[], T]
    ) -> T:
        """Do what `run_within` does when it is the key's turn, which ends with the function."""
        deadline = time.monotonic() + seconds
        give_back = await turns.take(key, seconds)
        job, loop = _Job(), asyncio.get_running_loop()
        future = self._submit(job, function)
        future.add_done_callback(
            lambda _: give_back() if loop.is_closed() else loop.call_soon_threadsafe(give_back)
        )
        return await self._wait(deadline - time.monotonic(), job, future)

    async def _wait(self, seconds: float, job: _Job, future: Future[T]) -> T:
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), seconds)
        except TimeoutError:
            if future.done():
                return future.result()
            has_begun = self._end(job, future)
            raise DatabaseUnavailable(Reason.SLOW, is_unsure=has_begun) from None
        except asyncio.CancelledError:
            self._end(job, future)
            raise

    def _end(self, job: _Job, future: Future[Any]) -> bool:
        """Keep the work from beginning, or interrupt it if that may be; return if it had begun."""
        has_begun = not future.cancel()
        if has_begun and self._is_interruptible:
            asyncio.get_running_loop().run_in_executor(None, job.supersede)
        return has_begun

    def start(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Let one of the threads run the function, in this context; do not wait for it."""
        return self._submit(_Job(), function, *args, **kwargs)

    def _submit(
        self, job: _Job, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        def work() -> T:
            started = time.monotonic()
            try:
                return function(*args, **kwargs)
            finally:
                self._pace.end(started, is_full=len(self._running) > self._number)

        if not self._running:
            self._pace.begin()
        context = contextvars.copy_context()
        context.run(_current.set, job)
        future = self._pool.submit(context.run, work)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    @property
    def expected_wait(self) -> float:
        """How many seconds new work would wait for a thread."""
        return max(0, len(self._running) + 1 - self._number) * self._pace.interval

    def expected_turn(self, turns: "Turns", key: str) -> float:
        """Return how many seconds new work would wait for its key's turn."""
        return max(0, turns.count(key) + 1 - turns.at_once) * self._pace.seconds / turns.at_once

    @property
    def is_idle(self) -> bool:
        """Whether everything that was begun is done."""
        return not self._running


readers = Threads(READERS, "read", is_interruptible=True)
"""For what only reads: SQLite's readers never wait for a writer."""


@cache
def get_writers() -> Threads:
    """Return the threads for what writes: it may wait for a lock, and keeps no reader waiting.

    SQLite lets one transaction write. More threads would take its lock in no order: while others
    write all the time, one may wait for seconds.
    """
    backend = make_url(get_settings().database_url).get_backend_name()
    return Threads(WRITERS[backend], "write")


class Turns:
    """So many at once for each key; the others wait, in the order in which they came."""

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self._semaphores: dict[str, asyncio.Semaphore] = {}
        self._interested: Counter[str] = Counter()

    async def take(self, key: str, seconds: float) -> Callable[[], None]:
        """Wait for a turn of the key; return what gives it back.

        Raises:
            DatabaseUnavailable: There was none within the seconds.
        """
        semaphore = self._semaphores.setdefault(key, asyncio.Semaphore(self.at_once))
        self._interested[key] += 1
        try:
            await asyncio.wait_for(semaphore.acquire(), seconds)
        except BaseException as error:
            self._leave(key)
            if isinstance(error, TimeoutError):
                raise DatabaseUnavailable(Reason.SLOW) from None
            raise

        def give_back() -> None:
            semaphore.release()
            self._leave(key)

        return give_back

    def count(self, key: str) -> int:
        """Return how many have a turn of the key or wait for one."""
        return self._interested[key]

    def _leave(self, key: str) -> None:
        self._interested[key] -= 1
        if not self._interested[key]:
            del self._interested[key], self._semaphores[key]


@dataclass
class Lifecycle:
    """Whether the server is shutting down: what runs is finished, new visitors are turned away.

    `running` counts operations of several transactions.
    """

    is_shutting_down: bool = False
    running: int = 0


lifecycle = Lifecycle()


def finished_before_shutdown(
    function: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let a shutdown wait for the whole function, not only for its transactions."""

    @wraps(function)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        lifecycle.running += 1
        try:
            return await function(*args, **kwargs)
        finally:
            lifecycle.running -= 1

    return run


async def finish() -> None:
    """Wait until running operations are acknowledged, for at most `FINISH_SECONDS`."""
    lifecycle.is_shutting_down = True
    deadline = time.monotonic() + FINISH_SECONDS
    while time.monotonic() < deadline and not _is_idle():
        await asyncio.sleep(LOOK_SECONDS)
    await asyncio.sleep(LOOK_SECONDS)  # the acknowledgements are sent


def _is_idle() -> bool:
    return readers.is_idle and get_writers().is_idle and not lifecycle.running
