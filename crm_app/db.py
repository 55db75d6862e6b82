"""The database: the engine and `transaction()`, the one place that opens, commits and closes."""

import os
import socket
import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.event import listens_for
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError, SQLAlchemyError
from sqlmodel import Session

from crm_app import database_errors, threads
from crm_app.database_errors import Trouble
from crm_app.database_file import DatabaseFile, address, make_private
from crm_app.errors import DatabaseUnavailable
from crm_app.settings import get_settings

if TYPE_CHECKING:
    import psycopg

BUSY_TIMEOUT_MS = 3300
TIME_LIMIT = 3.7  # seconds for a transaction (SQLite) or a statement (PostgreSQL), with all waiting
INSTRUCTIONS = 10_000  # of SQLite between two looks at the clock: a millisecond or less
POOL_TIMEOUT = 3  # seconds
CANCEL_SECONDS = 1
CHECKPOINT_MS = 1000  # to wait for others when the server stops
CONNECTIONS = 20  # at most; more than `threads` has threads
LASTING = (Trouble.AWAY, Trouble.READ_ONLY, Trouble.DAMAGED)  # as long as a connection lasts
POOL: dict[str, Any] = {
    "pool_size": CONNECTIONS // 2,
    "max_overflow": CONNECTIONS // 2,
    "pool_timeout": POOL_TIMEOUT,
    # Parameters are what people typed: they have no place in a logged trace.
    "hide_parameters": True,
}


