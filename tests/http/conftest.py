"""One server for the tests of this folder, and what the application registers."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.server import ROOT, Server, running

REGISTRY = """
import inspect, json
import crm_app.crm_app
from reflex_base.registry import RegistrationContext

registered = RegistrationContext.get().event_handlers
print(json.dumps({name: {
    parameter.name: parameter.default is parameter.empty
    for parameter in list(inspect.signature(each.handler.fn).parameters.values())[1:]
} for name, each in registered.items()}))
"""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def registry() -> dict[str, dict[str, bool]]:
    """Every handler of the application: which arguments it takes, and whether it must get them."""
    command = [sys.executable, "-c", REGISTRY]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])
