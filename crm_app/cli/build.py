"""Building the page, and whether that is needed."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / ".web/build/client"
SCRIPTS = ROOT / ".web/build/scripts"
DIGEST = ROOT / ".web/build/digest"
INPUTS = ("crm_app/**/*.py", "assets/**/*", "rxconfig.py", "requirements.txt", "reflex.lock/*")


def is_built() -> bool:
    """Return whether the page is there and nothing it is made of has changed since."""
    return CLIENT.is_dir() and DIGEST.is_file() and DIGEST.read_text() == _digest()


def build_page() -> None:
    """Build the page.

    Raises:
        SystemExit: The build failed; it printed why.
    """
    # A half-built or older folder is no base to build on: Reflex keeps caches in it.
    if not CLIENT.is_dir():
        shutil.rmtree(ROOT / ".web", ignore_errors=True)
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | one_port(8000), check=False)
    if done.returncode != 0 or not CLIENT.is_dir():
        sys.exit("The page could not be built; what is printed above says why.")
    _bundle_scripts()
    DIGEST.write_text(_digest())


def _bundle_scripts() -> None:
    """Make one small file of the scripts in `assets/`, which Reflex's build copies as they are.

    Their sources are modules and work without this; it spares bytes and requests.
    """
    shutil.rmtree(SCRIPTS, ignore_errors=True)
    bundler = ROOT / ".web/node_modules/rolldown/bin/cli.mjs"
    options = ("--format", "esm", "--minify", "--log-level", "silent")
    _node(bundler, ROOT / "assets/crm.js", "--file", SCRIPTS / "crm.js", *options)
    _node(ROOT / ".web/compress-static.js", SCRIPTS, "brotli", "gzip")
    for source in (ROOT / "assets").glob("*.js"):
        for copied in CLIENT.glob(f"{source.name}*"):
            copied.unlink()
    shutil.copytree(SCRIPTS, CLIENT, dirs_exist_ok=True)


def _node(*command: str | Path) -> None:
    """Run a script with the Node that `rxconfig.py` put in place for Reflex."""
    node = Path(sys.prefix) / "node-shim/node"
    if subprocess.run([node, *command], cwd=ROOT, check=False).returncode != 0:
        sys.exit("The page's scripts could not be bundled; what is printed above says why.")


def one_port(port: int) -> dict[str, str]:
    """Return the variables with which Reflex has page and socket on one port."""
    ports = {"REFLEX_FRONTEND_PORT": str(port), "REFLEX_BACKEND_PORT": str(port)}
    return ports | {"REFLEX_ENV_MODE": "prod"}


def _digest() -> str:
    files = sorted(path for pattern in INPUTS for path in ROOT.glob(pattern) if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()
