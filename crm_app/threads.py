"""The threads in which the database is asked: the event loop, and so everybody, never waits."""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from crm_app.database_errors import Trouble
from crm_app.errors import DatabaseUnavailable

T = TypeVar("T")
P = ParamSpec("P")

ANSWER_SECONDS = 3.8  # with CHECK_SECONDS before: people are told within five
CHECK_SECONDS = 0.6  # whether a session lives; without an answer the action finds out
LOOK_SECONDS = 0.1
HANGING_SECONDS = 5  # longer than `db.TIME_LIMIT` lets a statement run
READERS, WRITERS = 12, 4  # with those of the pool of connections in mind: db.CONNECTIONS


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
        self._hang_up: Callable[[], None] | None = None
        self._since = 0.0  # monotonic seconds

    def hang_up_with(self, hang_up: Callable[[], None] | None) -> None:
        with self._lock:
            self._hang_up, self._since = hang_up, time.monotonic()

    def goes_on(self) -> None:
        with self._lock:
            self._since = time.monotonic()

    def end_if_it_hangs(self) -> None:
        with self._lock:
            if self._hang_up and time.monotonic() - self._since > HANGING_SECONDS:
                self._hang_up()


_current: contextvars.ContextVar[_Job | None] = contextvars.ContextVar("job", default=None)


def hang_up_with(hang_up: Callable[[], None] | None) -> None:
    """Say how to end what this thread is about to wait for, should it hang; None afterwards."""
    if job := _current.get():
        job.hang_up_with(hang_up)


def goes_on() -> None:
    """Say that what this thread waited for has come, and that it waits for the next."""
    if job := _current.get():
        job.goes_on()


def _watch(loop: asyncio.AbstractEventLoop, job: _Job, future: Future[Any]) -> None:
    """Look every few seconds whether it is done, and end what takes longer than anything may."""
    if not future.done():
        job.end_if_it_hangs()
        loop.call_later(ANSWER_SECONDS / 2, _watch, loop, job, future)


class Threads:
    """Some threads with a queue before them."""

    def __init__(self, number: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(number, thread_name_prefix=name)
        self._running: set[Future[Any]] = set()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function in one of the threads, for as long as people wait.

        Raises:
            DatabaseUnavailable: It took too long; `is_unsure` if it had begun, and so goes on.
        """
        return await self.run_within(ANSWER_SECONDS, function, *args, **kwargs)

    async def run_within(
        self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do what `run` does, for so long."""
        future = self.start(function, *args, **kwargs)
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), seconds)
        except TimeoutError:
            if future.done():
                return future.result()
            is_unsure = not future.cancel()
            raise DatabaseUnavailable(Trouble.SLOW, is_unsure=is_unsure) from None

    def start(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Let one of the threads run the function, in this context; do not wait for it.

        Raises:
            RuntimeError: There is no running event loop, which looks after what hangs.
        """
        loop = asyncio.get_running_loop()
        job = _Job()
        context = contextvars.copy_context()
        context.run(_current.set, job)
        future = self._pool.submit(context.run, lambda: function(*args, **kwargs))
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        _watch(loop, job, future)
        return future

    @property
    def is_idle(self) -> bool:
        """Whether everything that was begun is done."""
        return not self._running


readers = Threads(READERS, "read")
"""For what only reads: SQLite's readers never wait for a writer."""

writers = Threads(WRITERS, "write")
"""For what writes: it may wait for another process's lock, and keeps no reader waiting."""


@dataclass
class Stop:
    """Whether the server was told to stop: it finishes what runs, and nobody new should come."""

    is_near: bool = False


stop = Stop()


async def finish() -> None:
    """Wait until what was begun is done and answered, for as long as anything may take."""
    stop.is_near = True
    deadline = time.monotonic() + ANSWER_SECONDS
    while not (readers.is_idle and writers.is_idle) and time.monotonic() < deadline:
        await asyncio.sleep(LOOK_SECONDS)
    await asyncio.sleep(LOOK_SECONDS)  # the answers go out
