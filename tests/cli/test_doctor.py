"""The doctor finds the problems of an installation, and changes nothing."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.postgres import postgres
from tests.redis_server import redis_server
from tests.server import ROOT, free_port


def examine(folder: Path, **variables: str) -> tuple[int, str]:
    """Run the doctor on the database in the folder; its exit code and what it said."""
    own = {"CRM_DATABASE_URL": f"sqlite:///{folder}/crm.db", **variables}
    done = subprocess.run(
        [sys.executable, "-m", "crm_app", "doctor"],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def copied(template: Path, folder: Path) -> Path:
    shutil.copy(template, folder / "crm.db")
    return folder / "crm.db"


def finding(report: str, level: str, subject: str, text: str) -> bool:
    lines = [line.split(maxsplit=2) for line in report.splitlines() if line]
    return any(line[:2] == [level, subject] and text in line[2] for line in lines if len(line) > 2)


def problems(report: str) -> list[str]:
    return [line for line in report.splitlines() if line.startswith("problem")]


def test_a_migrated_database_is_well_and_stays_as_it_was(
    tmp_path: Path, sqlite_template: Path
) -> None:
    file = copied(sqlite_template, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    code, report = examine(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert finding(report, "ok", "database", f"{file}, 0.")
    assert finding(report, "ok", "database", "SQLite 3.")
    assert finding(report, "ok", "schema", "the newest")
    assert finding(report, "ok", "disk", "GB free in")
    assert finding(report, "ok", "safety", "this machine only")
    assert code == bool(problems(report))
    assert all(line.split()[1] == "page" for line in problems(report))


def test_a_missing_database_is_not_created(tmp_path: Path) -> None:
    _, report = examine(tmp_path / "deep")
    assert finding(report, "warning", "database", "is not there yet")
    assert list(tmp_path.iterdir()) == []


def test_a_schema_that_is_behind_is_named_and_one_ahead_is_a_problem(
    tmp_path: Path, sqlite_template: Path
) -> None:
    file = copied(sqlite_template, tmp_path)
    for revision, level in (("0001", "warning"), ("9999", "problem")):
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        code, report = examine(tmp_path)
        assert finding(report, level, "schema", "migration" if level == "warning" else "newer")
    assert code == 1


def test_a_damaged_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "crm.db").write_bytes(b"no database at all" * 1000)
    code, report = examine(tmp_path)
    assert code == 1
    assert finding(report, "problem", "database", "cannot be opened: file is not a database")


def test_what_others_can_write_to_is_a_problem(tmp_path: Path, sqlite_template: Path) -> None:
    copied(sqlite_template, tmp_path).chmod(0o666)
    code, report = examine(tmp_path)
    assert code == 1
    assert finding(report, "problem", "database", "others can write to")


def test_what_looks_like_a_setting_and_is_none_is_named(tmp_path: Path) -> None:
    _, report = examine(tmp_path, CRM_GUETS="off")
    assert finding(report, "warning", "settings", "CRM_GUETS is no setting, and has no effect")
    assert "CRM_DATABASE_URL is no setting" not in report


def test_what_others_can_read_is_warned_of(sqlite_template: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        file = copied(sqlite_template, folder)
        file.chmod(0o644)
        assert "others here can read" not in examine(folder)[1]  # nobody gets into the folder
        folder.chmod(0o755)
        _, report = examine(folder)
        assert finding(report, "warning", "safety", f"others here can read {file}: chmod o-r")
        file.chmod(0o640)
        assert "others here can read" not in examine(folder)[1]


def test_settings_are_shown_and_secrets_are_not(tmp_path: Path) -> None:
    secrets = {
        "CRM_DATABASE_URL": "postgresql://me:secret-1@127.0.0.1:1/none?password=secret-2",
        "CRM_REDIS_URL": f"redis://:secret-3@127.0.0.1:{free_port()}",
        "CRM_METRICS_TOKEN": "secret-4-and-long-enough",
        "CRM_SENTRY_DSN": "https://secret5@sentry.example.com/1",
    }
    code, report = examine(tmp_path, CRM_SESSION_HOURS="7", **secrets)
    assert code == 1
    assert "secret" not in report
    assert "CRM_SESSION_HOURS                     7\n" in report
    assert "CRM_METRICS_TOKEN                     ***\n" in report
    assert finding(report, "problem", "database", "cannot be opened")
    assert finding(report, "problem", "redis", "does not respond")


def test_what_is_unwise_in_public_is_named(tmp_path: Path) -> None:
    code, report = examine(tmp_path, CRM_PUBLIC_URL="http://crm.example.com")
    assert code == 1
    for level, text in (
        ("problem", "CRM_PUBLIC_URL is http"),
        ("warning", "CRM_ENV is not production"),
        ("warning", "CRM_GUESTS lets every visitor in"),
        ("warning", "CRM_SIGN_UP lets"),
    ):
        assert finding(report, level, "safety", text)
    safe = {"CRM_PUBLIC_URL": "https://crm.example.com", "CRM_ENV": "production"}
    _, report = examine(tmp_path, CRM_SIGN_UP="off", CRM_TRUSTED_PROXIES="1", **safe)
    assert "safety" not in report


def test_postgresql_and_redis_are_asked(tmp_path: Path) -> None:
    with postgres() as url, redis_server(tmp_path) as redis_url:
        _, report = examine(tmp_path, CRM_DATABASE_URL=url, CRM_REDIS_URL=redis_url)
    assert finding(report, "ok", "database", "PostgreSQL 1")
    assert finding(report, "warning", "schema", "migrations behind")
    assert finding(report, "ok", "redis", "responds")
