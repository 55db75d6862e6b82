"""The engine: one per process and database, for SQLite or PostgreSQL."""

import sqlite3
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy.engine import Engine, make_url
from sqlalchemy.event import listens_for
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError

from crm_app.database import postgresql, sqlite
from crm_app.errors import DatabaseUnavailable
from crm_app.settings import get_settings

BUSY_TIMEOUT_MS = 3300
TIME_LIMIT = 3.7  # seconds for a transaction (SQLite) or a statement (PostgreSQL), with all waiting
POOL_TIMEOUT = 3  # seconds
CONNECTIONS = 20  # at most; more than `threads` has threads
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
    if parsed.get_backend_name() == "sqlite":
        engine = sqlite.make_engine(parsed, BUSY_TIMEOUT_MS, **POOL)
    else:
        limits = (POOL_TIMEOUT, BUSY_TIMEOUT_MS, round(TIME_LIMIT * 1000))
        engine = postgresql.make_engine(parsed, *limits, **POOL)
    _replace_suspect_connections(engine)
    return engine


@dataclass
class Suspicion:
    """Whether the last write failed for a reason that lasts as long as a connection.

    `is_damaged` once the database reported damage; only a restart with another file ends that.
    """

    is_on: bool = False
    is_damaged: bool = False


@cache
def suspicion_of(_engine: Engine) -> Suspicion:
    """Return what the last transactions say about the engine's open connections."""
    return Suspicion()


def _replace_suspect_connections(engine: Engine) -> None:
    """Connect again for each transaction while the open connections are suspect."""
    suspicion = suspicion_of(engine)

    @listens_for(engine, "connect")
    def note(_connection: Any, record: Any) -> None:
        record.info["is_new"] = True

    @listens_for(engine, "checkout")
    def check(_connection: Any, record: Any, _proxy: Any) -> None:
        is_new = record.info.pop("is_new", False)
        if suspicion.is_on and not is_new:
            raise DisconnectionError  # which lets the pool make another


def is_damaged() -> bool:
    """Return whether the database has reported damage since this process started."""
    return suspicion_of(get_engine()).is_damaged


def close_engine() -> bool:
    """Close the idle connections; return False if some of the data is only in SQLite's log.

    The log is written to the database's file first, so that a copy of that file has everything.
    That waits for a second at most: another process may be reading, or a thread still writing.
    """
    engine = get_engine()
    try:
        sqlite.refuse_if_moved(engine)
        return engine.dialect.name != "sqlite" or sqlite.write_log_to_file(engine)
    except (DatabaseUnavailable, SQLAlchemyError, sqlite3.Error):
        return False
    finally:
        engine.dispose()
