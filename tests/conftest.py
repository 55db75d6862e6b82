"""Fixtures for all tests: databases that are real and fresh."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from crm_app.database.engine import get_engine
from crm_app.observability.logs import configure_logging, flush_log
from crm_app.settings import get_settings
from tests.driving import Tree, signed_in, use_database, use_migrated_database
from tests.postgres import postgres

Configure = Callable[..., None]
ReadLog = Callable[[], str]
_numbers = itertools.count()
configure_logging()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run tests marked soak at full length")


@pytest.fixture
def repeats(request: pytest.FixtureRequest) -> int:
    """How often, or how many seconds, a test marked `soak(short=..., long=...)` goes on."""
    mark = request.node.get_closest_marker("soak")
    return mark.kwargs["long" if request.config.getoption("soak") else "short"]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server, with a migrated database `template` to copy."""
    with postgres() as url:
        _execute(url, "CREATE DATABASE template")
        use_database(_named(url, "template"))
        get_engine().dispose()
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "crm.db"
    use_database(f"sqlite:///{path}")
    get_engine().dispose()
    return path


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """A fresh SQLite database in use; its URL."""
    shutil.copy(sqlite_template, tmp_path / "crm.db")
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    use_migrated_database(url)
    yield url
    get_engine().dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """A fresh database in use, once on SQLite and once on PostgreSQL; its URL."""
    fixture = "sqlite" if request.param == "sqlite" else "postgres_database"
    return request.getfixturevalue(fixture)


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """A fresh PostgreSQL database in use; its URL."""
    url = new_postgres_database(postgres_url, "template")
    use_migrated_database(url)
    yield url
    get_engine().dispose()
    _execute(postgres_url, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Change settings for one test; the database in use stays."""

    def change(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()

    yield change
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def read_log(capfd: pytest.CaptureFixture[str]) -> ReadLog:
    """Return what was logged since the last call."""

    def read() -> str:
        flush_log()
        return capfd.readouterr().err

    read()
    return read


@pytest.fixture
def tree(sqlite: str) -> Tree:
    """The states of a guest on a fresh SQLite database."""
    return signed_in()


def new_postgres_database(server: str, template: str = "template0") -> str:
    """Create a database like the template and return its URL."""
    name = f"test_{next(_numbers)}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return _named(server, name)


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _execute(url: str, statement: str) -> None:
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue]
