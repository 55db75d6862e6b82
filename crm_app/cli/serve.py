"""Serving everything on one port, in production mode."""

import os
import socket
import sys

from crm_app.cli.build import CLIENT, one_port
from crm_app.database import health, revisions
from crm_app.database.engine import close_engine, get_engine
from crm_app.settings import get_settings

WITH_BUILT_PAGE = {"__REFLEX_SKIP_COMPILE": "1", "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "1"}


def serve(host: str, port: int) -> None:
    """Migrate the database and serve until stopped.

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
    """Migrate it and look for damage; the worker opens its own connections."""
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