@cache
def get_engine(url: str | None = None) -> Engine:
    """Return the engine of the URL (that of the settings unless given), made once per process."""
    parsed = make_url(url or get_settings().database_url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    engine = _sqlite_engine(parsed) if is_sqlite else _postgresql_engine(parsed)
    _distrust_old_connections(engine)
    return engine


def _postgresql_engine(url: sa.URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(
        url,
        connect_args={
            "connect_timeout": POOL_TIMEOUT,
            "tcp_user_timeout": POOL_TIMEOUT * 1000,
            "keepalives_idle": POOL_TIMEOUT,
            "keepalives_interval": 1,
            "keepalives_count": 2,
            "options": (
                f"-c lock_timeout={BUSY_TIMEOUT_MS} -c statement_timeout={round(TIME_LIMIT * 1000)}"
            ),
        },
        **POOL,
    )
    _end_what_hangs(engine)
    return engine


def _end_what_hangs(engine: Engine) -> None:
    """Let `threads` hang up on a server that swallows statements, its time limit with them."""

    @listens_for(engine, "checkout")
    def begin(connection: Any, record: Any, _proxy: Any) -> None:
        threads.hang_up_with(lambda: _shut_down(connection), lambda: _cancel(connection))
        if "is_new" in record.info:
            return
        try:
            engine.dialect.do_ping(connection)  # it may have hung up meanwhile
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    @listens_for(engine, "before_cursor_execute")
    @listens_for(engine, "commit")
    @listens_for(engine, "rollback")
    def go_on(*_: Any) -> None:
        threads.goes_on()

    @listens_for(engine, "checkin")
    @listens_for(engine, "invalidate")
    def end(*_: Any) -> None:
        threads.hang_up_with(None)


def _cancel(connection: "psycopg.Connection[Any]") -> None:
    """Ask the server to end the statement; a server that does not answer is left to its limits."""
    import psycopg

    with suppress(psycopg.Error):
        connection.cancel_safe(timeout=CANCEL_SECONDS)


def _shut_down(connection: "psycopg.Connection[Any]") -> None:
    """Wake up who waits for the connection, with an error."""
    import psycopg

    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as end:
        end.shutdown(socket.SHUT_RDWR)


def _sqlite_engine(url: sa.URL) -> Engine:
    path = Path(url.database or "").resolve()  # its log lies beside what a link leads to
    make_private(path)
    engine = sa.create_engine(url, **POOL)
    _files[engine] = DatabaseFile.at(path)

    @listens_for(engine, "do_connect")
    def open_existing(_dialect: Any, _record: Any, arguments: list[Any], options: Any) -> None:
        """Open the file by an address with which SQLite does not create a missing one."""
        arguments[0], options["uri"] = address(path), True

    @listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # `begin` below decides how a transaction starts
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",  # an acknowledged contact survives a power cut
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        _limit_time(connection, options.get("time_limit"))
        # A writer that starts as a reader would lose updates or fail at its first write.
        read_only = options.get("read_only", False)
        connection.exec_driver_sql(f"PRAGMA query_only={int(read_only)}")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


_files: WeakKeyDictionary[Engine, DatabaseFile] = WeakKeyDictionary()
"""The file of each SQLite engine, as it was when the engine was made."""


@dataclass
class _Doubt:
    """Whether the last that was written failed for a reason that lasts as long as a connection.

    `is_damaged` once the database reported damage; only a restart with another file ends that.
    """

    is_on: bool = False
    is_damaged: bool = False


@cache
def _doubt_of(_engine: Engine) -> _Doubt:
    return _Doubt()


def _distrust_old_connections(engine: Engine) -> None:
    """Open the file, or call the server, anew for each transaction while there is doubt."""
    doubt = _doubt_of(engine)

    @listens_for(engine, "connect")
    def note(_connection: Any, record: Any) -> None:
        record.info["is_new"] = True

    @listens_for(engine, "checkout")
    def check(_connection: Any, record: Any, _proxy: Any) -> None:
        is_new = record.info.pop("is_new", False)
        if doubt.is_on and not is_new:
            raise DisconnectionError  # which lets the pool make another


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


@contextmanager
def transaction(*, read_only: bool = False) -> Generator[Session, None, None]:
    """Open a session, commit when the block ends well, roll back when it raises.

    Raises:
        CrmError: What the driver's error means: `DatabaseUnavailable` within five seconds, unsure
            if the connection was lost in the middle of the commit, without having written if the
            database's file was moved, ...
        sqlalchemy.exc.SQLAlchemyError: What can only be a mistake of ours.
    """
    threads.refuse_event_loop()
    options: dict[str, Any] = {"read_only": read_only, "time_limit": TIME_LIMIT}
    if read_only:
        options["postgresql_readonly"] = True
    doubt, is_committing = _doubt_of(get_engine()), False
    refuse_if_moved()
    if threads.is_superseded():
        raise DatabaseUnavailable(Trouble.SLOW)
    try:
        with _session() as session:
            session.connection(execution_options=options)
            yield session
            session.flush()
            refuse_if_moved()
            is_committing = not read_only
            session.commit()
            doubt.is_on &= read_only
    except SQLAlchemyError as error:
        failure = database_errors.translate(error)
        if failure is None:
            raise
        if isinstance(failure, DatabaseUnavailable) and failure.trouble in LASTING:
            doubt.is_on = True
            doubt.is_damaged |= failure.trouble == Trouble.DAMAGED
            failure.is_unsure = is_committing and failure.trouble == Trouble.AWAY
        raise failure from error


@contextmanager
def _session() -> Generator[Session, None, None]:
    """Open a session; its connection is not used again if it is why the block fails."""
    with Session(get_engine(), expire_on_commit=False) as session:
        try:
            yield session
        except SQLAlchemyError as error:
            if database_errors.find_trouble(error) in LASTING:
                session.invalidate()
            raise


def refuse_if_moved() -> None:
    """Refuse to go on when SQLite's file was renamed, removed or replaced.

    Raises:
        DatabaseUnavailable: That is so.
    """
    if file := _files.get(get_engine()):
        file.refuse_if_moved()


def is_damaged() -> bool:
    """Return whether the database has reported damage since this process started."""
    return _doubt_of(get_engine()).is_damaged


def close() -> bool:
    """Close the idle connections; return False if some of the data is only in SQLite's log.

    The log is written to the database's file first, so that a copy of that file has everything.
    That waits for a second at most: another process may be reading, or a thread still writing.
    """
    engine = get_engine()
    try:
        refuse_if_moved()
        return engine.dialect.name != "sqlite" or _write_log_to_file(engine)
    except (DatabaseUnavailable, SQLAlchemyError, sqlite3.Error):
        return False
    finally:
        engine.dispose()


def _write_log_to_file(engine: Engine) -> bool:
    """Checkpoint SQLite's log; return whether it is empty now."""
    with closing(engine.raw_connection()) as pooled:
        connection: Any = pooled.driver_connection
        connection.execute(f"PRAGMA busy_timeout={CHECKPOINT_MS}")
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
