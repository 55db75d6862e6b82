"""The command line: `python -m crm_app ...`."""

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from crm_app.cli import build, doctor, serve
from crm_app.database import backup, revisions
from crm_app.database.engine import get_engine
from crm_app.database.failures import SENTENCES
from crm_app.domain import passwords
from crm_app.domain.actor import Caller
from crm_app.errors import CrmError, DatabaseUnavailable, EmailTaken
from crm_app.observability.logs import configure_logging
from crm_app.operations.perform import INTERNAL, INTERNAL_READ, perform_here
from crm_app.operations.results import unwrap
from crm_app.schemas.accounts import NewAccount, read_form
from crm_app.services import accounts, installation, password_resets
from crm_app.settings import SettingsError, get_settings

T = TypeVar("T")


def main(arguments: list[str] | None = None) -> None:
    """Parse the arguments and do what they say.

    Raises:
        SystemExit: A setting is wrong or the database is out of reach; the message names it.
    """
    options = make_parser().parse_args(arguments)
    try:
        configure_logging()
        options.run(options)
    except KeyboardInterrupt:
        sys.exit(130)  # as a shell says it: 128 and the number of SIGINT
    except SettingsError as error:
        sys.exit(str(error))
    except (revisions.UnfitDatabase, backup.BackupRefused) as error:
        sys.exit(str(error))
    except DatabaseUnavailable as error:
        if error.reason in SENTENCES:
            sys.exit(SENTENCES[error.reason])
        reason = getattr(error.__cause__, "orig", None) or error.reason
        sys.exit(f"CRM_DATABASE_URL: the database cannot be opened: {reason}")
    except CrmError as error:
        sys.exit("\n".join(error.field_errors.values()) or error.message)
    except (OperationalError, OSError) as error:
        reason = error.orig if isinstance(error, OperationalError) else error
        sys.exit(f"CRM_DATABASE_URL: the database cannot be opened: {reason}")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="python -m crm_app", description="Contact Manager")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, help_text, run in (
        ("migrate", "create the database or update its schema", migrate),
        ("build", "build the page, unless it is up to date", build_if_needed),
        ("doctor", "say how this installation is", examine),
    ):
        commands.add_parser(name, help=help_text).set_defaults(run=run)
    _add_serve(commands)
    _add_copies(commands)
    _add_accounts(commands)
    _add_seed(commands)
    return parser


def _add_serve(commands: Any) -> None:
    serving = commands.add_parser("serve", help="serve page and socket on one port")
    serving.add_argument("--host", default="127.0.0.1", help="where to listen (%(default)s)")
    serving.add_argument("--port", default=8000, type=port, help="port (%(default)s)")
    serving.set_defaults(run=run_server)


def _add_copies(commands: Any) -> None:
    for name, help_text, run in (
        ("backup", "save a verified copy of the database; the server may run", save_copy),
        ("restore", "put a copy in the database's place; the server must not run", restore_copy),
    ):
        about_copy = commands.add_parser(name, help=help_text)
        about_copy.add_argument("file", type=Path, metavar="FILE", help="the copy")
        about_copy.set_defaults(run=run)


def _add_accounts(commands: Any) -> None:
    for name, help_text, run in (
        ("create-user", "make an account; asks for its password", create_user),
        ("reset-password", "print a one-time link that sets a new password", reset_password),
        ("disable-user", "sign an account out and let nobody sign in to it", disable_user),
        ("enable-user", "let people sign in to an account again", enable_user),
    ):
        about_user = commands.add_parser(name, help=help_text)
        about_user.add_argument("--email", required=True, help="the account's email address")
        about_user.set_defaults(run=run)


def _add_seed(commands: Any) -> None:
    seeding = commands.add_parser("seed", help="add sample contacts to an account")
    seeding.add_argument("--email", required=True, help="the account's email address")
    seeding.add_argument("--count", required=True, type=count, help="how many contacts")
    seeding.add_argument(
        "--seed", default=1, type=int, help="another number gives other people (%(default)s)"
    )
    seeding.set_defaults(run=seed)


def port(value: str) -> int:
    """Read a port number.

    Raises:
        ValueError: It is no number from 1 to 65535.
    """
    number = int(value)
    if not 0 < number < 65536:
        raise ValueError
    return number


