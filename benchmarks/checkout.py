"""How fast is one action of several steps against a request for each step?

The steps: create a contact, merge a second one into it, delete a third. The action does them in one
transaction. By route they are four requests, which can fail between two of them, and the list.
"""

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Any
from uuid import uuid4

from reflex.utils.format import format_event_handler

from benchmarks.checkout_state import CheckoutState
from benchmarks.clients import (
    API,
    COMPANY,
    PHONE,
    Block,
    Operation,
    RouteClient,
    new_person,
    run_block,
)
from benchmarks.load_client import Action
from benchmarks.plan import Plan, shuffled
from benchmarks.reference import each_round
from benchmarks.results import ACTION, ROUTE, ROUTE_AND_LIST, Results
from benchmarks.wire import ActionClient, clients_of
from tests.server import Server, running

MODULE = "benchmarks.checkout_server"
CASE = "checkout, 1 client"
HANDLER: Any = CheckoutState.check_out
CHECK_OUT = format_event_handler(HANDLER)
CREATED = re.compile(r'"created_id_rx_state_":\s*"([0-9a-f-]{36})"')


def by_action(client: ActionClient) -> Operation:
    async def check_out() -> bool:
        second, third = (client.book.take()[0] for _ in range(2))
        key = str(uuid4())
        form = new_person() | {"idempotency_key": key}
        payload = {"form_data": form, "second_id": second, "third_id": third}
        is_done = await client.act(Action(CHECK_OUT, payload, f'"{key} ', '"created_id_rx_state_"'))
        return is_done and CREATED.search(client.client.frame) is not None

    return check_out


def by_route(client: RouteClient, *, has_list: bool) -> Operation:
    """Do the steps as a page that shows the second contact already and need not ask for it."""

    async def check_out() -> bool:
        second, third = (client.book.take()[0] for _ in range(2))
        created = await client.send("POST", API, new_person())
        if created.status != 201:
            return False
        merged = {"company": COMPANY, "phone": PHONE}
        responses = [
            await client.send("DELETE", f"{API}/{second}"),
            await client.send("PATCH", f"{API}/{created.json()['id']}", merged, version=1),
            await client.send("DELETE", f"{API}/{third}"),
        ]
        is_done = [each.status for each in responses] == [204, 200, 204]
        return is_done and (not has_list or await client.list_all())

    return check_out


async def prepare(client: ActionClient | RouteClient, repeats: int) -> None:
    """Create the two contacts that each checkout takes; it leaves one more, which stays."""
    client.book.contacts.clear()
    for _ in range(2 * repeats):
        assert await client.create()


async def _measure(plan: Plan, results: Results, server: Server) -> None:
    chance, repeats = plan.chance(CASE), plan.repeats(1)
    async with clients_of(server, 1) as clients:
        [action], [route], [both] = clients.actions, clients.routes, clients.routes_and_lists
        ways: dict[str, tuple[ActionClient | RouteClient, Operation]] = {
            ACTION: (action, by_action(action)),
            ROUTE: (route, by_route(route, has_list=False)),
            ROUTE_AND_LIST: (both, by_route(both, has_list=True)),
        }
        for counts in each_round(plan, results, "checkout"):
            for way in shuffled(chance, ways):
                client, operation = ways[way]
                await prepare(client, repeats)
                block: Block = await run_block([operation], repeats)
                if counts:
                    results.record("checkout", CASE, way, block.times, failures=block.failures)


def measure(plan: Plan, results: Results) -> None:
    """Measure on a server that has the action besides those of the application."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), module=MODULE) as server,
    ):
        asyncio.run(_measure(plan, results, server))
