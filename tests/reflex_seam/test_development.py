"""The inspector is for `reflex run` in development; elsewhere it does not exist."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from crm_app.cli.build import CLIENT, build_page, is_built
from crm_app.reflex_seam.development import InspectorPlugin
from tests.server import ROOT, running

LOADED = """
import sys
import crm_app.crm_app
print(sorted(name for name in sys.modules if name.startswith("crm_app.inspector")))
"""
TWO_PORTS = {"REFLEX_FRONTEND_PORT": "3000", "REFLEX_BACKEND_PORT": "8000"}
ONE_PORT = {"REFLEX_FRONTEND_PORT": "8000", "REFLEX_BACKEND_PORT": "8000"}
DEV = {"REFLEX_ENV_MODE": "dev"}
PRODUCTION = {"CRM_ENV": "production", "CRM_PUBLIC_URL": "https://crm.example.com"}


def is_loaded(folder: Path, **variables: str) -> bool:
    """Return whether the application imports the inspector under these variables."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REFLEX_")}
    own = {"CRM_DATABASE_URL": f"sqlite:///{folder}/crm.db", **variables}
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(
        command, cwd=ROOT, env=clean | own, capture_output=True, text=True, check=True
    )
    return "crm_app.inspector.install" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "variables",
    [
        {},
        TWO_PORTS,
        {**TWO_PORTS, "REFLEX_ENV_MODE": "prod"},
        {**ONE_PORT, "REFLEX_ENV_MODE": "prod"},
        {**ONE_PORT, **DEV},
        {**TWO_PORTS, **DEV, **PRODUCTION},
    ],
    ids=["nothing", "two ports", "two ports, prod", "production", "one port, dev", "CRM_ENV"],
)
def test_outside_of_development_it_is_not_even_imported(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    assert not is_loaded(tmp_path, **variables)


def test_in_development_it_is_imported(tmp_path: Path) -> None:
    assert is_loaded(tmp_path, **TWO_PORTS, **DEV)


def test_nothing_of_it_is_in_the_production_build() -> None:
    if not is_built():
        build_page()
    files = [path for path in CLIENT.rglob("*") if path.suffix in (".js", ".css", ".html")]
    assert len(files) > 5
    assert [path for path in files if "inspector" in path.read_text().lower()] == []


def test_no_route_answers_in_production(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        for path in ("actions", "plan", "painted", "clear"):
            request = urllib.request.Request(
                f"{server.url}/_inspector/{path}", headers={"Origin": server.url}
            )
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(request, timeout=5)
            with caught.value as response:
                assert response.status == 404


def test_a_build_removes_what_development_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    left = tmp_path / ".web/utils/inspector/panel.jsx"
    left.parent.mkdir(parents=True)
    left.touch()
    plugin = InspectorPlugin()
    plugin.pre_compile()
    assert plugin.get_static_assets() == ()
    assert not left.parent.exists()
    assert left.parents[1].exists()