def count(value: str) -> int:
    """Read a number of at least 1.

    Raises:
        ValueError: It is none.
    """
    number = int(value)
    if number < 1:
        raise ValueError
    return number


def migrate(_options: argparse.Namespace) -> None:
    """Migrate the database and say which one it was."""
    revisions.migrate()
    url = get_engine().url.render_as_string(hide_password=True)
    print(f"The database is up to date: {url}")


def build_if_needed(_options: argparse.Namespace) -> None:
    """Build the page if needed and say so."""
    if build.is_built():
        print("The page is up to date.")
        return
    print("Building the page (about half a minute)...", flush=True)
    build.build_page()


def run_server(options: argparse.Namespace) -> None:
    """Serve on the address and port asked for."""
    serve.serve(options.host, options.port)


def examine(_options: argparse.Namespace) -> None:
    """Print how this installation is; the exit code is 1 when something has to be done."""
    findings = doctor.examine()
    print(doctor.report(findings))
    if any(each.level == "problem" for each in findings):
        sys.exit(1)


def save_copy(options: argparse.Namespace) -> None:
    """Save a copy of the database and say what it holds."""
    print(f"Saved {options.file}: {_describe(backup.save(options.file))}")


def restore_copy(options: argparse.Namespace) -> None:
    """Put a copy in the database's place; say what it holds and where the former database is."""
    restored = backup.restore(options.file)
    print(f"Restored {options.file}: {_describe(restored.copy)}")
    if restored.kept:
        print(f"The former database is kept as {restored.kept}")


def _describe(copy: backup.Copy) -> str:
    accounts, contacts = _number(copy.accounts, "account"), _number(copy.contacts, "contact")
    size = f"{copy.size / 1_000_000:.1f} MB"
    return f"{accounts}, {contacts} (deleted ones included), {size}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def create_user(options: argparse.Namespace) -> None:
    """Make an account; the password is asked for, or read from standard input's first line."""
    revisions.migrate()
    form = read_form(NewAccount, {"email": options.email, "password": _ask_password()})
    password_hash = passwords.hash_password(form.password)
    try:
        _perform(accounts.create_account, form=form, password_hash=password_hash)
    except EmailTaken:
        sys.exit(f"There is an account with the email address {options.email} already")
    print(f"{options.email} can sign in at {_find_page() or get_settings().public_url}")


def reset_password(options: argparse.Namespace) -> None:
    """Print a link that sets a new password, once and within an hour."""
    revisions.migrate()
    token = _perform(password_resets.offer_password_reset, email=options.email)
    if token is None:
        sys.exit(f"There is no account with the email address {options.email}")
    page = _find_page()
    if page is None:
        print("If the page has another address than this link, set CRM_PUBLIC_URL.")
    print("Within an hour, this link sets a new password, once:")
    print(f"{page or get_settings().public_url}/#reset={token}")


def disable_user(options: argparse.Namespace) -> None:
    """Sign an account out everywhere and let nobody sign in to it."""
    _set_disabled(options.email, is_disabled=True)


def enable_user(options: argparse.Namespace) -> None:
    """Let people sign in to an account again."""
    _set_disabled(options.email, is_disabled=False)


def _set_disabled(email: str, *, is_disabled: bool) -> None:
    revisions.migrate()
    if not _perform(accounts.set_disabled, email=email, is_disabled=is_disabled):
        sys.exit(f"There is no account with the email address {email}")
    print(f"{email} is {'disabled' if is_disabled else 'enabled'}")


def seed(options: argparse.Namespace) -> None:
    """Add sample contacts to an account's address book."""
    from crm_app.cli import seed as seeding  # loads Mimesis, which takes a tenth of a second

    revisions.migrate()
    seeding.fill(options)


def _find_page() -> str | None:
    """Return the page's address by the setting, else that of the server that started last."""
    settings = get_settings()
    if "public_url" in settings.model_fields_set:
        return settings.public_url
    return unwrap(perform_here(installation.find_page, Caller(), INTERNAL_READ))


def _perform(service: Callable[..., T], **arguments: object) -> T:
    """Run a service as the operator; raise what kept it from being done."""
    return unwrap(perform_here(service, Caller(), INTERNAL, arguments))


def _ask_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password (8 to 128 characters): ")
    if getpass.getpass("The same again: ") != password:
        sys.exit("These are two different passwords")
    return password
