"""The command line, run as a person runs it."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from crm_app.cli import build
from crm_app.database import revisions
from crm_app.database.failures import SENTENCES, Reason
from tests.server import running

ROOT = Path(__file__).parents[2]


def crm(*arguments: str, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crm_app", *arguments],
        cwd=ROOT,
        input=typed,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_the_commands() -> None:
    done = crm("--help")
    assert done.returncode == 0
    for command in ("migrate", "build", "serve", "create-user", "reset-password", "seed"):
        assert command in done.stdout


def test_migrate_creates_the_database_and_says_which(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deep/er/crm.db"
    for _ in range(2):
        done = crm("migrate", CRM_DATABASE_URL=url)
        assert (done.returncode, done.stdout) == (0, f"The database is up to date: {url}\n")
    assert (tmp_path / "deep/er/crm.db").is_file()


def test_no_password_is_printed() -> None:
    done = crm("migrate", CRM_DATABASE_URL="postgresql://me:secret@127.0.0.1:1/none")
    assert done.returncode != 0
    assert "the database cannot be opened" in done.stderr
    assert "secret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CRM_ENV", "staging"),
        ("CRM_DATABASE_URL", "mysql://x/y"),
        ("CRM_DATABASE_URL", "sqlite:////proc/none/crm.db"),
        ("CRM_PUBLIC_URL", "crm.example.com"),
    ],
)
def test_a_wrong_setting_is_named(variable: str, value: str) -> None:
    done = crm("migrate", **{variable: value})
    assert done.returncode != 0
    assert variable in done.stderr
    assert "Traceback" not in done.stderr


def test_a_page_that_is_up_to_date_is_not_built_again() -> None:
    if not build.is_built():
        build.build_page()
    done = crm("build")
    assert (done.returncode, done.stdout) == (0, "The page is up to date.\n")


def test_a_port_that_is_taken_is_refused_and_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = crm("serve", "--port", port)
    assert done.returncode != 0
    assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--port", "80000"), "invalid port value: '80000'"),
        (("--port", "abc"), "invalid port value: 'abc'"),
        (("--host", "no such host"), "Cannot listen on no such host port 8000"),
    ],
)
def test_a_wrong_address_is_named(arguments: tuple[str, ...], named: str) -> None:
    done = crm("serve", *arguments)
    assert done.returncode != 0
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    environment = os.environ | {"CRM_DATABASE_URL": f"sqlite:///{tmp_path}/crm.db"}
    command = [sys.executable, "-m", "crm_app", "migrate"]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        for _ in range(3)
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection:
        assert connection.execute("SELECT count(*) FROM installation").fetchone() == (1,)


COMMANDS = (("migrate",), ("serve",), ("reset-password", "--email", "ada@example.com"))


def refusals(folder: Path) -> set[str]:
    """Return what the commands say that refuse the database in the folder, and check they do."""
    url = f"sqlite:///{folder}/crm.db"
    ended = [crm(*command, CRM_DATABASE_URL=url) for command in COMMANDS]
    assert all(done.returncode == 1 for done in ended)
    return {done.stderr for done in ended}


def test_a_newer_schema_is_refused_in_one_sentence(tmp_path: Path) -> None:
    crm("migrate", CRM_DATABASE_URL=f"sqlite:///{tmp_path}/crm.db")
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert refusals(tmp_path) == {"The schema (9999) is newer than this program\n"}


def test_a_database_of_another_program_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection:
        connection.execute("CREATE TABLE song (title TEXT)")
    before = (tmp_path / "crm.db").read_bytes()
    assert refusals(tmp_path) == {f"{revisions.FOREIGN}\n"}
    assert (tmp_path / "crm.db").read_bytes() == before


def test_a_damaged_database_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "crm.db").write_bytes(b"no database at all" * 1000)
    assert refusals(tmp_path) == {f"{SENTENCES[Reason.DAMAGED]}\n"}


def test_no_database_is_created_beside_the_log_of_a_missing_one(tmp_path: Path) -> None:
    (tmp_path / "crm.db-wal").write_bytes(b"what was written last")
    assert refusals(tmp_path) == {f"{SENTENCES[Reason.MISSING]}\n"}
    assert [path.name for path in tmp_path.iterdir()] == ["crm.db-wal"]
    report = crm("doctor", CRM_DATABASE_URL=f"sqlite:///{tmp_path}/crm.db").stdout
    assert "crm.db is missing, its log is there" in report


PASSWORD = "correct horse battery staple"


def test_users_are_made_reset_disabled_and_enabled(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/crm.db"
    here = {"CRM_DATABASE_URL": url, "CRM_PUBLIC_URL": "https://crm.example.com"}
    about = ("--email", "Ada@example.com")
    made = crm("create-user", *about, typed=f"{PASSWORD}\n", **here)
    assert made.stdout == "Ada@example.com can sign in at https://crm.example.com\n"
    assert crm("create-user", *about, typed=f"{PASSWORD}\n", **here).stderr == (
        "There is an account with the email address Ada@example.com already\n"
    )
    offered = crm("reset-password", *about, **here).stdout
    assert re.search(r"\nhttps://crm\.example\.com/#reset=[\w-]{43}\n$", offered)
    assert crm("disable-user", *about, **here).stdout == "Ada@example.com is disabled\n"
    assert crm("enable-user", *about, **here).stdout == "Ada@example.com is enabled\n"
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection:
        stored = "\n".join(connection.iterdump())
    assert PASSWORD not in stored
    assert offered.strip().split("=")[-1] not in stored


def test_links_lead_to_where_the_server_that_started_last_has_its_page(tmp_path: Path) -> None:
    about = ("--email", "ada@example.com")
    with running(tmp_path) as server:
        made = crm(
            "create-user", *about, typed=f"{PASSWORD}\n", CRM_DATABASE_URL=server.database_url
        )
        assert made.stdout == f"ada@example.com can sign in at {server.url}\n"
    offered = crm("reset-password", *about, CRM_DATABASE_URL=server.database_url).stdout
    assert offered.splitlines()[-1].startswith(f"{server.url}/#reset=")
    assert "set CRM_PUBLIC_URL" not in offered


@pytest.mark.parametrize(
    ("email", "password", "message"),
    [
        ("nonsense", PASSWORD, "An email address must have an @-sign."),
        ("ada@example.com", "short", "Use at least 8 characters"),
        ("ada@example.com", "", "Use at least 8 characters"),
    ],
)
def test_a_user_is_judged_by_the_rules_of_the_page(
    tmp_path: Path, email: str, password: str, message: str
) -> None:
    url = f"sqlite:///{tmp_path}/crm.db"
    done = crm("create-user", "--email", email, typed=f"{password}\n", CRM_DATABASE_URL=url)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["reset-password", "disable-user", "enable-user"])
def test_there_is_nothing_to_do_for_nobody(tmp_path: Path, command: str) -> None:
    url = f"sqlite:///{tmp_path}/crm.db"
    done = crm(command, "--email", "nobody@example.com", CRM_DATABASE_URL=url)
    assert done.returncode != 0
    assert done.stderr == "There is no account with the email address nobody@example.com\n"


@pytest.mark.parametrize("command", [("crm_app", "serve"), ("reflex", "run")])
def test_what_is_unsafe_does_not_start(tmp_path: Path, command: tuple[str, str]) -> None:
    variables = {"CRM_ENV": "production", "CRM_PUBLIC_URL": "http://crm.example.com"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=os.environ | variables | {"CRM_DATABASE_URL": f"sqlite:///{tmp_path}/crm.db"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode != 0
    assert done.stderr == "CRM_PUBLIC_URL: must begin with https:// in production\n"
