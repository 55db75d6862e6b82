"""PostgreSQL that is stopped, held still, locked or read-only under a running server."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.engine import make_url

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.postgres import Postgres
from tests.server import Server, running
from tests.visitor import Visitor

COULD_NOT_SAVE = "Could not save right now. Nothing was lost; please try again."
COULD_NOT_LOAD = "Could not load right now. Nothing was lost; please try again."
HANG_UP = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
TOLD_WITHIN = 5  # seconds, as the issue has it


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    database = Postgres()
    try:
        database.start()
        yield database
        database.stop()
    finally:
        database.remove()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, database: Postgres) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server"), database.url) as server:
        yield server


def dsn(database: Postgres) -> str:
    return make_url(database.url).set(drivername="postgresql").render_as_string()


def execute(database: Postgres, statement: str) -> None:
    options = "-c default_transaction_read_only=off"
    with psycopg.connect(dsn(database), autocommit=True, options=options) as connection:
        connection.execute(statement)  # pyright: ignore[reportArgumentType, reportCallIssue]


async def create(visitor: Visitor, number: int) -> tuple[str, float]:
    """Create a contact; return what the page says and the seconds until it does."""
    started = time.monotonic()
    data = {"name": f"Person {number}", "email": f"{number}@example.com"}
    data["idempotency_key"] = str(UUID(int=number))
    await visitor.send(ContactFormState.create_contact, form_data=data)
    return str(visitor.of(ContactFormState)["message"]), time.monotonic() - started


async def load(visitor: Visitor) -> tuple[int, str, float]:
    """Search; return how many rows are shown, why it failed, and the seconds it took."""
    started = time.monotonic()
    await visitor.send(ContactListState.get_contacts, query="person")
    contact_list = visitor.of(ContactListState)
    seconds = time.monotonic() - started
    return len(contact_list["contacts"]), contact_list["failure"], seconds


@contextmanager
def away(database: Postgres) -> Iterator[None]:
    database.stop()
    yield
    database.start()


@contextmanager
def locked(database: Postgres) -> Iterator[None]:
    with psycopg.connect(dsn(database)) as connection:
        connection.execute("LOCK TABLE contact IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def read_only(database: Postgres) -> Iterator[None]:
    """Be read-only as a standby is, for those who are connected too."""
    execute(database, "ALTER DATABASE postgres SET default_transaction_read_only = on")
    execute(database, HANG_UP)
    yield
    execute(database, "ALTER DATABASE postgres RESET default_transaction_read_only")


async def go_through(
    server: Server, trouble: AbstractContextManager[None], load_fails: bool
) -> None:
    """Work before, during and after the trouble, in one tab."""
    async with Visitor(server.url) as visitor:
        await visitor.hydrate()
        await asyncio.sleep(0.5)
        assert (await create(visitor, 1))[0] == "Contact created"
        with trouble:
            message, seconds = await create(visitor, 2)
            assert message == COULD_NOT_SAVE
            assert seconds < TOLD_WITHIN
            shown, failure, seconds = await load(visitor)
            assert shown == 1  # the last rows stay
            assert failure == (COULD_NOT_LOAD if load_fails else "")
            assert seconds < TOLD_WITHIN
        assert (await load(visitor))[1] == ""
        # It may have been saved after all, when nobody could tell; it is there once.
        assert (await create(visitor, 2))[0] == "Contact created"
        assert (await load(visitor))[:2] == (2, "")


@pytest.mark.parametrize(
    ("trouble", "load_fails"),
    [
        (away, True),
        (Postgres.held_still, True),
        (locked, True),
        (read_only, False),
    ],
    ids=["away", "held still", "locked", "read-only"],
)
def test_it_is_said_within_five_seconds_and_recovers_by_itself(
    server: Server,
    database: Postgres,
    trouble: Callable[[Postgres], AbstractContextManager[None]],
    load_fails: bool,
) -> None:
    asyncio.run(go_through(server, trouble(database), load_fails))
