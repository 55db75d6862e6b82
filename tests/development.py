"""The application as developers run it: `reflex run` on two ports, in a copy of the sources."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm_app.cli import build
from tests.server import ROOT, Process, Server, free_port

STOP_SECONDS = 10
SOURCES = ("crm_app", "assets", "alembic", "reflex.lock")
FILES = ("rxconfig.py", "alembic.ini", "pyproject.toml", "requirements.txt")


class DevelopmentServer(Server):
    """`reflex run`; its own build would replace that of production, so it works on a copy."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder / "copy"
        self.backend_port = free_port()

    def stop(self) -> None:
        """Interrupt the server as Ctrl-C does; end what is left of it."""
        process = self._process
        if process is None:
            return
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _launch(self) -> Process:
        ports = ("--frontend-port", str(self.port), "--backend-port", str(self.backend_port))
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "reflex", "run", *ports],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _responds(self) -> bool:
        urls = (f"http://localhost:{self.port}/", f"http://127.0.0.1:{self.backend_port}/ping")
        try:
            for url in urls:
                with urllib.request.urlopen(url, timeout=5):
                    pass
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False
        return True


@contextmanager
def developing(folder: Path) -> Iterator[DevelopmentServer]:
    """Run the development server with its data in the folder."""
    if not build.is_built():
        build.build_page()
    server = DevelopmentServer(folder)
    for name in SOURCES:
        shutil.copytree(ROOT / name, server.folder / name)
    for name in FILES:
        shutil.copy(ROOT / name, server.folder / name)
    # With the packages, so that nothing is fetched; without the production build.
    shutil.copytree(ROOT / ".web", server.folder / ".web", symlinks=True, ignore=_without_build)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _without_build(folder: str, _names: list[str]) -> list[str]:
    return ["build"] if folder == str(ROOT / ".web") else []
