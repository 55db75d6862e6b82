"""`python -m crm_app seed`, run as a person runs it."""

import os
import signal
import sqlite3
import subprocess
import sys
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crm_app.cli import seed as seed_command
from crm_app.cli.progress import Progress
from crm_app.services.samples.seeding import BATCH
from tests.cli.test_commands import PASSWORD, ROOT, crm
from tests.driving import use_migrated_database

EMAIL = "ada@example.com"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with an account."""
    url = f"sqlite:///{tmp_path}/crm.db"
    made = crm("create-user", "--email", EMAIL, typed=f"{PASSWORD}\n", CRM_DATABASE_URL=url)
    assert made.returncode == 0
    return url


def seed(url: str, count: str, email: str = EMAIL, **variables: str) -> Any:
    return crm("seed", "--email", email, "--count", count, CRM_DATABASE_URL=url, **variables)


def count_rows(folder: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(folder / "crm.db")) as connection:
        statement = "SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM contact_change)"
        return connection.execute(statement).fetchone()


def test_an_address_book_is_filled_and_filled_again(tmp_path: Path, url: str) -> None:
    for _ in range(2):
        done = seed(url, "4001", email=EMAIL.upper())
        assert done.returncode == 0
        assert done.stdout.startswith("Added 4,001 contacts for ADA@EXAMPLE.COM in ")
        added = [*range(500, 4_001, 500), 4_001]
        lines = [f"{number:,} of 4,001 contacts" for number in added]
        assert done.stderr.splitlines() == lines
    assert count_rows(tmp_path) == (8002, 8002)


def test_one_contact_in_one_second_is_in_the_singular(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_migrated_database(url)
    monkeypatch.setattr(Progress, "seconds", 1.4)
    seed_command.fill(Namespace(email=EMAIL, count=1, seed=1))
    assert capsys.readouterr().out == f"Added 1 contact for {EMAIL} in 1 second\n"
    monkeypatch.setattr(Progress, "seconds", 0.4)
    seed_command.fill(Namespace(email=EMAIL, count=2, seed=1))
    assert capsys.readouterr().out == f"Added 2 contacts for {EMAIL} in 0 seconds\n"


def test_nothing_is_added_beyond_the_quota(tmp_path: Path, url: str) -> None:
    done = seed(url, "11", CRM_LIMIT_CONTACTS_PER_ACCOUNT="10")
    assert done.returncode != 0
    assert done.stderr == (
        "An account can keep 10 contacts, deleted ones included for 30 days."
        " There is room for 10.\n"
    )
    assert count_rows(tmp_path) == (0, 0)


@pytest.mark.parametrize("count", ["0", "-3", "many"])
def test_a_count_that_is_none_is_named(url: str, count: str) -> None:
    done = seed(url, count)
    assert done.returncode == 2
    assert "argument --count: " in done.stderr


def test_there_is_nothing_to_fill_for_nobody(url: str) -> None:
    done = seed(url, "1", email="nobody@example.com")
    assert done.returncode != 0
    assert done.stderr == "There is no account with the email address nobody@example.com\n"


def test_ctrl_c_leaves_whole_batches(tmp_path: Path, url: str) -> None:
    command = [sys.executable, "-m", "crm_app", "seed", "--email", EMAIL, "--count", "100000"]
    environment = os.environ | {"CRM_DATABASE_URL": url}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "10,000 of 100,000 contacts\n"
        process.send_signal(signal.SIGINT)
        last = process.stderr.read().splitlines()[-1]
    contacts, changes = count_rows(tmp_path)
    assert process.returncode == 130
    assert last == f"Stopped after {contacts:,} of 100,000 contacts"
    assert contacts == changes
    assert (contacts % BATCH, contacts < 100_000) == (0, True)
