"""Records the statements of the current action: their text and number of rows, never values."""

import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine, ExceptionContext

from crm_app.inspector.actions import COMMIT, Action, Statement
from crm_app.inspector.recorder import current
from crm_app.observability.queries import (
    Drivers,
    PostgresConnection,
    PostgresCursor,
    SqliteConnection,
    SqliteCursor,
)

# psycopg's placeholders, and the percent signs that are none.
PLACEHOLDER = re.compile(r"%\((\w+)\)s|%s|%%")


class Recording:
    """The statement that a cursor runs, the action it belongs to, and when it began."""

    def __init__(self, action: Action, statement: Statement) -> None:
        self.action, self.statement = action, statement
        self.began = time.perf_counter()
        self.is_counted = False

    def end(self, cursor: Any) -> None:
        """Note the time, and the rows as far as the driver knows them before they are fetched."""
        self.action.spend(self.statement, time.perf_counter() - self.began)
        self.is_counted = isinstance(cursor, sqlite3.Cursor) and cursor.description is not None
        if self.is_counted:
            self.statement.rows = 0
        elif cursor.rowcount >= 0:
            self.statement.rows = cursor.rowcount

    def fetch(self, work: Callable[[], Any]) -> Any:
        """Fetch rows: that takes time, and SQLite counts them only so."""
        began = time.perf_counter()
        found = work()
        self.action.spend(self.statement, time.perf_counter() - began)
        if self.is_counted:
            number = len(found) if isinstance(found, list) else int(found is not None)
            self.statement.rows = (self.statement.rows or 0) + number
        return found


def start_recording() -> None:
    """Record the statements of all engines from now on, on new connections."""
    Drivers.sqlite = RecordedSqliteConnection
    Drivers.postgresql = RecordedPostgresConnection
    Drivers.postgresql_cursor = RecordedPostgresCursor
    event.listen(Engine, "before_cursor_execute", _begin)
    event.listen(Engine, "after_cursor_execute", _end)
    event.listen(Engine, "handle_error", _fail)


def stop_recording() -> None:
    """Undo `start_recording`."""
    Drivers.sqlite, Drivers.postgresql = SqliteConnection, PostgresConnection
    Drivers.postgresql_cursor = PostgresCursor
    event.remove(Engine, "before_cursor_execute", _begin)
    event.remove(Engine, "after_cursor_execute", _end)
    event.remove(Engine, "handle_error", _fail)


def numbered(text: str) -> str:
    """Return a statement with the placeholders of PostgreSQL itself: $1, $2, ..."""
    names: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        name = match[1] or f"position {len(names)}"
        return f"${names.setdefault(name, len(names) + 1)}"

    return PLACEHOLDER.sub(number, text)


def _begin(
    connection: Any, cursor: Any, text: str, parameters: Any, _context: Any, is_many: bool
) -> None:
    if not (action := current()):
        return
    first: Sequence[Any] = (parameters[0] if parameters else ()) if is_many else parameters
    shown = " ".join(text.split())
    if connection.dialect.name == "postgresql":
        shown = numbered(shown) if first else shown
    statement = Statement(shown, len(first))
    if statement.has_plan:
        action.add(statement)
    cursor.recording = Recording(action, statement)


def _end(_connection: Any, cursor: Any, *_: Any) -> None:
    if recording := getattr(cursor, "recording", None):
        recording.end(cursor)


def _fail(context: ExceptionContext) -> None:
    cursor: Any = getattr(context.execution_context, "cursor", None)
    if recording := getattr(cursor, "recording", None):
        recording.statement.has_failed = True
        recording.end(cursor)


def _fetch(cursor: Any, work: Callable[[], Any]) -> Any:
    recording: Recording | None = cursor.recording
    return recording.fetch(work) if recording else work()


class RecordedSqliteCursor(SqliteCursor):
    """A cursor of SQLite that counts and times what is fetched."""

    recording: Recording | None = None

    def fetchone(self) -> Any:
        """Fetch a row."""
        return _fetch(self, super().fetchone)

    def fetchmany(self, size: int | None = None) -> Any:
        """Fetch so many rows."""
        return _fetch(self, partial(super().fetchmany, self.arraysize if size is None else size))

    def fetchall(self) -> Any:
        """Fetch all rows."""
        return _fetch(self, super().fetchall)


class RecordedPostgresCursor(PostgresCursor):
    """A cursor of PostgreSQL that times what is fetched."""

    recording: Recording | None = None

    def fetchone(self) -> Any:
        """Fetch a row."""
        return _fetch(self, super().fetchone)

    def fetchmany(self, size: int = 0) -> Any:
        """Fetch so many rows."""
        return _fetch(self, partial(super().fetchmany, size))

    def fetchall(self) -> Any:
        """Fetch all rows."""
        return _fetch(self, super().fetchall)


def _commit(work: Callable[[], None]) -> None:
    action = current()
    if not action:
        work()
        return
    statement, began = Statement(COMMIT), time.perf_counter()
    try:
        work()
    except BaseException:
        statement.has_failed = True
        raise
    finally:
        action.spend(statement, time.perf_counter() - began)


class RecordedSqliteConnection(SqliteConnection):
    """A connection of SQLite that times its commits."""

    def commit(self) -> None:
        """Commit."""
        _commit(super().commit)

    def cursor(self, factory: Any = RecordedSqliteCursor) -> Any:
        """Return a cursor that records."""
        return super().cursor(factory)


class RecordedPostgresConnection(PostgresConnection):
    """A connection of PostgreSQL that times its commits."""

    def commit(self) -> None:
        """Commit."""
        _commit(super().commit)
