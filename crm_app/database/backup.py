"""Copies of a SQLite database: one is saved while the server runs, and put back while it does not.

A copy is written beside its final place, verified, and renamed, so that it is whole or not there.
"""

import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.engine import make_url

from crm_app.database import revisions, sqlite_file
from crm_app.settings import get_settings

Counts = dict[str, int]
# Every connection of SQLite holds a lock in these bytes of the file, also while it does nothing:
# https://www.sqlite.org/fileformat.html#the_lock_byte_page
FILE_LOCKS = (0x40000000, 512)  # offset and length
# https://www.sqlite.org/walformat.html#locks
SHARED_MEMORY_LOCKS = (120, 9)
PG_DUMP = "pg_dump --format=custom --file=FILE '{}'"
PG_RESTORE = "pg_restore --clean --if-exists --single-transaction --dbname='{}' FILE"


class BackupRefused(Exception):
    """Nothing was saved, or nothing restored; the message says why."""


@dataclass(frozen=True)
class Copy:
    """What a verified copy holds: rows, deleted contacts included, and bytes."""

    accounts: int
    contacts: int
    size: int


@dataclass(frozen=True)
class Restored:
    """What was put in place, and where the former database is kept, if there was one."""

    copy: Copy
    kept: Path | None


def save(target: Path) -> Copy:
    """Write a copy of the database to a new file, consistent while others write.

    Raises:
        BackupRefused: The file exists, or the database cannot be copied or is damaged.
    """
    source = _sqlite_file(PG_DUMP)
    if not source.is_file():
        raise BackupRefused(f"There is no database at {source}")
    _refuse_existing(target)
    with _unfinished(target) as unfinished:
        copy = _copy(source, sqlite_file.address(source), unfinished)
        _sync(unfinished)
        try:
            os.link(unfinished, target)  # unlike renaming, it replaces nothing
        except FileExistsError:
            _refuse_existing(target)
        _sync(target.parent)
    return copy


def restore(source: Path) -> Restored:
    """Put a copy in the database's place and migrate it; the former database is kept beside it.

    Raises:
        BackupRefused: The copy is unfit, or a process has the database open.
        CrmError: The copy is in place and cannot be migrated.
    """
    database = _sqlite_file(PG_RESTORE)
    if not source.is_file():
        raise BackupRefused(f"There is no file {source}")
    if database.exists() and database.samefile(source):
        raise BackupRefused(f"{source} is the database itself")
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _unused(database), _unfinished(database) as unfinished:
        copy = _copy(source, sqlite_file.untouched_address(source), unfinished)
        _give_to_owner(unfinished, database)
        kept = _keep(database)
        _move(unfinished, database)
    revisions.migrate()
    return Restored(copy, kept)


def _sqlite_file(command: str) -> Path:
    """Return the database's file; for PostgreSQL name the command that does it."""
    url = make_url(get_settings().database_url)
    if url.get_backend_name() == "sqlite":
        return Path(url.database or "").resolve()  # what lies beside it lies beside its target
    address = url._replace(drivername="postgresql", password=None)
    command = command.format(address.difference_update_query(["password"]))
    raise BackupRefused(f"The database is PostgreSQL; use {command}")


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise BackupRefused(f"{target} exists already and is not overwritten")


@contextmanager
def _unfinished(target: Path) -> Generator[Path]:
    """Yield an empty private file beside the target; it is removed unless it was renamed."""
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _copy(source: Path, address: str, target: Path) -> Copy:
    """Copy one snapshot of the source and verify the copy."""
    try:
        with (
            closing(sqlite3.connect(address, uri=True, isolation_level=None)) as reading,
            closing(sqlite3.connect(target, isolation_level=None)) as writing,
        ):
            reading.execute("BEGIN")  # the rows are counted in the snapshot that is copied
            counts = _count_rows(reading)
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            _verify(writing, source, counts)
    except sqlite3.Error as error:
        raise BackupRefused(f"{source} cannot be copied: {error}") from error
    _refuse_unfit(target, source)
    return Copy(counts["account"], counts["contact"], target.stat().st_size)


def _count_rows(connection: sqlite3.Connection) -> Counts:
    tables = connection.execute(
        "SELECT name, replace(name, '\"', '\"\"') FROM sqlite_schema WHERE type = 'table'"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]  # noqa: S608
        for name, quoted in tables
    }


def _verify(connection: sqlite3.Connection, source: Path, counts: Counts) -> None:
    if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        raise BackupRefused(f"{source} is damaged: integrity_check finds errors in it")
    if row := connection.execute("PRAGMA foreign_key_check").fetchone():
        raise BackupRefused(f"{source} is damaged: a row of {row[0]} belongs to a missing one")
    if _count_rows(connection) != counts:
        raise BackupRefused(f"{source} was not copied completely")


def _refuse_unfit(copy: Path, source: Path) -> None:
    """Refuse what is not a database of this program, or that of a newer release."""
    with sqlite_file.reading(copy) as connection:
        if obstacle := revisions.find_obstacle(connection):
            raise BackupRefused(f"{source} cannot be used. {obstacle}")
        if not revisions.current(connection):
            raise BackupRefused(f"{source} has no contacts database in it")


def _move(unfinished: Path, target: Path) -> None:
    """Rename the file; when this returns, its content and its name are on the disk."""
    _sync(unfinished)
    unfinished.rename(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _unused(database: Path) -> Generator[None]:
    """Keep others from opening the database while the block runs.

    Raises:
        BackupRefused: Somebody has it open, or its log is there without it.
    """
    shared_memory = database.with_name(f"{database.name}-shm")
    if shared_memory.exists():  # also when the file itself was renamed under the server
        with shared_memory.open("r+b") as file:
            _lock(file, SHARED_MEMORY_LOCKS)
    if sqlite_file.is_lost(database):
        raise BackupRefused(
            f"{database} is missing, but not its log: put the file back, or move the log away"
        )
    if not database.exists():
        yield
        return
    address = sqlite_file.address(database)
    with (
        suppress(sqlite3.Error),  # it is damaged, or in use
        closing(sqlite3.connect(address, uri=True, timeout=0)) as connection,
    ):
        connection.execute("PRAGMA journal_mode=DELETE")  # moves the log's content into the file
    with database.open("r+b") as file:
        _lock(file, FILE_LOCKS)
        yield


def _lock(file: BinaryIO, locks: tuple[int, int]) -> None:
    """Take all locks in these bytes, until the file is closed.

    Raises:
        BackupRefused: A process has the database open.
    """
    offset, length = locks
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, length, offset)
    except OSError as error:
        raise BackupRefused("The database is in use: stop the server first") from error


def _give_to_owner(unfinished: Path, database: Path) -> None:
    """Let root restore for the user whose server it is."""
    if os.geteuid() == 0:
        owner = (database if database.exists() else database.parent).stat()
        os.chown(unfinished, owner.st_uid, owner.st_gid)


def _keep(database: Path) -> Path | None:
    """Give the former database a second name, and take its side files out of the way."""
    kept = database.with_name(
        f"{database.name}.before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    )
    is_there = database.exists()
    if is_there:
        os.link(database, kept)
    with suppress(FileNotFoundError):  # only a damaged database, or none, has a log left
        sqlite_file.log_of(database).rename(sqlite_file.log_of(kept))
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    return kept if is_there else None
