"""How fast are both ways through a link of 60 ms and 10 Mbit/s?"""

import asyncio
import tempfile
from pathlib import Path

from benchmarks.plan import Plan
from benchmarks.results import Results
from benchmarks.wire import OPERATIONS, clients_of, cold_ways, measure_in_rounds, ways_of
from tests.proxy import Proxy, proxied
from tests.server import Server, running

ROUND_TRIP = 0.06  # seconds
BYTES_PER_SECOND = 10_000_000 // 8
CLIENTS = 4
"""Each connection has a link of its own; they wait most of the time and hardly disturb others."""

QUICK = ("create",)


def make_link() -> Proxy:
    """Return the link; what it does not imitate is TCP's slow start and the loss of packets."""
    link = Proxy(ROUND_TRIP / 2, BYTES_PER_SECOND, has_handshake=True)
    link.is_slow = True
    return link


async def _measure(plan: Plan, results: Results, server: Server) -> None:
    names = QUICK if plan.is_quick else OPERATIONS
    async with clients_of(server, CLIENTS) as clients:
        cases = {f"{name}, link": ways_of(name, clients) for name in names}
        await measure_in_rounds(plan, results, "link", cases, clients.actions, has_rate=False)
    if not plan.is_quick:
        cold = await cold_ways(server, ("create",))
        cases = {f"{name}, link, cold": ways for name, ways in cold.items()}
        await measure_in_rounds(plan, results, "link", cases, has_rate=False)


def measure(plan: Plan, results: Results) -> None:
    """Measure on a server of its own, which knows the link's address as its own."""
    link = make_link()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), CRM_PUBLIC_URL=link.url) as server,
        proxied(link, server.port),
    ):
        server.url = link.url
        asyncio.run(_measure(plan, results, server))
