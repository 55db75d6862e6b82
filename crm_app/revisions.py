"""The revisions of the schema: that of a database, and those the program brings along."""

from functools import cache

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from crm_app.db import ALEMBIC_INI


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
