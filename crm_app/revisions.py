"""The revisions of the schema: that of a database, and those the program brings along."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from crm_app import db

ALEMBIC_INI = Path(__file__).parent.parent / "alembic.ini"
MIGRATION_LOCK = 0x43524D  # "CRM": any number no other program takes as its advisory lock


def migrate() -> None:
    """Bring the schema to the newest revision; writes nothing when it is there already.

    Runs in one transaction under a lock, so that processes starting together do it once.
    """
    with db.transaction(read_only=True) as session:
        if current(session.connection()) == known()[-1]:
            return
    with db.get_engine().begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        config = Config(ALEMBIC_INI)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@cache
def known() -> tuple[str, ...]:
    """Return all revisions of the program, the oldest first."""
    scripts = ScriptDirectory.from_config(Config(ALEMBIC_INI))
    return tuple(script.revision for script in scripts.walk_revisions())[::-1]


def current(connection: Connection) -> str:
    """Return the database's revision, empty when it has none yet."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def describe(revision: str) -> str:
    """Return what is wrong with a database of this revision, empty when it is the newest."""
    if revision == known()[-1]:
        return ""
    if revision and revision not in known():
        return f"The schema ({revision}) is newer than this program"
    behind = len(known()) - known().index(revision) - 1 if revision else len(known())
    return f"The schema is {behind} migration{'s' * (behind > 1)} behind"
