"""Find a Chromium for the tests, or take one from the npm registry; no root needed."""

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from playwright.sync_api import Browser, Playwright

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
UNPACKED = HERE / ".chromium"
SHIM = Path(sys.prefix) / "node-shim"
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# A page that a test serves has no address, so Chromium would not let it connect.
NO_ADDRESS_CHECKS = "--disable-features=LocalNetworkAccessChecks"
WAYS_OUT = (
    "No Chromium for the tests. Any one of these helps:\n"
    "  CRM_CHROMIUM=/path/to/chrome make test\n"
    "  sudo apt-get install chromium\n"
)
UNBROTLI = (
    "const z = require('zlib'), f = require('fs');"
    "f.writeFileSync(process.argv[2], z.brotliDecompressSync(f.readFileSync(process.argv[1])),"
    "{mode: 0o755})"
)


def find_chromium() -> tuple[str, dict[str, str]]:
    """Return a Chromium and the variables it needs: `CRM_CHROMIUM`, the system's, or npm's.

    Raises:
        RuntimeError: There is none and none could be fetched; the message says what helps.
    """
    if named := os.environ.get("CRM_CHROMIUM"):
        if not os.access(named, os.X_OK):
            raise RuntimeError(f"CRM_CHROMIUM={named} is no program")
        return named, {}
    if os.environ.get("CRM_CHROMIUM_SYSTEM", "1") == "1":
        for name in SYSTEM_NAMES:
            if found := shutil.which(name):
                return found, {}
    install_packages()
    if not (UNPACKED / "ready").exists():
        _unpack()
    fonts = {"FONTCONFIG_FILE": str(UNPACKED / "fonts.conf")}
    return str(UNPACKED / "chromium"), {"LD_LIBRARY_PATH": str(UNPACKED / "lib"), **fonts}


def open_browser(playwright: Playwright) -> Browser:
    """Start the Chromium that `find_chromium` finds."""
    executable, variables = find_chromium()
    return playwright.chromium.launch(
        executable_path=executable,
        args=["--no-sandbox", "--disable-dev-shm-usage", NO_ADDRESS_CHECKS],
        env={**os.environ, **variables},
    )


def install_packages() -> None:
    """Install what `package-lock.json` names (a browser, axe), unless it is there already.

    Raises:
        RuntimeError: npm failed; its words and what else helps are in the message.
    """
    if (MODULES / ".package-lock.json").exists():  # npm writes it as its last step
        return
    command = [SHIM / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=HERE, env=_with_node(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{WAYS_OUT}npm said: {done.stdout}{done.stderr}")


def axe_script() -> Path:
    """Return axe-core, the checker of accessibility rules, as one script file."""
    install_packages()
    return MODULES / "axe-core/axe.min.js"


def _unpack() -> None:
    shutil.rmtree(UNPACKED, ignore_errors=True)
    UNPACKED.mkdir()
    for packed in (MODULES / "@sparticuz/chromium/bin").glob("*.br"):
        target = UNPACKED / packed.stem
        subprocess.run([SHIM / "node", "-e", UNBROTLI, packed, target], check=True)
        if target.suffix == ".tar":
            with tarfile.open(target) as archive:
                # Debian 12's Python has no filters yet.
                safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
                archive.extractall(UNPACKED, **safely)  # pyright: ignore[reportArgumentType]
            target.unlink()
    (UNPACKED / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{UNPACKED}/fonts</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{UNPACKED}/cache</cachedir></fontconfig>"
    )
    (UNPACKED / "ready").touch()


def _with_node() -> dict[str, str]:
    return os.environ | {"PATH": f"{SHIM}{os.pathsep}{os.environ.get('PATH', '')}"}


if __name__ == "__main__":
    find_chromium()
