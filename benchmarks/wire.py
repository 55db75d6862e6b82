"""How fast is a server action against an API route on the wire, for one client and for many?

The action takes from the event to the delta that acknowledges it and holds what changed in the
list, the route from the request to the response; "route and list" requests the list as well.
"""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import aiohttp

from benchmarks.clients import (
    Block,
    Book,
    Operation,
    RouteClient,
    new_fields,
    numbers,
    opened,
    run_block,
)
from benchmarks.load_client import (
    CREATE,
    DONE,
    JOIN,
    UPDATE,
    Action,
    Client,
    connected,
    delete_contact,
    search_for,
    seed,
    send_form,
)
from benchmarks.plan import LEVELS, Plan, describe_clients, shuffled
from benchmarks.reference import each_round
from benchmarks.results import ACTION, ROUTE, ROUTE_AND_LIST, Results
from tests.raw import SOCKET
from tests.server import Server, running

WRITES = ("create", "update", "delete")
OPERATIONS = ("create", "list", "search", "update", "delete")
NEWEST = re.compile(
    r'"(?:contacts_rx_state_":\s*\[|changes_rx_state_":.*"row":\s*)\{.*?"id":\s*"([0-9a-f-]{36})"'
)
"""The first row of a list that is sent as a whole, or the row of the last change."""


class ActionClient:
    """A tab of the page, and the contacts that it can change."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.book = Book.of(client.contact_ids)

    async def create(self) -> bool:
        """Create a contact, which the list then begins with: it must not be a search's."""
        is_done = await self.act(send_form(CREATE, new_fields()))
        found = NEWEST.search(self.client.frame)
        if is_done and found:
            self.book.add(found.group(1))
        return is_done and found is not None

    async def update(self) -> bool:
        contact_id, version = self.book.take()
        form = {"contact_id": contact_id, "version": str(version)}
        form["name"] = f"Changed {next(numbers)}"
        is_done = await self.act(send_form(UPDATE, form))
        if is_done:
            self.book.add(contact_id, version + 1)
        return is_done

    async def delete(self) -> bool:
        return await self.act(delete_contact(self.book.take()[0]))

    async def list_all(self) -> bool:
        return await self.act(search_for(""))

    async def search(self) -> bool:
        return await self.act(search_for(self.book.next_query()))

    async def act(self, action: Action) -> bool:
        return (await self.client.act(lambda _: action)).outcome == DONE


Ways = Mapping[str, Sequence[Operation]]


@dataclass(frozen=True)
class Clients:
    """As many clients of each way: every one has an account and contacts of its own."""

    actions: Sequence[ActionClient]
    routes: Sequence[RouteClient]
    routes_and_lists: Sequence[RouteClient]


def ways_of(name: str, clients: Clients) -> dict[str, list[Operation]]:
    """Return what each client does for an operation, by way."""
    method = method_of(name)
    ways: dict[str, list[Operation]] = {
        ACTION: [getattr(client, method) for client in clients.actions],
        ROUTE: [getattr(client, method) for client in clients.routes],
    }
    if name in WRITES:
        ways[ROUTE_AND_LIST] = [
            then_list(client, getattr(client, method)) for client in clients.routes_and_lists
        ]
    return ways


def method_of(name: str) -> str:
    return "list_all" if name == "list" else name


def then_list(client: RouteClient, operation: Operation) -> Operation:
    async def both() -> bool:
        return await operation() and await client.list_all()

    return both


@asynccontextmanager
async def clients_of(server: Server, count: int) -> AsyncIterator[Clients]:
    """Open as many clients of each way."""
    seeded = await asyncio.to_thread(seed, server, 2 * count)
    routes = [RouteClient(server.url, cookie, Book.of(ids)) for cookie, ids in seeded]
    async with connected(server, count) as tabs, opened(routes) as routes:
        yield Clients([ActionClient(tab) for tab in tabs], routes[:count], routes[count:])


