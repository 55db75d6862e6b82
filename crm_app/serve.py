"""Build the page and serve everything on one port, in production mode."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from crm_app import db

ROOT = Path(__file__).parent.parent
CLIENT = ROOT / ".web/build/client"
DIGEST = ROOT / ".web/build/digest"
INPUTS = ("crm_app/**/*.py", "assets/**/*", "rxconfig.py", "requirements.txt", "reflex.lock/*")


def is_built() -> bool:
    """Tell whether the page is there and nothing it is made of has changed since."""
    return CLIENT.is_dir() and DIGEST.is_file() and DIGEST.read_text() == _digest()


def build_page() -> None:
    """Build the page.

    Raises:
        SystemExit: The build failed; what it printed is shown.
    """
    # A half-built or older folder is no base to build on: Reflex keeps caches in it.
    if not CLIENT.is_dir():
        shutil.rmtree(ROOT / ".web", ignore_errors=True)
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    done = subprocess.run(
        command, cwd=ROOT, env=_one_port("8000"), capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or not CLIENT.is_dir():
        sys.exit(f"The page could not be built:\n{done.stdout}{done.stderr}")
    DIGEST.write_text(_digest())


def serve(host: str, port: int) -> None:
    """Migrate the database and replace this process by the server.

    Raises:
        SystemExit: The page has not been built.
    """
    if not CLIENT.is_dir():
        sys.exit("The page has not been built yet. Run: python -m crm_app build")
    db.migrate()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory"]
    in_production = {"__REFLEX_SKIP_COMPILE": "1", "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "1"}
    os.execve(
        sys.executable,
        [*command, "--host", host, "--port", str(port), "crm_app.crm_app:app"],
        _one_port(str(port)) | in_production,
    )


def _one_port(port: str) -> dict[str, str]:
    """Return the environment in which Reflex serves page and socket on one port."""
    ports = {"REFLEX_FRONTEND_PORT": port, "REFLEX_BACKEND_PORT": port}
    return os.environ | ports | {"REFLEX_ENV_MODE": "prod"}


def _digest() -> str:
    files = sorted(path for pattern in INPUTS for path in ROOT.glob(pattern) if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()
