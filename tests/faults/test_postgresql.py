"""PostgreSQL that is stopped, held still, locked or read-only under a running server."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.engine import make_url

from crm_app.database import threads
from crm_app.database.engine import get_engine
from crm_app.database.transaction import transaction
from crm_app.errors import ContactNotFound, DatabaseUnavailable
from crm_app.services import contacts
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import actor_of, signed_in
from tests.factories import form
from tests.postgres import Postgres
from tests.proxy import Proxy, proxied
from tests.server import Server, running
from tests.visitor import Visitor

COULD_NOT_SAVE = "Could not save right now. Nothing was lost; please try again."
COULD_NOT_LOAD = "Could not load right now. Nothing was lost; please try again."
HANG_UP = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
SHOWN_WITHIN = 5  # seconds, as the issue has it


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
    seconds = time.monotonic() - started
    return len(visitor.rows), visitor.of(ContactListState)["failure"], seconds


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
    server: Server, outage: AbstractContextManager[None], load_fails: bool
) -> None:
    """Work before, during and after the outage, in one tab."""
    async with Visitor(server.url) as visitor:
        await visitor.hydrate()
        await asyncio.sleep(0.5)
        assert (await create(visitor, 1))[0] == "Contact created"
        with outage:
            message, seconds = await create(visitor, 2)
            assert message == COULD_NOT_SAVE
            assert seconds < SHOWN_WITHIN
            shown, failure, seconds = await load(visitor)
            assert shown == 1  # the last rows stay
            assert failure == (COULD_NOT_LOAD if load_fails else "")
            assert seconds < SHOWN_WITHIN
        assert (await load(visitor))[1] == ""
        # It may have been saved after all, when nobody could tell; it is there once.
        assert (await create(visitor, 2))[0] == "Contact created"
        assert (await load(visitor))[:2] == (2, "")


@pytest.mark.parametrize(
    ("outage", "load_fails"),
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
    outage: Callable[[Postgres], AbstractContextManager[None]],
    load_fails: bool,
) -> None:
    asyncio.run(go_through(server, outage(database), load_fails))


async def write_through(server: Server, proxy: Proxy) -> list[str]:
    """Let all writers get stuck in connections that swallow, until the network closes them."""
    visitors = [Visitor(server.url) for _ in range(threads.WRITERS["postgresql"] + 2)]
    async with AsyncExitStack() as stack:
        for visitor in visitors:
            await stack.enter_async_context(visitor)
            await visitor.hydrate()
        await asyncio.sleep(0.5)
        everybody = list(enumerate(visitors))
        results = await asyncio.gather(*(create(visitor, n) for n, visitor in everybody))
        assert {message for message, _ in results} == {"Contact created"}
        proxy.stall()
        results = await asyncio.gather(*(create(visitor, 100 + n) for n, visitor in everybody))
        assert {message for message, _ in results} == {COULD_NOT_SAVE}
        assert max(seconds for _, seconds in results) < SHOWN_WITHIN
        proxy.cut()
        proxy.heal()
        again = await asyncio.gather(*(create(visitor, 100 + n) for n, visitor in everybody))
        return [message for message, _ in again]


def test_connections_that_swallow_everything_are_replaced_once_they_break(
    database: Postgres, tmp_path: Path
) -> None:
    proxy = Proxy()
    url = make_url(database.url).difference_update_query(["host"])
    through = url.set(host="127.0.0.1", port=proxy.port).render_as_string()
    with proxied(proxy, database.socket), running(tmp_path, through) as server:
        results = asyncio.run(write_through(server, proxy))
    assert set(results) == {"Contact created"}


def test_many_statements_may_take_longer_than_one(postgres_database: str) -> None:
    def take_long() -> None:
        with transaction() as db:
            for _ in range(3):
                db.connection().exec_driver_sql("SELECT pg_sleep(2.5)")

    async def run() -> None:
        await asyncio.wrap_future(threads.get_writers().start(take_long))

    asyncio.run(run())


DIES_IN_COMMIT = """
CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER die AFTER INSERT ON contact DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION die();
"""


def test_a_connection_lost_in_the_middle_of_a_commit_may_have_saved(
    postgres_database: str,
) -> None:
    actor = actor_of(signed_in())
    with transaction() as db:
        db.connection().exec_driver_sql(DIES_IN_COMMIT)
    with pytest.raises(DatabaseUnavailable) as caught, transaction() as db:
        contacts.create_contact(db, actor, data=form())
    assert caught.value.is_unsure


def test_a_connection_lost_before_the_commit_has_saved_nothing(postgres_database: str) -> None:
    hang_up = "SELECT pg_terminate_backend(pg_backend_pid())"
    with pytest.raises(DatabaseUnavailable) as caught, transaction() as db:
        db.connection().exec_driver_sql(hang_up)
    assert not caught.value.is_unsure


def test_a_refusal_on_a_connection_that_is_lost_is_a_database_error(
    postgres_database: str,
) -> None:
    def refuse() -> None:
        with transaction() as db:
            pid = db.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
            with get_engine().connect() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
            raise ContactNotFound

    with pytest.raises(DatabaseUnavailable):
        refuse()
