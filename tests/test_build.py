"""The build on a fresh checkout: it asks nobody but npm, changes nothing, and leaks nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import audited, connections

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the project as a fresh clone has them, built."""
    folder = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    for name in listed.stdout.decode().splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    environment = audited(folder / "connections") | {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-m", "crm_app", "build"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_it_connects_to_nobody_itself(checkout: Path) -> None:
    assert connections(checkout / "connections") == []


def test_it_leaves_the_lock_files_as_they_are(checkout: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        assert (checkout / "reflex.lock" / name).read_bytes() == (
            ROOT / "reflex.lock" / name
        ).read_bytes()


def test_it_creates_no_database(checkout: Path) -> None:
    assert not (checkout / "data").exists()


def test_the_bundle_has_no_radix_themes_and_follows_the_pages_port(checkout: Path) -> None:
    scripts = "".join(p.read_text() for p in (checkout / ".web/build/client").rglob("*.js"))
    assert "radix-ui" not in scripts
    assert "window.location.host" in scripts


def test_a_second_build_has_nothing_to_do(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crm_app", "build"],
        cwd=checkout,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "The page is up to date.\n"


@pytest.mark.parametrize("what", ["a half-built page", "a broken source"])
def test_a_build_that_fails_says_why(checkout: Path, what: str) -> None:
    if what == "a half-built page":
        shutil.rmtree(checkout / ".web/build")
        arguments = ["serve"]
        expected = "The page has not been built yet"
    else:
        (checkout / "crm_app/page.py").write_text("this is no Python")
        arguments = ["build"]
        expected = "The page could not be built"
    done = subprocess.run(
        [sys.executable, "-m", "crm_app", *arguments],
        cwd=checkout,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert expected in done.stderr
