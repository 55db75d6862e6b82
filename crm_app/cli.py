"""The command line: `python -m crm_app ...`."""

import argparse
import sys

from sqlalchemy.exc import OperationalError

from crm_app import db, serve
from crm_app.settings import SettingsError


def main(arguments: list[str] | None = None) -> None:
    """Parse the arguments and do what they say.

    Raises:
        SystemExit: A setting is wrong or the database is out of reach; the message names it.
    """
    options = make_parser().parse_args(arguments)
    try:
        options.run(options)
    except SettingsError as error:
        sys.exit(str(error))
    except (OperationalError, OSError) as error:
        reason = error.orig if isinstance(error, OperationalError) else error
        sys.exit(f"CRM_DATABASE_URL: the database cannot be opened: {reason}")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="python -m crm_app", description="Contact Manager")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    migrating = commands.add_parser("migrate", help="create the database or update its schema")
    migrating.set_defaults(run=migrate)

    building = commands.add_parser("build", help="build the page, unless it is up to date")
    building.set_defaults(run=build)

    serving = commands.add_parser("serve", help="serve page and socket on one port")
    serving.add_argument("--host", default="127.0.0.1", help="where to listen (%(default)s)")
    serving.add_argument("--port", default=8000, type=port, help="port (%(default)s)")
    serving.set_defaults(run=run_server)
    return parser


def port(value: str) -> int:
    """Read a port number.

    Raises:
        ValueError: It is no number from 1 to 65535.
    """
    number = int(value)
    if not 0 < number < 65536:
        raise ValueError
    return number


def migrate(_options: argparse.Namespace) -> None:
    """Migrate the database and say which one it was."""
    db.migrate()
    url = db.get_engine().url.render_as_string(hide_password=True)
    print(f"The database is up to date: {url}")


def build(_options: argparse.Namespace) -> None:
    """Build the page if needed and say so."""
    if serve.is_built():
        print("The page is up to date.")
        return
    print("Building the page (about half a minute)...", flush=True)
    serve.build_page()


def run_server(options: argparse.Namespace) -> None:
    """Serve on the address and port asked for."""
    serve.serve(options.host, options.port)
