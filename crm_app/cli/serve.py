"""Build the page and serve everything on one port, in production mode."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from crm_app.database import health, revisions
from crm_app.database.engine import close_engine, get_engine
from crm_app.settings import get_settings

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / ".web/build/client"
SCRIPTS = ROOT / ".web/build/scripts"
DIGEST = ROOT / ".web/build/digest"
WITH_BUILT_PAGE = {"__REFLEX_SKIP_COMPILE": "1", "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "1"}
INPUTS = ("crm_app/**/*.py", "assets/**/*", "rxconfig.py", "requirements.txt", "reflex.lock/*")


def is_built() -> bool:
    """Tell whether the page is there and nothing it is made of has changed since."""
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


def serve(host: str, port: int) -> None:
    """Migrate the database and serve until told to stop.

    Raises:
        SystemExit: The page has not been built, the port is in use, or the database is unfit.
    """
    from crm_app.cli import supervisor

    if not CLIENT.is_dir():
        sys.exit("The page has not been built yet. Run: python -m crm_app build")
    address = _free_address(host, port)
    os.umask(0o077)  # what the server writes is for its owner's eyes only
    _prepare_database()
    own = {"CRM_PUBLIC_URL": f"http://localhost:{port}"} if _has_default_address() else {}
    os.environ.update(one_port(port) | own | WITH_BUILT_PAGE)
    get_settings.cache_clear()
    print(f"Contact Manager: {get_settings().public_url}  (Ctrl-C stops it)", flush=True)
    supervisor.supervise(address, port)


def _prepare_database() -> None:
    """Migrate it and look for damage; the worker connects anew, for it cannot share connections."""
    revisions.migrate()
    problem = health.find_problem()
    close_engine()
    get_engine.cache_clear()
    if problem:
        sys.exit(problem)


def _has_default_address() -> bool:
    return "public_url" not in get_settings().model_fields_set


def _free_address(host: str, port: int) -> str:
    """Return the address of the host, on which the port is free.

    Two servers could share a port, each with half of the visitors.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
        return str(address[0])
    except OSError as error:
        sys.exit(f"Cannot listen on {host} port {port}: {error.strerror}. Try another: PORT=9000")


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
