"""Copies of the database: saved while people write, restored while nobody has it open."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.server import ROOT, Server, running

EMAIL = ("--email", "ada@example.com")
PASSWORD = "correct horse battery staple\n"
POSTGRES = "postgresql+psycopg://me:secret@db.example.com/crm?password=secret"


def crm(database: Path | str, *arguments: object) -> subprocess.CompletedProcess[str]:
    url = database if isinstance(database, str) else f"sqlite:///{database}"
    return subprocess.run(
        [sys.executable, "-m", "crm_app", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"CRM_DATABASE_URL": url},
        input=PASSWORD,
        capture_output=True,
        text=True,
        check=False,
    )


def refusal(database: Path | str, *arguments: object) -> str:
    done = crm(database, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    return done.stderr


def count(file: Path, table: str = "account") -> int:
    address = f"file:{file}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("backup")) as server:
        yield server


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one account, to copy."""
    file = tmp_path_factory.mktemp("saved") / "crm.db"
    crm(file, "create-user", *EMAIL)
    return file


def write_guests(database: Path, is_over: Event) -> None:
    """Write accounts and their sessions together, again and again, as other processes do."""
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        while not is_over.is_set():
            with connection:
                connection.execute(
                    "INSERT INTO sign_in_delay (key, failures, tried_at, blocked_until)"
                    " VALUES (hex(randomblob(16)), 0, '2999-01-01', '2999-01-01')"
                )
                connection.execute(
                    "INSERT INTO account (is_guest, created_at) VALUES (1, '2999-01-01')"
                )
            time.sleep(0.001)


