"""Stopping: at once when it runs, and in the middle of its start too."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.server import ROOT, free_port


def test_a_server_that_is_told_to_stop_while_it_starts_ends(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = os.environ | {"CRM_DATABASE_URL": f"sqlite:///{tmp_path}/crm.db"}
    command = [sys.executable, "-m", "crm_app", "serve", "--port", str(free_port())]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    deadline = time.monotonic() + 30
    while "Spawning worker" not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.terminate()
    process.wait(20)
