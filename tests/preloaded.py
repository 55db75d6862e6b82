"""A server that starts in a moment: its modules are loaded once, and each start is a fork.

Run as `python -m tests.preloaded PORT`: each line on standard input starts granian with the
application as `serve` does, in a process group of its own; its id is returned.
"""

import functools
import inspect
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from crm_app.cli import build, serve
from tests.server import ROOT, Process, Server, connections

SECRET = "what somebody typed"


class Forked:
    """A process that another one started and reaps."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """Return 0 when it has ended."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def terminate(self) -> None:
        """Ask it to end."""
        os.kill(self.pid, signal.SIGTERM)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        deadline = time.monotonic() + (timeout or 20)
        while self.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return 0


class PreloadedServer(Server):
    """A server for tests that start it a hundred times."""

    def __init__(self, folder: Path, **variables: str) -> None:
        super().__init__(folder, **variables)
        with self.log.open("ab") as log:
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "tests.preloaded", str(self.port)],
                cwd=ROOT,
                env=self.environment
                | {"CRM_PUBLIC_URL": self.url}
                | build.one_port(self.port)
                | serve.WITH_BUILT_PAGE,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def close(self) -> None:
        """End what starts the servers."""
        self._parent.communicate()

    def _launch(self) -> Process:
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.write(b"start\n")
        self._parent.stdin.flush()
        return Forked(int(self._parent.stdout.readline()))


@contextmanager
def preloaded(folder: Path, **variables: str) -> Iterator[PreloadedServer]:
    """Run such a server with its data in the folder."""
    if not build.is_built():
        build.build_page()
    server = PreloadedServer(folder, **variables)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        server.close()
    assert connections(server.log.with_name("connections")) == []


def break_handlers(file: Path) -> None:
    """Let handlers fail that are in the file, at their beginning or after their first yield."""
    from reflex_base.registry import RegistrationContext

    for name, registered in RegistrationContext.get().event_handlers.items():
        object.__setattr__(registered.handler, "fn", breakable(name, registered.handler.fn, file))


def breakable(name: str, handler: Callable[..., Any], file: Path) -> Callable[..., Any]:
    """Return the handler, failing while the file has its name."""

    def fail(moment: str) -> None:
        if f"{name} {moment}" in file.read_text().splitlines():
            raise KeyError(SECRET)

    @functools.wraps(handler)
    def plain(*args: Any, **kwargs: Any) -> Any:
        fail("at its beginning")
        return handler(*args, **kwargs)

    @functools.wraps(handler)
    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        fail("at its beginning")
        return await handler(*args, **kwargs)

    @functools.wraps(handler)
    async def generator(*args: Any, **kwargs: Any) -> Any:
        fail("at its beginning")
        async for event in handler(*args, **kwargs):
            yield event
            fail("after its first yield")

    if inspect.isasyncgenfunction(handler):
        return generator
    return coroutine if inspect.iscoroutinefunction(handler) else plain


def main(port: int) -> None:
    """Fork a server for each line that comes in."""
    import crm_app.crm_app  # noqa: F401
    from crm_app.cli import supervisor

    if faults := os.environ.get("CRM_TEST_FAULTS"):
        break_handlers(Path(faults))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    groups: list[int] = []
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            supervisor.supervise("127.0.0.1", port)
            os._exit(0)
        print(pid, flush=True)
        groups.append(pid)
    for group in groups[-1:]:  # its caller has ended, and stopped it or could not
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
