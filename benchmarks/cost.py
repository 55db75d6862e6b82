"""What does an action or a request cost: bytes, statements, CPU of the server, memory of a session?

The message of success is taken back after three seconds; that is part of the action's cost.
"""

import asyncio
import re
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.clients import Operation, run_block
from benchmarks.load import SETTLE_SECONDS
from benchmarks.load_client import connected
from benchmarks.plan import Plan, shuffled
from benchmarks.reference import note
from benchmarks.results import ACTION, Results
from benchmarks.wire import OPERATIONS, clients_of, ways_of
from tests.proxy import Proxy, proxied
from tests.server import Server, running

QUESTION = "cost"
TRIES, QUICK_TRIES = 5, 2
CLIENTS = 8
CPU_ROUNDS, CPU_OPERATIONS = 10, 104
QUICK_CPU_ROUNDS, QUICK_CPU_OPERATIONS = 1, 24
SESSIONS, QUICK_SESSIONS = 200, 25
MEMORY_TRIES = 3
QUIET_SECONDS = 0.3  # until the log is written
STATEMENTS = re.compile(r"slow action.*?\bstatements=(\d+)")
SLOWEST = {"CRM_SLOW_ACTION_MS": "0"}  # the log has the statements of slow actions only


async def measure_exchange(plan: Plan, results: Results, server: Server, proxy: Proxy) -> None:
    """Count the bytes on the wire, headers of HTTP included, and the statements.

    The first try is not counted. The others may differ: a ping comes between, a search finds more
    than the one before.
    """
    async with clients_of(server, 1) as clients:
        for name in ("create",) if plan.is_quick else OPERATIONS:
            for way, [operation] in ways_of(name, clients).items():
                sizes: list[float] = []
                statements: list[float] = []
                is_taken_back = way == ACTION and name in ("create", "update")
                assert await operation()
                await asyncio.sleep(QUIET_SECONDS)
                for _ in range(QUICK_TRIES if plan.is_quick else TRIES):
                    before, written = sum(proxy.sizes), server.log.stat().st_size
                    assert await operation()
                    await asyncio.sleep(SETTLE_SECONDS if is_taken_back else QUIET_SECONDS)
                    sizes.append(sum(proxy.sizes) - before)
                    statements.append(count_statements(server, written))
                results.count(QUESTION, f"{name}, bytes", way, sizes, "bytes")
                results.count(QUESTION, f"{name}, statements", way, statements, "")
            assert await clients.actions[0].list_all()  # not what was searched for


def count_statements(server: Server, written: int) -> int:
    """Return the statements of all that is in the log after this position."""
    log = server.log.read_bytes()[written:].decode()
    return sum(map(int, STATEMENTS.findall(log)))


async def measure_cpu(plan: Plan, results: Results, server: Server) -> None:
    """Measure the CPU time of the server in turns, until all that an action began has ended."""
    rounds = QUICK_CPU_ROUNDS if plan.is_quick else CPU_ROUNDS
    wanted = QUICK_CPU_OPERATIONS if plan.is_quick else CPU_OPERATIONS
    chance = plan.chance(QUESTION)
    async with clients_of(server, CLIENTS) as clients:
        names = ("create",) if plan.is_quick else OPERATIONS
        cases = {name: ways_of(name, clients) for name in names}
        for _ in range(rounds):
            note(results, QUESTION)
            for name, ways in cases.items():
                for way in shuffled(chance, ways):
                    ms = await cpu_of(server, ways[way], wanted // CLIENTS)
                    results.record(QUESTION, f"{name}, server CPU", way, [ms], unit="ms of CPU")
                await run_block([tab.list_all for tab in clients.actions], 1)


async def cpu_of(server: Server, operations: list[Operation], repeats: int) -> float:
    """Return the CPU time of one operation in milliseconds, and of what it begins.

    Every way waits equally long for that: a message of success is taken back after three seconds.
    """
    before = cpu_ms(server)
    block = await run_block(operations, repeats)
    assert not block.failures
    await asyncio.sleep(SETTLE_SECONDS)
    return (cpu_ms(server) - before) / len(block.times)


def cpu_ms(server: Server) -> float:
    """Return the CPU time of the worker's threads so far."""
    tasks = Path(f"/proc/{server.workers[0]}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in tasks) / 1e6


def memory_kb(server: Server) -> int:
    status = Path(f"/proc/{server.workers[0]}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


async def measure_memory(plan: Plan, results: Results, server: Server) -> None:
    """Measure what a connected tab with 50 rows takes.

    The tabs of all tries stay connected: a closed one would leave its memory to the next.
    """
    count = QUICK_SESSIONS if plan.is_quick else SESSIONS
    taken: list[float] = []
    async with connected(server, count), AsyncExitStack() as tabs:  # the first ones warm up
        for _ in range(MEMORY_TRIES):
            before = memory_kb(server)
            await tabs.enter_async_context(connected(server, count))
            await asyncio.sleep(1)
            taken.append((memory_kb(server) - before) / count)
    results.record(QUESTION, "memory of a session", ACTION, taken, unit="kB")


async def measure_server(plan: Plan, results: Results, server: Server) -> None:
    await measure_memory(plan, results, server)
    await measure_cpu(plan, results, server)


def measure(plan: Plan, results: Results) -> None:
    """Measure bytes and statements on one server, which logs every action, the rest on another."""
    with tempfile.TemporaryDirectory() as folder:
        proxy = Proxy()
        settings = {"CRM_PUBLIC_URL": proxy.url, **SLOWEST}
        with running(Path(folder), **settings) as server, proxied(proxy, server.port):
            server.url = proxy.url
            asyncio.run(measure_exchange(plan, results, server, proxy))
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        asyncio.run(measure_server(plan, results, server))
