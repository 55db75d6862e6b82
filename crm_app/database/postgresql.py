"""Engines for PostgreSQL: time limits, checks of connections, interruption."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.event import listens_for
from sqlalchemy.exc import InvalidatePoolError

from crm_app.database import threads

if TYPE_CHECKING:
    import psycopg

CANCEL_SECONDS = 1


def make_engine(
    url: sa.URL,
    connect_seconds: int,
    lock_timeout_ms: int,
    statement_timeout_ms: int,
    **options: Any,
) -> Engine:
    """Return an engine whose connections the driver psycopg makes."""
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(
        url,
        connect_args={
            "connect_timeout": connect_seconds,
            "tcp_user_timeout": connect_seconds * 1000,
            "keepalives_idle": connect_seconds,
            "keepalives_interval": 1,
            "keepalives_count": 2,
            "options": (
                f"-c lock_timeout={lock_timeout_ms} -c statement_timeout={statement_timeout_ms}"
            ),
        },
        **options,
    )
    _check_connections(engine)
    return engine


def _check_connections(engine: Engine) -> None:
    """Replace a connection that the server closed, and let `threads` interrupt its statements."""

    @listens_for(engine, "checkout")
    def begin(connection: Any, record: Any, _proxy: Any) -> None:
        threads.interrupt_with(lambda: _cancel(connection))
        if "is_new" in record.info:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    @listens_for(engine, "checkin")
    @listens_for(engine, "invalidate")
    def end(*_: Any) -> None:
        threads.interrupt_with(None)


def _cancel(connection: "psycopg.Connection[Any]") -> None:
    """Ask the server to cancel the statement; if it does not respond, its limits end it."""
    import psycopg

    with suppress(psycopg.Error):
        connection.cancel_safe(timeout=CANCEL_SECONDS)
