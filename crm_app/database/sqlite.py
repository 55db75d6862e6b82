"""Engines for SQLite: pragmas, read and write transactions, the time limit, a moved file."""

import time
from contextlib import closing
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.event import listens_for

from crm_app.database import threads
from crm_app.database.sqlite_file import DatabaseFile, address, make_private

INSTRUCTIONS = 10_000  # between two looks at the clock: a millisecond or less
CHECKPOINT_MS = 1000  # to wait for others when the server stops

_files: WeakKeyDictionary[Engine, DatabaseFile] = WeakKeyDictionary()
"""The file of each engine, as it was when the engine was made."""


def make_engine(url: sa.URL, busy_timeout_ms: int, **options: Any) -> Engine:
    """Return an engine for the file of the URL, which is made readable by its owner alone."""
    path = Path(url.database or "").resolve()  # its log lies beside what a link leads to
    make_private(path)
    engine = sa.create_engine(url, **options)
    _files[engine] = DatabaseFile.at(path)

    @listens_for(engine, "do_connect")
    def open_existing(_dialect: Any, _record: Any, arguments: list[Any], options: Any) -> None:
        """Open the file by an address with which SQLite does not create a missing one."""
        arguments[0], options["uri"] = address(path), True

    @listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # `begin` below decides how a transaction starts
        for pragma in (
            f"busy_timeout={busy_timeout_ms}",
            "journal_mode=WAL",
            "synchronous=FULL",  # an acknowledged contact survives a power cut
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        chosen = connection.get_execution_options()
        _limit_time(connection, chosen.get("time_limit"))
        # A writer that starts as a reader would lose updates or fail at its first write.
        read_only = chosen.get("read_only", False)
        if connection.info.get("is_read_only") != read_only:
            connection.exec_driver_sql(f"PRAGMA query_only={int(read_only)}")
            connection.info["is_read_only"] = read_only
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _limit_time(connection: Connection, seconds: float | None) -> None:
    """Let SQLite interrupt what takes too long or is superseded; it has no setting for that."""
    driver: Any = connection.connection.driver_connection
    if seconds is None:
        driver.set_progress_handler(None, 0)
        return
    deadline = time.monotonic() + seconds

    def is_over() -> bool:
        return threads.is_superseded() or time.monotonic() > deadline

    driver.set_progress_handler(is_over, INSTRUCTIONS)


def refuse_if_moved(engine: Engine) -> None:
    """Refuse to go on when the engine's file was renamed, removed or replaced.

    Raises:
        DatabaseUnavailable: That is so.
    """
    if file := _files.get(engine):
        file.refuse_if_moved()


def write_log_to_file(engine: Engine) -> bool:
    """Checkpoint SQLite's log; return whether it is empty now."""
    with closing(engine.raw_connection()) as pooled:
        connection: Any = pooled.driver_connection
        connection.execute(f"PRAGMA busy_timeout={CHECKPOINT_MS}")
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