def test_a_copy_is_of_one_moment_while_others_write(server: Server, tmp_path: Path) -> None:
    is_over = Event()
    writer = Thread(target=write_guests, args=(server.database, is_over))
    writer.start()
    try:
        done = crm(server.database, "backup", tmp_path / "copy.db")
    finally:
        is_over.set()
        writer.join()
    copy = tmp_path / "copy.db"
    assert done.stderr == ""
    accounts = count(copy)
    assert accounts > 0
    assert accounts == count(copy, "sign_in_delay")
    assert done.stdout.startswith(f"Saved {copy}: {accounts:,} accounts, 0 contacts")
    assert files(tmp_path) == {"copy.db"}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_what_exists_is_not_overwritten(server: Server, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("mine")
    assert refusal(server.database, "backup", copy) == (
        f"{copy} exists already and is not overwritten\n"
    )
    assert copy.read_text() == "mine"
    assert refusal(server.database, "backup", tmp_path / "none/copy.db") == (
        f"There is no folder {tmp_path}/none\n"
    )


def test_a_database_that_is_in_use_is_not_replaced(server: Server, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    crm(server.database, "backup", copy)
    inode = server.database.stat().st_ino
    assert refusal(server.database, "restore", copy) == (
        "The database is in use: stop the server first\n"
    )
    assert server.database.stat().st_ino == inode
    assert not any(name.startswith(".crm.db") for name in files(server.database.parent))


def test_a_database_that_was_renamed_under_the_server_is_in_use(
    server: Server, tmp_path: Path
) -> None:
    copy, moved = tmp_path / "copy.db", tmp_path / "moved.db"
    crm(server.database, "backup", copy)
    server.database.rename(moved)
    try:
        for replacement in (None, copy):
            if replacement:
                shutil.copy(replacement, server.database)
            assert refusal(server.database, "restore", copy) == (
                "The database is in use: stop the server first\n"
            )
            assert server.database.with_name("crm.db-wal").exists()
    finally:
        moved.rename(server.database)


def test_a_link_to_the_database_stays_one(tmp_path: Path, saved: Path) -> None:
    (tmp_path / "other").mkdir()
    target, link = tmp_path / "other" / "real.db", tmp_path / "crm.db"
    copy = tmp_path / "copy.db"
    shutil.copy(saved, target)
    link.symlink_to(target)
    crm(link, "backup", copy)
    crm(link, "create-user", "--email", "eve@example.com")
    crm(link, "restore", copy)
    assert link.is_symlink()
    assert count(target) == 1


def test_a_log_without_its_database_is_not_taken_for_nothing(tmp_path: Path, saved: Path) -> None:
    database, copy = tmp_path / "crm.db", tmp_path / "copy.db"
    shutil.copy(saved, database)
    crm(database, "backup", copy)
    database.unlink()
    (tmp_path / "crm.db-wal").write_bytes(b"a log")
    assert "is missing, but not its log" in refusal(database, "restore", copy)
    assert not database.exists()


def test_a_copy_comes_back_and_the_former_database_is_kept(tmp_path: Path, saved: Path) -> None:
    database, copy = tmp_path / "crm.db", tmp_path / "copy.db"
    shutil.copy(saved, database)
    crm(database, "backup", copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE account SET email = ?1, email_key = ?1", ("bob@example.com",))
    crm(database, "create-user", "--email", "eve@example.com")
    done = crm(database, "restore", copy)
    restored, kept = done.stdout.splitlines()
    assert restored.startswith(f"Restored {copy}: 1 account, 0 contacts")
    assert count(Path(kept.removeprefix("The former database is kept as "))) == 2
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    assert crm(database, "disable-user", "--email", "bob@example.com").returncode == 0


def test_a_damaged_database_is_replaced_and_its_log_is_not_read(
    tmp_path: Path, saved: Path
) -> None:
    database, copy = tmp_path / "crm.db", tmp_path / "copy.db"
    shutil.copy(saved, database)
    crm(database, "backup", copy)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM account")
        shutil.copy(f"{database}-wal", tmp_path / "stale")
    database.write_bytes(b"no database at all" * 1000)
    shutil.move(tmp_path / "stale", f"{database}-wal")
    assert crm(database, "restore", copy).returncode == 0
    assert crm(database, "disable-user", *EMAIL).returncode == 0


def test_an_older_copy_is_migrated(tmp_path: Path, sqlite_template: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(sqlite_template, copy)
    former = [sys.executable, "-m", "alembic", "downgrade", "0004"]
    environment = os.environ | {"CRM_DATABASE_URL": f"sqlite:///{copy}"}
    subprocess.run(former, cwd=ROOT, env=environment, check=True, capture_output=True)
    database = tmp_path / "deep/crm.db"
    assert crm(database, "restore", copy).stderr == ""
    assert "up to date" in crm(database, "migrate").stdout
    assert files(database.parent) == {"crm.db"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "is newer than this program"),
        ("DROP TABLE alembic_version", "tables of another program"),
        ("INSERT INTO browser_session SELECT 1, 77, 'x', 1, 'x', '', '', 1, 1, 1", "belongs to"),
        ("", "cannot be copied: file is not a database"),
    ],
)
def test_an_unfit_copy_is_refused_and_the_database_stays(
    tmp_path: Path, sqlite_template: Path, change: str, reason: str
) -> None:
    database, copy = tmp_path / "crm.db", tmp_path / "copy.db"
    shutil.copy(sqlite_template, copy)
    if change:
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute(change)
    else:
        copy.write_bytes(b"no database at all" * 1000)
    database.write_bytes(b"")
    assert reason in refusal(database, "restore", copy)
    assert files(tmp_path) == {"crm.db", "copy.db"}
    assert database.read_bytes() == b""


def test_for_postgresql_the_command_is_named_and_the_password_is_not(tmp_path: Path) -> None:
    saving = refusal(POSTGRES, "backup", tmp_path / "copy")
    restoring = refusal(POSTGRES, "restore", tmp_path / "copy")
    for said, command in ((saving, "use pg_dump "), (restoring, "use pg_restore ")):
        assert command in said
        assert "'postgresql://me@db.example.com/crm'" in said
        assert "secret" not in said
