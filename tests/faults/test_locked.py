"""Another process locks the database: reads go on, writes wait or fail in time."""

import asyncio
import statistics
import time
from collections.abc import Iterator

import pytest

from crm_app.errors import ContactNotFound
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.server import Server, running
from tests.tables import count, locked, rows
from tests.visitor import Visitor

MESSAGE = "Could not save right now. Nothing was lost; please try again."
SHOWN_WITHIN = 5  # seconds, as the issue has it
OTHERS_P95 = 0.25  # seconds, as the issue has it
WRITERS = 8
KEY = "01a205d5-2715-4646-bc3b-de5b822eccc4"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("locked")) as server:
        yield server


def form(number: int) -> dict[str, str]:
    return {"name": f"Person {number}", "email": f"{number}@example.com"}


async def create(url: str, number: int) -> tuple[float, str]:
    """Create a contact as a visitor of its own; return the seconds it took and the message."""
    async with Visitor(url) as visitor:
        await visitor.hydrate()
        await asyncio.sleep(1)  # until the lock is held
        started = time.monotonic()
        await visitor.send(ContactFormState.create_contact, form_data=form(number))
        return time.monotonic() - started, str(visitor.of(ContactFormState)["message"])


async def read_again_and_again(url: str, is_over: asyncio.Event) -> list[float]:
    """Search as another visitor does; return the round trips in seconds."""
    times: list[float] = []
    async with Visitor(url) as visitor:
        await visitor.hydrate()
        await asyncio.sleep(1)
        while not is_over.is_set():
            started = time.monotonic()
            await visitor.send(ContactListState.get_contacts, query="ada")
            times.append(time.monotonic() - started)
            assert visitor.of(ContactListState)["failure"] == ""
            await asyncio.sleep(0.02)
    return times


async def hold(server: Server, seconds: float) -> None:
    await asyncio.sleep(0.7)  # until everybody is there: new guests are written too
    with locked(server, "EXCLUSIVE"):
        await asyncio.sleep(seconds)


async def write_while_locked(
    server: Server, seconds: float
) -> tuple[list[tuple[float, str]], list[float]]:
    """Lock the database; return what became of the writers, and another's round trips."""
    is_over = asyncio.Event()
    reader = asyncio.create_task(read_again_and_again(server.url, is_over))
    holder = asyncio.create_task(hold(server, seconds))
    outcomes = await asyncio.gather(*(create(server.url, n) for n in range(WRITERS)))
    await holder
    is_over.set()
    return list(outcomes), await reader


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def test_three_seconds_only_make_writers_wait(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes, times = asyncio.run(write_while_locked(server, 3))
    assert [message for _, message in outcomes] == ["Contact created"] * WRITERS
    with capsys.disabled():
        print(f"\nlocked for 3 s: others' p95 {p95(times) * 1000:.0f} ms ({len(times)} trips)")
    assert p95(times) < OTHERS_P95


def test_twelve_seconds_are_said_within_five_and_trying_again_works(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes, times = asyncio.run(write_while_locked(server, 12))
    assert [message for _, message in outcomes] == [MESSAGE] * WRITERS
    slowest = max(seconds for seconds, _ in outcomes)
    with capsys.disabled():
        print(
            f"\nlocked for 12 s: error in {slowest:.1f} s; others' p95 {p95(times) * 1000:.0f} ms"
        )
    assert slowest < SHOWN_WITHIN
    assert p95(times) < OTHERS_P95
    stored = len(rows(server, "SELECT id FROM contact"))
    assert asyncio.run(create(server.url, 99))[1] == "Contact created"
    assert len(rows(server, "SELECT id FROM contact")) == stored + 1


async def try_while_locked(server: Server) -> dict[str, str]:
    """Send a contact while the database is locked; return what the form's state is then."""
    data = {**form(70), "idempotency_key": KEY}
    async with Visitor(server.url) as visitor:
        await visitor.hydrate()
        with locked(server):
            await visitor.post(ContactFormState.create_contact, form_data=data)
            await visitor.until(ContactFormState, message=MESSAGE)
            return visitor.of(ContactFormState)


def test_who_could_not_save_keeps_the_key_to_try_again_with(server: Server) -> None:
    state = asyncio.run(try_while_locked(server))
    assert (state["message"], state["refused_key"]) == (MESSAGE, "")
    assert state["ack"].startswith(KEY)


def test_who_is_refused_does_not_wait_for_the_lock(server: Server) -> None:
    async def visit() -> tuple[float, int]:
        async with Visitor(server.url) as visitor:
            await visitor.hydrate()
            with locked(server, "EXCLUSIVE"):
                started = time.monotonic()
                await visitor.post(ContactFormState.edit_contact, contact_id=KEY)
                await visitor.until(ContactFormState, message=ContactNotFound.message)
                taken = time.monotonic() - started
            await asyncio.sleep(0.5)
            return taken, count(server, "denied")

    taken, denied = asyncio.run(visit())
    assert taken < 1
    assert denied == 1
