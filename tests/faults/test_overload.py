"""More than the server can do: what cannot begin in time is refused at once, nothing is lost."""

import asyncio
import threading
import time
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from benchmarks.load_client import BUSY, DONE, LOST, Client, Result, connected, create
from tests.server import Server, running
from tests.tables import locked, rows

CLIENTS = 60
SECONDS = 8
BUSY_WITHIN = 1.0  # seconds


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("overload")) as server:
        yield server


def slow_down(server: Server, until: float) -> None:
    """Hold the database's lock most of the time, as a slow disk would."""
    while time.monotonic() < until:
        with locked(server):
            time.sleep(0.4)
        time.sleep(0.1)


async def create_again_and_again(client: Client, until: float) -> list[Result]:
    results: list[Result] = []
    while time.monotonic() < until:
        results.append(await client.act(create))
        await asyncio.sleep(0.2)
    return results


async def overload(server: Server) -> list[Result]:
    async with connected(server, CLIENTS) as clients:
        until = time.monotonic() + SECONDS
        slowing = threading.Thread(target=slow_down, args=(server, until))
        slowing.start()
        each = await asyncio.gather(*(create_again_and_again(one, until) for one in clients))
        slowing.join()
        await clients[0].act(create)  # as soon as it can, all is well again
        assert (await clients[0].act(create)).outcome == DONE
    return [result for results in each for result in results]


def test_what_cannot_begin_in_time_is_refused_at_once(server: Server) -> None:
    results = asyncio.run(overload(server))
    busy = sorted(each.acknowledged - each.sent for each in results if each.outcome == BUSY)
    assert len(busy) > CLIENTS
    assert busy[len(busy) * 95 // 100] < BUSY_WITHIN
    assert not [each for each in results if each.outcome == LOST]
    done = sum(each.outcome == DONE for each in results)
    created = rows(server, "SELECT count(*) AS n FROM contact WHERE name LIKE 'New %'")[0]["n"]
    assert created >= done > 0
    with urlopen(f"{server.url}/metrics") as response:
        text = response.read().decode()
    assert f'outcome="SERVER_BUSY"}} {len(busy)}.0' in text
