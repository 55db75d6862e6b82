"""The command line, run as a person runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crm_app import serve

ROOT = Path(__file__).parent.parent


def crm(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crm_app", *arguments],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_the_commands() -> None:
    done = crm("--help")
    assert done.returncode == 0
    for command in ("migrate", "build", "serve"):
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
    if not serve.is_built():
        serve.build_page()
    done = crm("build")
    assert (done.returncode, done.stdout) == (0, "The page is up to date.\n")


def test_a_changed_source_makes_the_page_outdated(tmp_path: Path) -> None:
    if not serve.is_built():
        serve.build_page()
    extra = ROOT / "assets/not-there-before.txt"
    try:
        extra.write_text("new")
        assert not serve.is_built()
    finally:
        extra.unlink()
    assert serve.is_built()
