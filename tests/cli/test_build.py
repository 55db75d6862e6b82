"""The build on a fresh checkout: it asks nobody but npm, changes nothing, and leaks nothing."""

import gzip
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.factories import form
from tests.server import audited, connections, free_port
from tests.visitor import Visitor, fetch_cookie, in_own_loop

ROOT = Path(__file__).parents[2]
NOT_IN_A_CLONE = (
    *(".git", ".venv", ".web", ".states", "data", "node_modules", ".chromium", "__pycache__"),
    *(".pytest_cache", ".ruff_cache", ".hypothesis"),
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the project as a fresh clone has them, built."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(
        ROOT, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*NOT_IN_A_CLONE)
    )
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


def test_the_components_are_in_the_bundle_and_their_sources_are_not_served(checkout: Path) -> None:
    sources = {path.name for path in (checkout / "crm_app/components").rglob("*.js*")}
    assert {path.name for path in (checkout / ".web/browser").iterdir()} == sources
    client = checkout / ".web/build/client"
    assert not sources & {path.name for path in client.rglob("*")}
    scripts = "".join(path.read_text() for path in client.rglob("*.js"))
    assert "crm-draft:" in scripts


def test_scripts_have_sidecars_that_are_smaller(checkout: Path) -> None:
    scripts = (checkout / ".web/build/client/assets").glob("*.js")
    script = max(scripts, key=lambda path: path.stat().st_size)
    assert gzip.decompress(Path(f"{script}.gz").read_bytes()) == script.read_bytes()
    assert Path(f"{script}.br").stat().st_size < script.stat().st_size / 2


def test_a_second_build_has_nothing_to_do(checkout: Path) -> None:
    done = python(checkout, "-m", "crm_app", "build")
    assert done.stdout == "The page is up to date.\n"


def test_a_changed_source_makes_the_page_outdated(checkout: Path) -> None:
    is_built = "from crm_app.cli import build; print(build.is_built())"
    extra = checkout / "assets/not-there-before.txt"
    extra.write_text("new")
    assert python(checkout, "-c", is_built).stdout == "False\n"
    extra.unlink()
    assert python(checkout, "-c", is_built).stdout == "True\n"


def test_a_build_removes_what_an_older_one_left(checkout: Path) -> None:
    (checkout / ".web/public/crm.js").write_text("a script that was in assets")
    (checkout / ".web/browser/old.jsx").write_text("a component of an older version")
    (checkout / ".web/build/digest").unlink()
    done = python(checkout, "-m", "crm_app", "build")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (checkout / ".web/build/client/crm.js").exists()
    assert not (checkout / ".web/browser/old.jsx").exists()


def test_plain_reflex_run_serves_the_page_with_hot_reload(checkout: Path) -> None:
    frontend, backend = free_port(), free_port()
    log = checkout / "dev.log"
    ports = ["--frontend-port", str(frontend), "--backend-port", str(backend)]
    reflex = Path(sys.executable).with_name("reflex")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [reflex, "run", *ports],
            cwd=checkout,
            env={name: value for name, value in os.environ.items() if not name.startswith("CRM_")},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        page = wait_for_page(f"http://localhost:{frontend}/", log)
        script = f"http://localhost:{backend}/session.js"
        assert script in page
        wait_for_page(script, log)
        cookie = fetch_cookie(script)

        data = form()

        async def create() -> int:
            async with Visitor(f"http://localhost:{backend}", cookie) as visitor:
                await visitor.send(ContactFormState.create_contact, form_data=data)
                return visitor.of(ContactListState)["total"]

        assert in_own_loop(create) == 1
        time.sleep(4)  # writing to the database must not look like a change of the source
        assert in_own_loop(create) == 1
        assert log.read_text().count("Compiling:") <= 2
        # The production build before has bound the socket to the page's port.
        assert "endpoint.hostname = " in (checkout / ".web/utils/state.js").read_text()
        assert (checkout / "data/crm.db").is_file()
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def wait_for_page(url: str, log: Path) -> str:
    """Return what is served there, as soon as something is."""
    deadline = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return response.read().decode()
        except OSError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.3)


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the checkout."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("what", ["a page that is not built", "a broken source"])
def test_a_start_that_fails_says_why(checkout: Path, what: str) -> None:
    if what == "a page that is not built":
        shutil.rmtree(checkout / ".web/build", ignore_errors=True)
        done = python(checkout, "-m", "crm_app", "serve")
        expected = "The page has not been built yet"
    else:
        (checkout / "crm_app/page.py").write_text("this is no Python")
        done = python(checkout, "-m", "crm_app", "build")
        expected = "The page could not be built"
    assert done.returncode != 0
    assert expected in done.stderr
