"""The database: the engine and `transaction()`, the one place that opens, commits and closes."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.event import listens_for
from sqlmodel import Session

from crm_app.settings import get_settings

BUSY_TIMEOUT_MS = 4000
POOL_TIMEOUT = 4  # seconds
MIGRATION_LOCK = 0x43524D  # "CRM": any number no other program takes as its advisory lock
ALEMBIC_INI = Path(__file__).parent.parent / "alembic.ini"


@cache
def get_engine(url: str | None = None) -> Engine:
    """Return the engine of the URL (that of the settings unless given), made once per process."""
    parsed = make_url(url or get_settings().database_url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return sa.create_engine(
        parsed,
        pool_pre_ping=True,
        pool_timeout=POOL_TIMEOUT,
        hide_parameters=True,
        connect_args={
            "connect_timeout": POOL_TIMEOUT,
            "options": f"-c lock_timeout={BUSY_TIMEOUT_MS}",
        },
    )


def _sqlite_engine(url: sa.URL) -> Engine:
    if url.database:
        _make_private(Path(url.database))
    # Parameters are what people typed: they have no place in a logged trace.
    engine = sa.create_engine(url, pool_timeout=POOL_TIMEOUT, hide_parameters=True)

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
        # A writer that starts as a reader would lose updates or fail at its first write.
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql(f"PRAGMA query_only={int(read_only)}")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _make_private(file: Path) -> None:
    """Create the file for its owner's eyes only; SQLite's side files take over its mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))


@contextmanager
def transaction(*, read_only: bool = False) -> Generator[Session, None, None]:
    """Open a session, commit when the block ends well, roll back when it raises.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: Whatever the driver reports; `actions` translates it.
    """
    with Session(get_engine(), expire_on_commit=False) as session:
        options = {"read_only": read_only, "postgresql_readonly": read_only}
        session.connection(execution_options=options)
        yield session
        session.commit()


def migrate() -> None:
    """Bring the schema to the newest revision; does nothing when it is there already.

    Runs in one transaction under a lock, so that processes starting together do it once.
    """
    with get_engine().begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        config = Config(ALEMBIC_INI)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
