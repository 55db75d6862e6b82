"""`python -m crm_app doctor`: how this installation is, found out without changing anything."""

import os
import platform
import shutil
import stat
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from crm_app.cli import build
from crm_app.database import revisions, sqlite_file
from crm_app.database.engine import get_engine
from crm_app.settings import PREFIX, Settings, get_settings, is_local
from crm_app.version import VERSION

MASK = "***"
SCARCE, FULL = 1_000_000_000, 100_000_000  # free bytes: soon, and already, too few
REDIS_SECONDS = 2
Level = Literal["ok", "warning", "problem"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    subject: str
    text: str


def examine() -> list[Finding]:
    """Return all that was found, in the order to read it."""
    settings = get_settings()
    url = make_url(settings.database_url)
    return [
        Finding("ok", "program", f"version {VERSION}, Python {platform.python_version()}"),
        *(_file(url) if url.get_backend_name() == "sqlite" else ()),
        *_database(url),
        _disk(url),
        *_redis(settings.redis_url),
        _page(),
        *_unknown_settings(),
        *_readable_by_others(url),
        *_safety(settings),
    ]


def report(findings: Iterable[Finding]) -> str:
    """Return the settings in force and the findings as a table."""
    settings = [f"  {name:<38}{value}" for name, value in in_force(get_settings())]
    lines = [f"{each.level:<9}{each.subject:<12}{each.text}" for each in findings]
    return "\n".join(["Settings in force", *settings, "", *lines])


def in_force(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield each variable with its value; of secrets only whether they are set."""
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = MASK if value.get_secret_value() else ""
        elif name in ("database_url", "redis_url") and value:
            value = _masked(value)
        yield f"{PREFIX}{name}".upper(), str(value)


def _masked(address: str) -> str:
    """Return the address without its password, wherever in it that stands."""
    url = make_url(address)
    query = {name: MASK if "pass" in name else value for name, value in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True)


def _file(url: sa.URL) -> Iterator[Finding]:
    """Look at SQLite's file: its size, and whether the server could write to it."""
    file = Path(url.database or "")
    if sqlite_file.is_lost(file):
        yield Finding("problem", "database", f"{file} is missing, its log is there: put it back")
        return
    if not file.exists():
        yield Finding("warning", "database", f"{file} is not there yet; `migrate` creates it")
        return
    size = file.stat().st_size / 1_000_000
    yield Finding("ok", "database", f"{file}, {size:.1f} MB")
    for path in (file, file.parent):
        if not os.access(path, os.W_OK):
            yield Finding("problem", "database", f"{path} cannot be written to")
        if path.stat().st_mode & stat.S_IWOTH:
            yield Finding("problem", "database", f"others can write to {path}: chmod o-w {path}")


def _readable_by_others(url: sa.URL) -> Iterator[Finding]:
    """Look for secrets and data that everybody on this machine can read."""
    files = [
        Path(".env"),
        *([Path(url.database or "")] if url.get_backend_name() == "sqlite" else []),
    ]
    for file in files:
        folders = file.absolute().parents
        if file.is_file() and file.stat().st_mode & stat.S_IROTH and all(map(_is_open, folders)):
            yield Finding("warning", "safety", f"others here can read {file}: chmod o-r {file}")


def _is_open(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def _database(url: sa.URL) -> Iterator[Finding]:
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return
    try:
        with _connect(url) as connection:
            yield Finding("ok", "database", _kind(connection))
            yield from _schema(connection)
            yield from _damage(connection)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", "") or type(error).__name__).strip()
        yield Finding("problem", "database", f"cannot be opened: {reason}")


@contextmanager
def _connect(url: sa.URL) -> Generator[Connection]:
    """Connect and leave no trace."""
    if url.get_backend_name() == "sqlite":
        with sqlite_file.reading(Path(url.database or ""), leaves_no_trace=True) as connection:
            yield connection
        return
    engine = get_engine()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _kind(connection: Connection) -> str:
    name = {"sqlite": "SQLite"}.get(connection.dialect.name, "PostgreSQL")
    version = connection.dialect.server_version_info or ()
    return f"{name} {'.'.join(str(part) for part in version)}"


def _schema(connection: Connection) -> Iterator[Finding]:
    if obstacle := revisions.find_obstacle(connection):
        yield Finding("problem", "schema", obstacle)
        return
    revision = revisions.current(connection)
    if wrong := revisions.describe(revision):
        yield Finding("warning", "schema", f"{wrong}; `migrate` and `serve` catch up")
    else:
        yield Finding("ok", "schema", f"revision {revision}, the newest")


def _damage(connection: Connection) -> Iterator[Finding]:
    """Look through all pages of SQLite's file; PostgreSQL has no statement for that."""
    if connection.dialect.name != "sqlite":
        return
    if (found := connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()) != "ok":
        place = " ".join(found.split())
        yield Finding("problem", "database", f"is damaged; `restore` a backup ({place})")


def _disk(url: sa.URL) -> Finding:
    """Look at the disk of the data, or of the program when the data are on PostgreSQL."""
    folder = Path(url.database or "") if url.get_backend_name() == "sqlite" else build.ROOT
    while not folder.is_dir():
        folder = folder.absolute().parent
    free = shutil.disk_usage(folder).free
    level: Level = "problem" if free < FULL else "warning" if free < SCARCE else "ok"
    return Finding(level, "disk", f"{free / 1_000_000_000:.1f} GB free in {folder.absolute()}")


def _redis(address: str) -> Iterator[Finding]:
    if not address:
        return
    import redis

    options = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
    try:
        with redis.Redis.from_url(address, **options) as client:  # pyright: ignore[reportUnknownMemberType]
            client.ping()  # pyright: ignore[reportUnknownMemberType]
        yield Finding("ok", "redis", "responds")
    except redis.RedisError as error:
        text = f"does not respond ({type(error).__name__}); limits are counted in memory"
        yield Finding("problem", "redis", text)


def _page() -> Finding:
    if build.is_built():
        return Finding("ok", "page", "built, and up to date")
    if build.CLIENT.is_dir():
        return Finding("warning", "page", "built from other sources: python -m crm_app build")
    return Finding("problem", "page", "not built yet: python -m crm_app build")


def _unknown_settings() -> Iterator[Finding]:
    """Look for variables that look like settings and are none: a typing error has no effect."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX.upper()) and name not in known:
            yield Finding("warning", "settings", f"{name} is no setting, and has no effect")


def _safety(settings: Settings) -> Iterator[Finding]:
    """Look for what is unsafe or unwise where strangers can reach the page."""
    public = urlsplit(settings.public_url)
    if is_local(public.hostname or ""):
        yield Finding("ok", "safety", "the page is for this machine only")
        return
    unwise = {
        "CRM_ENV is not production: unsafe settings are not refused": settings.env != "production",
        "CRM_GUESTS lets every visitor in": settings.has_guests,
        "CRM_SIGN_UP lets every visitor make an account": settings.sign_up == "on",
        "CRM_TRUSTED_PROXIES is 0: behind a proxy all visitors share one limit": (
            public.scheme == "https" and settings.trusted_proxies == 0
        ),
    }
    if public.scheme == "http":
        yield Finding("problem", "safety", "CRM_PUBLIC_URL is http: others on the way can listen")
    yield from (Finding("warning", "safety", text) for text, holds in unwise.items() if holds)
