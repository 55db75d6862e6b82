"""Which databases the program migrates, and which it leaves alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from crm_app.database import revisions
from crm_app.database.engine import get_engine
from tests.conftest import new_postgres_database
from tests.driving import use_database


def test_revisions_are_those_alembic_knows_in_its_order() -> None:
    scripts = ScriptDirectory.from_config(Config(revisions.ALEMBIC_INI)).walk_revisions()
    assert revisions.known() == tuple(script.revision for script in scripts)[::-1]


@pytest.mark.parametrize("is_wal", [False, True])
def test_a_foreign_sqlite_file_is_refused_and_left_as_it_was(tmp_path: Path, is_wal: bool) -> None:
    file = tmp_path / "crm.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA journal_mode={'WAL' if is_wal else 'DELETE'}")
        connection.execute("CREATE TABLE song (title TEXT)")
    before = file.read_bytes()
    with pytest.raises(revisions.UnfitDatabase, match="tables of another program"):
        use_database(f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_a_revision_number_that_another_program_has_too_does_not_make_it_ours(
    tmp_path: Path,
) -> None:
    file = tmp_path / "crm.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    with pytest.raises(revisions.UnfitDatabase, match="tables of another program"):
        use_database(f"sqlite:///{file}")


def test_a_schema_of_postgresql_is_shared_unless_a_table_has_our_name(postgres_url: str) -> None:
    for table, is_shared in (("song", True), ("contact", False)):
        url = new_postgres_database(postgres_url)
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE TABLE {table} (title TEXT)")
        if is_shared:
            use_database(url)
        else:
            with pytest.raises(revisions.UnfitDatabase, match="tables of another program"):
                use_database(url)
        with engine.connect() as connection:
            assert sa.inspect(connection).has_table("account") == is_shared
        engine.dispose()
        get_engine().dispose()
