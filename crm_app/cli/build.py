"""Building the page, and whether that is needed."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / ".web/build/client"
ROW_TEMPLATES = ROOT / ".web/build/rows.json"
DIGEST = ROOT / ".web/build/digest"
TEMPLATES = re.compile("<row-templates>(.*?)</row-templates>", re.DOTALL)
# React Router's list of routes, which `router.jsx` in its place does not read.
MANIFEST = re.compile(
    r'<link rel="modulepreload" href="/assets/manifest-[^"]*"/>|import "/assets/manifest-[^"]*";\n'
)
ENTRY = re.compile(r"/assets/(entry\.client-[\w-]+\.js)")
IMPORT = re.compile(r'import"\./([^"]+)";\s*')
TEMPLATE = re.compile('<template data-form="([^"]*)">(.*?)</template>', re.DOTALL)
INPUTS = (
    "crm_app/**/*.py",
    "crm_app/**/*.js*",
    "assets/**/*",
    "rxconfig.py",
    "requirements.txt",
    "reflex.lock/*",
)


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
    shutil.rmtree(ROOT / ".web/public", ignore_errors=True)  # with files that are no more
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | one_port(8000), check=False)
    if done.returncode != 0 or not CLIENT.is_dir():
        sys.exit("The page could not be built; what is printed above says why.")
    _take_row_templates()
    DIGEST.write_text(_digest())


def _take_row_templates() -> None:
    """Move the templates of the rows out of the HTML into a file for the server to fill.

    Requests for what nothing needs go as well.
    """
    taken = CLIENT.parent / "taken"
    shutil.rmtree(taken, ignore_errors=True)
    taken.mkdir()
    for page in CLIENT.glob("*.html"):
        found, html = _without_templates(page.read_text())
        (taken / page.name).write_text(_without_detours(html))
        if found:
            ROW_TEMPLATES.write_text(json.dumps(found))
    _node(ROOT / ".web/compress-static.js", taken, "brotli", "gzip")
    shutil.copytree(taken, CLIENT, dirs_exist_ok=True)


def _without_templates(html: str) -> tuple[dict[str, str], str]:
    """Return the templates of rows, by form, and the HTML without them.

    The build makes them of the row that React draws: its markup has one source.
    """
    found = dict(TEMPLATE.findall("".join(TEMPLATES.findall(html))))
    return found, TEMPLATES.sub("", html)


def _without_detours(html: str) -> str:
    """Return the HTML without the list of routes, and without the entry if it imports all it is."""
    for entry in {*ENTRY.findall(html)}:
        if only := IMPORT.fullmatch((CLIENT / "assets" / entry).read_text()):
            html = html.replace(entry, only[1])
    return MANIFEST.sub("", html)


def _node(*command: str | Path) -> None:
    """Run a script with the Node that `rxconfig.py` put in place for Reflex."""
    node = Path(sys.prefix) / "node-shim/node"
    if subprocess.run([node, *command], cwd=ROOT, check=False).returncode != 0:
        sys.exit("The page could not be compressed; what is printed above says why.")


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
