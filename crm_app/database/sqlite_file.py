"""SQLite's file on disk: which one it is, and how to read it without changing it."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from crm_app.database.failures import Reason
from crm_app.errors import DatabaseUnavailable


@dataclass(frozen=True)
class DatabaseFile:
    """A file as it was found at a path; another one may lie there later."""

    path: Path
    device: int
    inode: int

    @classmethod
    def at(cls, path: Path) -> Self:
        """Return the file that is at the path now.

        Raises:
            OSError: There is none.
        """
        path = path.absolute()
        found = path.stat()
        return cls(path, found.st_dev, found.st_ino)

    def refuse_if_moved(self) -> None:
        """Refuse to go on when the file is no longer at its path.

        Connections keep a renamed file open: what they wrote would be in a file nobody looks at.

        Raises:
            DatabaseUnavailable: The file is missing, or another one is in its place.
        """
        try:
            found = self.path.stat()
        except OSError as error:
            raise DatabaseUnavailable(Reason.MISSING) from error
        if (found.st_dev, found.st_ino) != (self.device, self.inode):
            raise DatabaseUnavailable(Reason.REPLACED)


def make_private(path: Path) -> None:
    """Create the file with access for its owner only; SQLite's side files get its mode.

    Raises:
        DatabaseUnavailable: Its log is there without it; SQLite would delete what is in the log.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if is_lost(path):
        raise DatabaseUnavailable(Reason.MISSING)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def is_lost(path: Path) -> bool:
    """Return whether the file was renamed or removed, and left its log behind."""
    return log_of(path).exists() and not path.exists()


def log_of(path: Path) -> Path:
    """Return the path of SQLite's write-ahead log of the file."""
    return path.with_name(f"{path.name}-wal")


def address(path: Path, mode: str = "rw") -> str:
    """Return the URI by which SQLite opens a file that exists; it never creates one."""
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


def untouched_address(path: Path) -> str:
    """Return the URI by which SQLite reads a file and leaves no side files behind.

    Without a log beside it SQLite would create one just to read the file; not to do so is safe
    while nobody writes to it.
    """
    return address(path, "ro" if log_of(path).exists() else "ro&immutable=1")


@contextmanager
def reading(path: Path, *, leaves_no_trace: bool = False) -> Generator[Connection]:
    """Connect read-only."""
    uri = untouched_address(path) if leaves_no_trace else address(path, "ro")
    engine = sa.create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(uri, uri=True), poolclass=sa.NullPool
    )
    with engine.connect() as connection:
        yield connection