async def measure_in_rounds(
    plan: Plan,
    results: Results,
    question: str,
    cases: Mapping[str, Ways],
    tabs: Sequence[ActionClient] = (),
    *,
    has_rate: bool = True,
) -> None:
    """Measure the cases in each round, the ways of a case in random order.

    After each case the tabs show the whole list again: what follows is to refresh that one.
    """
    chance = plan.chance(f"{question} {' '.join(cases)}")
    for counts in each_round(plan, results, question):
        for case, ways in cases.items():
            for way in shuffled(chance, ways):
                operations = ways[way]
                block = await run_block(operations, plan.repeats(len(operations)))
                if counts:
                    record(results, question, case, way, block, has_rate=has_rate)
            await run_block([tab.list_all for tab in tabs], 1)


def record(
    results: Results, question: str, case: str, way: str, block: Block, *, has_rate: bool
) -> None:
    results.record(question, case, way, block.times, failures=block.failures)
    if has_rate:
        rate = len(block.times) / block.seconds
        results.record(question, f"{case}, rate", way, [rate], unit="a second", is_rate=True)


async def measure_warm(plan: Plan, results: Results, server: Server) -> None:
    for count in LEVELS:
        names = OPERATIONS if count == 1 or not plan.is_quick else ("create",)
        async with clients_of(server, count) as clients:
            cases = {f"{name}, {describe_clients(count)}": ways_of(name, clients) for name in names}
            await measure_in_rounds(plan, results, "wire", cases, clients.actions)


async def measure_cold(plan: Plan, results: Results, server: Server) -> None:
    """Open a new connection for each operation; opening it counts."""
    names = ("create",) if plan.is_quick else OPERATIONS
    cases = {f"{name}, cold": ways for name, ways in (await cold_ways(server, names)).items()}
    await measure_in_rounds(plan, results, "wire", cases, has_rate=False)


async def cold_ways(server: Server, names: Sequence[str]) -> dict[str, Ways]:
    """Return the ways of each operation for a client that opens a new connection each time."""
    seeded = await asyncio.to_thread(seed, server, 3)
    action, route, both = (ColdBook(server.url, cookie, Book.of(ids)) for cookie, ids in seeded)
    cases: dict[str, Ways] = {}
    for name in names:
        method = method_of(name)
        ways = {ACTION: [action.by_action(method)], ROUTE: [route.by_route(method)]}
        if name in WRITES:
            ways[ROUTE_AND_LIST] = [both.by_route(method, "list_all")]
        cases[name] = ways
    return cases


class ColdBook:
    """An address book whose client opens a new connection each time."""

    def __init__(self, url: str, cookie: str, book: Book) -> None:
        self._url, self._cookie, self._book = url, cookie, book

    def by_route(self, *methods: str) -> Operation:
        async def operation() -> bool:
            async with RouteClient(self._url, self._cookie, self._book) as client:
                return all([await getattr(client, method)() for method in methods])

        return operation

    def by_action(self, method: str) -> Operation:
        async def operation() -> bool:
            async with opened_tab(self._url, self._cookie) as client:
                tab = ActionClient(client)
                tab.book = self._book
                return await getattr(tab, method)()

        return operation


@asynccontextmanager
async def opened_tab(url: str, cookie: str) -> AsyncIterator[Client]:
    """Open a socket and join the namespace of the events, without loading the page's data."""
    headers = {"Origin": url, "Cookie": cookie}
    address = f"{url}{SOCKET}&token={uuid4()}"
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(address, headers=headers, max_msg_size=0) as socket,
    ):
        await socket.send_str(JOIN)
        client = Client(socket, [])
        listening = asyncio.create_task(client.listen())
        try:
            yield client
        finally:
            listening.cancel()


async def _measure(plan: Plan, results: Results, server: Server) -> None:
    await measure_warm(plan, results, server)
    await measure_cold(plan, results, server)


def measure(plan: Plan, results: Results) -> None:
    """Measure on a server of its own."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        asyncio.run(_measure(plan, results, server))
