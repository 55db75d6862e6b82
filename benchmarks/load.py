"""How many actions a second can one process serve, and what does one cost?"""

import asyncio
import gc
import itertools
import os
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.load_client import (
    BUSY,
    CONTACTS,
    DONE,
    FAILED,
    KINDS,
    LOST,
    Client,
    Kind,
    Result,
    connected,
)
from benchmarks.machine import describe_machine, describe_times
from benchmarks.statistics import quantile
from tests.server import Server, running

CLIENTS = 50
ACTIONS = 1_000  # of each kind, to find the cost
RATE, RATE_SECONDS = 150, 20
STEP, STEP_SECONDS, P95_LIMIT = 25, 5, 0.25
CROWD, CROWD_RATE, CROWD_SECONDS = 1_000, 250, 20
SETTLE_SECONDS = 4  # the message of success is taken back after three


@dataclass(frozen=True)
class Cpu:
    """The CPU seconds that the server's worker and its clients, this process, have taken."""

    server: float
    client: float

    @classmethod
    def taken(cls, server: Server) -> Self:
        stat = Path(f"/proc/{server.workers[0]}/stat").read_text().rpartition(")")[2].split()
        ticks = int(stat[11]) + int(stat[12])  # user and system, all threads
        return cls(ticks / os.sysconf("SC_CLK_TCK"), time.process_time())

    def describe_since(self, before: Self, actions: int) -> str:
        server, client = self.server - before.server, self.client - before.client
        return (
            f"  CPU of one action: server {server / actions * 1000:.2f}, "
            f"clients {client / actions * 1000:.2f}"
        )


async def closed_loop(clients: list[Client], kind: Kind) -> list[Result]:
    """Let every client act again as soon as its last action is acknowledged."""

    async def work(client: Client) -> list[Result]:
        return [await client.act(kind) for _ in range(ACTIONS // len(clients))]

    return list(itertools.chain(*await asyncio.gather(*map(work, clients))))


async def open_loop(clients: list[Client], rate: int, seconds: int) -> list[Result]:
    """Let a client act whenever an action is due, at this rate, however long others take.

    An action that has to wait for a free client is sent late, and was due all the same.
    """
    free: asyncio.Queue[Client] = asyncio.Queue()
    for client in clients:
        free.put_nowait(client)

    async def act(client: Client, kind: Kind, due: float) -> Result:
        result = await client.act(kind, due)
        free.put_nowait(client)
        return result

    tasks: list[asyncio.Task[Result]] = []
    started = time.perf_counter()
    for number, kind in zip(range(rate * seconds), itertools.cycle(KINDS), strict=False):
        due = started + number / rate
        await asyncio.sleep(due - time.perf_counter())
        tasks.append(asyncio.create_task(act(await free.get(), kind, due)))
    return await asyncio.gather(*tasks)


def print_results(name: str, results: list[Result]) -> None:
    """Print the times until the acknowledgement, the outcomes and the rate of those done."""
    outcomes = Counter(each.outcome for each in results)
    seconds = max(each.acknowledged for each in results) - min(each.due for each in results)
    print(describe_times(name, [each.acknowledged - each.due for each in results]))
    print(
        "  " + ", ".join(f"{outcomes[each]:,} {each}" for each in (DONE, BUSY, FAILED, LOST)),
        f"in {seconds:.1f} s: {outcomes[DONE] / seconds:.0f} a second",
    )


async def measure_cost(server: Server, clients: list[Client]) -> None:
    first = before = Cpu.taken(server)
    for kind in KINDS:
        results = await closed_loop(clients, kind)
        await asyncio.sleep(SETTLE_SECONDS)
        after = Cpu.taken(server)
        print_results(kind.__name__, results)
        print(after.describe_since(before, len(results)), flush=True)
        before = after
    print(f"all\n{before.describe_since(first, len(KINDS) * ACTIONS)}")


async def measure_rate(
    server: Server, clients: list[Client], rate: int, seconds: int
) -> list[Result]:
    before = Cpu.taken(server)
    results = await open_loop(clients, rate, seconds)
    print_results(f"{rate} a second", results)
    print(Cpu.taken(server).describe_since(before, len(results)), flush=True)
    return results


async def find_highest_rate(server: Server, clients: list[Client]) -> None:
    """Raise the rate until actions fail or take too long."""
    for rate in itertools.count(STEP, STEP):
        results = await measure_rate(server, clients, rate, STEP_SECONDS)
        p95 = quantile([each.acknowledged - each.due for each in results], 0.95)
        if p95 >= P95_LIMIT or any(each.outcome != DONE for each in results):
            limit = f"{P95_LIMIT * 1000:.0f} ms"
            print(f"highest rate with a p95 below {limit}: {rate - STEP} a second")
            return


async def measure_few(server: Server) -> None:
    async with connected(server, CLIENTS) as clients:
        print(f"\nCost: {CLIENTS} clients, each sends when it is acknowledged; milliseconds")
        await measure_cost(server, clients)
        print(f"\nRate: {CLIENTS} clients, actions of all kinds; milliseconds since they were due")
        await measure_rate(server, clients, RATE, RATE_SECONDS)
        await find_highest_rate(server, clients)


async def measure_crowd(server: Server) -> None:
    async with connected(server, CROWD) as clients:
        print(f"\nOverload: {CROWD:,} clients, actions of all kinds; milliseconds since due")
        results = await measure_rate(server, clients, CROWD_RATE, CROWD_SECONDS)
        times = [each.acknowledged - each.sent for each in results]
        print(describe_times("since sent", times))


def main() -> None:
    """Run one server for the few and one for the crowd, and print the figures."""
    gc.freeze()  # looking through all that was imported would delay acknowledgements
    print(f"One process on SQLite; every client has an account and {CONTACTS} contacts of its own")
    for measure in (measure_few, measure_crowd):
        with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
            asyncio.run(measure(server))
    print(describe_machine("python -m benchmarks.load"))


if __name__ == "__main__":
    main()
