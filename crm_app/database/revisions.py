"""The revisions of the schema: that of a database, and those the program brings along."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from crm_app.database import failures, models, sqlite_file
from crm_app.database.engine import get_engine
from crm_app.database.transaction import transaction

ROOT = Path(__file__).parents[2]
ALEMBIC_INI = ROOT / "alembic.ini"
VERSIONS = ROOT / "alembic/versions"
MIGRATION_LOCK = 0x43524D  # "CRM": any number no other program takes as its advisory lock
VERSION_TABLE = "alembic_version"
FIRST_TABLES = {"account", "contact", "installation"}  # since the first revision
INDEX_TABLES = ("contact_search", "contact_tag")  # how the names of SQLite's own tables begin
NOT_ON_SQLITE = {"fk_contact_change_contact", "ix_contact_search_text", "ix_contact_tag_ids"}
FOREIGN = "The database has tables of another program: name another one in CRM_DATABASE_URL"
assert models.Contact  # importing the models fills the metadata


class UnfitDatabase(Exception):
    """The database is not this program's, or a newer release's; the message says which."""


def migrate() -> None:
    """Bring the schema to the newest revision; writes nothing when it is there already.

    Runs in one transaction under a lock, so that processes starting together do it once.

    Raises:
        UnfitDatabase: The database is left as it was.
        CrmError: It cannot be opened, read or written to.
    """
    with _translated():
        _refuse_unfit()
    with transaction(read_only=True) as db:
        if current(db.connection()) == known()[-1]:
            return
    with _translated():
        _upgrade()


def _refuse_unfit() -> None:
    with _looking() as connection:
        if reason := find_obstacle(connection):
            raise UnfitDatabase(reason)


@contextmanager
def _looking() -> Generator[Connection]:
    """Connect without changing anything: the engine would mark a foreign SQLite file as WAL."""
    path = get_engine().url.database or ""
    if get_engine().dialect.name == "sqlite":
        with sqlite_file.reading(Path(path)) as connection:
            yield connection
    else:
        with get_engine().connect() as connection:
            yield connection


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        failure = failures.translate(error)
        if failure is None:
            raise
        raise failure from error


def _upgrade() -> None:
    # Only a migration needs them, and they take a sixth of the time that the program loads.
    from alembic import command
    from alembic.config import Config

    with get_engine().begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        config = Config(ALEMBIC_INI)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@cache
def known() -> tuple[str, ...]:
    """Return all revisions of the program, the oldest first; their files are named after them."""
    return tuple(sorted(path.name.partition("_")[0] for path in VERSIONS.glob("*.py")))


def current(connection: Connection) -> str:
    """Return the database's revision, empty when it has none yet."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return ""
    versions = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
    return ",".join(versions.scalars())


def describe(revision: str) -> str:
    """Return what is wrong with a database of this revision, empty when it is the newest."""
    if revision == known()[-1]:
        return ""
    if revision and revision not in known():
        return f"The schema ({revision}) is newer than this program"
    behind = len(known()) - known().index(revision) - 1 if revision else len(known())
    return f"The schema is {behind} migration{'s' * (behind > 1)} behind"


def find_obstacle(connection: Connection) -> str:
    """Return why this program must not use the database; empty when it may.

    A schema of PostgreSQL may be shared, as long as no table has the name of one of ours.
    """
    revision = current(connection)
    if revision and revision not in known():
        return describe(revision)
    tables = set(sa.inspect(connection).get_table_names())
    if revision:
        return "" if tables >= FIRST_TABLES else FOREIGN
    is_shared = connection.dialect.name == "postgresql"
    foreign = tables & set(SQLModel.metadata.tables) if is_shared else tables - {VERSION_TABLE}
    return FOREIGN if foreign else ""


def is_compared(_thing: object, name: str | None, kind: str, *_: object) -> bool:
    """Return whether alembic compares this part of the schema with the models.

    On SQLite the indexes of words and tags are tables with triggers, and the foreign key of
    the history has no book in it.
    """
    if get_engine().dialect.name != "sqlite":
        return True
    is_of_index = kind == "table" and (name or "").startswith(INDEX_TABLES)
    return not is_of_index and name not in NOT_ON_SQLITE
