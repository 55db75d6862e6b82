"""How long the statements of one action took, and how many there were."""

import sqlite3
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import psycopg
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.event import listens_for

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Queries:
    """The statements of one action: how many, and the seconds they took.

    Waiting for locks, fetching the rows and the commit are included.
    """

    count: int = 0
    seconds: float = 0.0
    started: float = 0.0


_current: ContextVar[Queries | None] = ContextVar("queries", default=None)


def count_queries() -> Queries:
    """Count the statements that this thread or task runs from now on, on any engine."""
    queries = Queries()
    _current.set(queries)
    return queries


@listens_for(Engine, "before_cursor_execute")
def _start(*_: Any) -> None:
    queries = _current.get()
    if queries:
        queries.count += 1
        queries.started = time.perf_counter()


@listens_for(Engine, "after_cursor_execute")
@listens_for(Engine, "handle_error")
def _finish(*_: Any) -> None:
    queries = _current.get()
    if queries and queries.started:
        queries.seconds += time.perf_counter() - queries.started
        queries.started = 0.0


def _timed(work: Callable[P, T]) -> Callable[P, T]:
    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        started = time.perf_counter()
        try:
            return work(*args, **kwargs)
        finally:
            if queries := _current.get():
                queries.seconds += time.perf_counter() - started

    return run


class SqliteCursor(sqlite3.Cursor):
    """SQLite finds most rows only when they are fetched."""

    fetchone = _timed(sqlite3.Cursor.fetchone)
    fetchmany = _timed(sqlite3.Cursor.fetchmany)
    fetchall = _timed(sqlite3.Cursor.fetchall)


class SqliteConnection(sqlite3.Connection):
    """A connection whose commits and fetches are timed."""

    commit = _timed(sqlite3.Connection.commit)

    def cursor(self, factory: Any = SqliteCursor) -> Any:
        """Return a cursor that times its fetches."""
        return super().cursor(factory)


class PostgresCursor(psycopg.Cursor[Any]):
    """A cursor whose fetches are timed."""

    fetchone = _timed(psycopg.Cursor.fetchone)
    fetchmany = _timed(psycopg.Cursor.fetchmany)
    fetchall = _timed(psycopg.Cursor.fetchall)


class PostgresConnection(psycopg.Connection[Any]):
    """A connection whose commits are timed."""

    commit = _timed(psycopg.Connection.commit)


class Drivers:
    """The connections and cursors that engines are given; the inspector has its own."""

    sqlite: type[sqlite3.Connection] = SqliteConnection
    postgresql: type[psycopg.Connection[Any]] = PostgresConnection
    postgresql_cursor: type[psycopg.Cursor[Any]] = PostgresCursor


@listens_for(Engine, "do_connect")
def _connect(dialect: Dialect, _record: Any, arguments: Any, options: Any) -> Any:
    """Connect with drivers that are timed where SQLAlchemy has no event."""
    if dialect.name == "postgresql":
        options["cursor_factory"] = Drivers.postgresql_cursor
        return Drivers.postgresql.connect(*arguments, **options)
    options["factory"] = Drivers.sqlite
    return None
