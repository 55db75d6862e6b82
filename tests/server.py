"""The application as people run it: `python -m crm_app serve` on a free port, with its own data."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from crm_app.cli import build

ROOT = Path(__file__).parent.parent
START_SECONDS = 30
UNLIMITED = {
    "CRM_LIMIT_EVENTS_PER_SOCKET": "10000",
    "CRM_LIMIT_EVENTS_PER_ADDRESS": "10000",
    "CRM_LIMIT_SOCKETS_PER_ADDRESS": "10000",
    "CRM_LIMIT_CONTACTS_PER_GUEST": "1000000",
} | {
    f"CRM_LIMIT_{name}": "1000000/minute"
    for name in (
        *("ACTIONS_PER_ACCOUNT", "ACTIONS_PER_ADDRESS", "SIGN_INS_PER_ADDRESS"),
        *("SIGN_UPS_PER_ADDRESS", "GUESTS_PER_ADDRESS", "NEW_SOCKETS_PER_ADDRESS"),
        *("REPORTS_PER_ADDRESS", "REQUESTS_PER_TOKEN"),
    )
}
"""Tests do in seconds what people do in days; those of the limits set their own."""


class Process(Protocol):
    """A process that can be ended."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class Server:
    """One server process; it can be stopped and started again on the same port and data."""

    def __init__(
        self,
        folder: Path,
        database_url: str = "",
        module: str = "crm_app",
        root: Path | str = ROOT,
        **variables: str,
    ) -> None:
        self.module, self.root = module, root
        self.variables = variables
        self.before_exec: Callable[[], None] | None = None
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.database = folder / "crm.db"
        self.database_url = database_url or f"sqlite:///{self.database}"
        self.log = folder / "server.log"
        self._process: Process | None = None

    def start(self) -> None:
        """Start and wait until a page is served.

        Raises:
            RuntimeError: The server ended or did not respond in time; its log is in the message.
        """
        self._process = self._launch()
        deadline = time.monotonic() + START_SECONDS
        while not self._responds():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask the server to end and wait for it."""
        if self._process is not None:
            self.terminate()
            self.wait()

    def kill(self) -> None:
        """End the server and its workers at once, as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(20)
            self._process = None

    def terminate(self) -> None:
        """Ask the server to end and do not wait."""
        assert self._process is not None
        self._process.terminate()

    def wait(self) -> None:
        """Wait until the server has ended."""
        assert self._process is not None
        self._process.wait(20)
        self._process = None

    def read_log(self) -> str:
        """Return the log when it has not grown for a moment: a thread of the server writes it."""
        size = -1
        while size != (now := self.log.stat().st_size):
            size = now
            time.sleep(0.1)
        return self.log.read_text()

    def _launch(self) -> Process:
        command = [sys.executable, "-m", self.module, "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.root,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=self.before_exec,
            )

    @property
    def pid(self) -> int:
        """The id of the process that was started, and of its process group."""
        assert self._process is not None
        return self._process.pid

    @property
    def workers(self) -> list[int]:
        """The ids of the processes that serve, which granian starts."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(child) for child in children.split()]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the server is started with."""
        own = {"CRM_DATABASE_URL": self.database_url, **UNLIMITED, **self.variables}
        return audited(self.log.with_name("connections")) | own

    def _responds(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ping", timeout=1):
                return True
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False


@contextmanager
def running(
    folder: Path,
    database_url: str = "",
    module: str = "crm_app",
    root: Path | str = ROOT,
    **variables: str,
) -> Iterator[Server]:
    """Run a server with its data in the folder; build the page first if that is needed.

    `module` is one that serves as `crm_app` does and registers something besides; `root` is where
    the sources are.
    Whatever it did, it connected to nobody but this machine.
    """
    if not build.is_built():
        build.build_page()
    server = Server(folder, database_url, module, root, **variables)
    server.start()
    try:
        yield server
    finally:
        server.stop()
    assert connections(server.log.with_name("connections")) == []


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def audited(notes: Path) -> dict[str, str]:
    """Return the environment of a process that notes where it connects to."""
    audit = {"PYTHONPATH": str(ROOT / "tests/audit"), "CRM_TEST_AUDIT": str(notes)}
    return os.environ | audit


def connections(notes: Path) -> list[str]:
    """Return the connections that left this machine."""
    return notes.read_text().splitlines() if notes.exists() else []
