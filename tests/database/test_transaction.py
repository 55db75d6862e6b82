"""The database as it is set up: SQLite's safety, one migration, constraints that hold."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from crm_app.database import revisions
from crm_app.database.engine import BUSY_TIMEOUT_MS, get_engine
from crm_app.database.transaction import transaction
from crm_app.errors import NotSignedIn
from crm_app.repositories import accounts
from tests.driving import signed_in

ROOT = Path(__file__).parents[2]


def pragma(name: str) -> object:
    with transaction(read_only=True) as db:
        return db.connection().exec_driver_sql(f"PRAGMA {name}").scalar()


def test_sqlite_is_set_up_to_lose_nothing(sqlite: str) -> None:
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2  # FULL
    assert pragma("foreign_keys") == 1
    assert pragma("busy_timeout") == BUSY_TIMEOUT_MS


def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/crm.db"
    environment = os.environ | {"CRM_DATABASE_URL": url}
    subprocess.run(
        [sys.executable, "-m", "crm_app", "migrate"], cwd=ROOT, env=environment, check=True
    )
    for path in [tmp_path / "data", *(tmp_path / "data").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


@pytest.mark.usefixtures("database")
def test_the_migration_makes_what_the_models_say() -> None:
    with get_engine().connect() as connection:
        options = {"compare_type": True, "include_object": revisions.is_compared}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.usefixtures("database")
def test_migrating_again_and_at_the_same_time_does_nothing() -> None:
    threads = [Thread(target=revisions.migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction(read_only=True) as db:
        found = db.connection().exec_driver_sql("SELECT version_num FROM alembic_version")
        assert found.all() == [(revisions.known()[-1],)]


@pytest.mark.usefixtures("database")
def test_writers_do_not_lose_updates() -> None:
    signed_in()

    def add() -> None:
        for _ in range(10):
            with transaction() as db:
                connection = db.connection()
                row = "SELECT id FROM account ORDER BY id LIMIT 1"
                lock = "" if connection.dialect.name == "sqlite" else " FOR UPDATE"
                connection.exec_driver_sql(row + lock)
                count = connection.exec_driver_sql("SELECT count(*) FROM sign_in_delay").scalar()
                connection.execute(
                    sa.text(
                        "INSERT INTO sign_in_delay (key, failures, tried_at, blocked_until) "
                        "SELECT :key, 0, min(created_at), min(created_at) FROM account"
                    ),
                    {"key": f"key {count}"},
                )

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction(read_only=True) as db:
        count = db.connection().exec_driver_sql("SELECT count(*) FROM sign_in_delay").scalar()
    assert count == 40


CONTACT = (
    "INSERT INTO contact (public_id, book_id, name, email, email_key, search_text, version,"
    " created_at, updated_at, deleted_at) SELECT {id}, {owner}, 'A', 'a@b.de',"
    " 'a@b.de', ' a', {version}, created_at, created_at, {deleted} FROM account LIMIT 1"
)
ONE, TWO = "'00000000000070008000000000000001'", "'00000000000070008000000000000002'"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("second", "is_accepted"),
    [
        ({}, False),  # an active contact has this email
        ({"deleted": "created_at"}, True),
        ({"deleted": "created_at", "id": ONE}, False),
        ({"deleted": "created_at", "owner": "NULL"}, False),
        ({"deleted": "created_at", "owner": "77"}, False),
        ({"deleted": "created_at", "version": "0"}, False),
    ],
)
def test_the_database_has_the_last_word(second: dict[str, str], is_accepted: bool) -> None:
    signed_in()
    usual = {"id": TWO, "owner": "account.id", "deleted": "NULL", "version": "1"}

    def insert(**values: str) -> None:
        with transaction() as db:
            db.connection().exec_driver_sql(CONTACT.format(**usual | values))

    insert(id=ONE)
    if is_accepted:
        insert(**second)
        return
    with pytest.raises(NotSignedIn if second.get("owner") == "77" else IntegrityError):
        insert(**second)


ACCOUNT = (
    "INSERT INTO account (id, is_guest, email, email_key, created_at)"
    " VALUES ({id}, {is_guest}, '{email}', '{key}', '2026-11-01 00:00:00+00:00')"
)


@pytest.mark.usefixtures("database")
def test_keys_of_emails_are_computed_again_and_nobody_loses_an_account() -> None:
    former = {
        1: ("info@münchen.example", "info@münchen.example"),
        2: ("info@xn--mnchen-3ya.example", "info@xn--mnchen-3ya.example"),
        3: ("info@straße.example", "info@strasse.example"),
        4: ("ａｄａ@example.com", "ａｄａ@example.com"),
        5: ("Bob@Example.com", "bob@example.com"),
    }
    config = Config(revisions.ALEMBIC_INI)
    with get_engine().begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")
        for id, (email, key) in former.items():
            is_guest = "false" if connection.dialect.name == "postgresql" else "0"
            values = {"id": id, "is_guest": is_guest, "email": email, "key": key}
            connection.exec_driver_sql(ACCOUNT.format(**values))
        command.upgrade(config, "head")
        rows = connection.exec_driver_sql("SELECT id, email_key FROM account ORDER BY id").all()
    assert dict(tuple(row) for row in rows) == {
        1: "info@münchen.example",  # the second's key is taken
        2: "info@xn--mnchen-3ya.example",
        3: "info@xn--strae-oqa.example",
        4: "ada@example.com",
        5: "bob@example.com",
    }
    with transaction(read_only=True) as db:
        for id, (email, _) in former.items():
            account = accounts.find_by_email(db, email)
            assert account is not None
            assert account.id == id
