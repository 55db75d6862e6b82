"""Clients that speak just enough of the page's protocol to act and to notice acknowledgements."""

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
import sqlalchemy as sa
from reflex.utils.format import format_event_handler
from sqlmodel import Session

from benchmarks.actions import QUERIES, sample_contacts
from crm_app.database.engine import get_engine
from crm_app.database.models import Contact
from crm_app.domain.actor import Caller
from crm_app.services import sessions
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import begin_guest
from tests.raw import SOCKET
from tests.server import Server
from tests.visitor import HYDRATE, fetch_cookie

CONTACTS = 200  # of each client
CONNECTING = 20  # clients at once
PATIENCE = 60  # seconds for an acknowledgement

HANDLERS: tuple[Any, ...] = (
    ContactFormState.create_contact,
    ContactFormState.update_contact,
    ContactListState.get_contacts,
    ConfirmDeleteState.delete_contact,
)
CREATE, UPDATE, SEARCH, DELETE = map(format_event_handler, HANDLERS)
ADDRESS = {"pathname": "/", "asPath": "/?", "query": {}}
PING, PONG, JOIN = "2", "3", "40/_event,{}"
ANY_KEY = '"* '  # acknowledges whatever the page waits for
BUSY_WORD = re.compile(r"\bbusy\b")  # states have variables called `is_busy`
DONE, BUSY, FAILED, LOST = "done", "busy", "failed", "unacknowledged"

numbers = itertools.count()


@dataclass(frozen=True)
class Action:
    """An event, the text that acknowledges it, and the text that is there only if it was done."""

    event: str
    payload: dict[str, Any]
    acknowledgement: str
    proof: str


@dataclass(frozen=True)
class Result:
    """How an action ended; when it was due, sent and acknowledged, in seconds."""

    outcome: str
    due: float
    sent: float
    acknowledged: float


def create(_client: "Client") -> Action:
    number = next(numbers)
    return send_form(CREATE, {"name": f"New {number}", "email": f"new{number}@example.com"})


def search(_client: "Client") -> Action:
    return search_for(QUERIES[next(numbers) % len(QUERIES)])


def delete(client: "Client") -> Action:
    return delete_contact(client.contact_ids.pop())


def send_form(event: str, form: dict[str, str]) -> Action:
    """Send the form of a contact, to create or to update it."""
    key = str(uuid4())
    return Action(event, {"form_data": form | {"idempotency_key": key}}, f'"{key} ', f'"{key}"')


def search_for(query: str) -> Action:
    """Show the contacts that match, all of them without a query."""
    return Action(SEARCH, {"query": query}, '"load_count_rx_state_":', '"failure_rx_state_":""')


def delete_contact(contact_id: str) -> Action:
    key = str(uuid4())
    payload = {"contact_id": contact_id, "key": key}
    return Action(DELETE, payload, f'"{key} ', f'"{contact_id}"')  # which is offered to undo


def load_page(_client: "Client") -> Action:
    last = '"load_id_rx_state_":'
    return Action(HYDRATE, {}, last, last)


Kind = Callable[["Client"], Action]
KINDS: tuple[Kind, ...] = (create, search, delete)


class Client:
    """A tab that sends one action after the other."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, contact_ids: list[str]) -> None:
        self.contact_ids = contact_ids
        self.frame = ""
        """What acknowledged the last action."""

        self._socket = socket
        self._current: Action | None = None
        self._outcome: asyncio.Future[str] = asyncio.Future()

    async def act(self, kind: Kind, due: float | None = None) -> Result:
        """Send an action and wait for its acknowledgement; it is due now unless said."""
        action, sent = kind(self), time.perf_counter()
        self._current, self._outcome = action, asyncio.Future()
        event = {"name": action.event, "payload": action.payload, "router_data": ADDRESS}
        await self._socket.send_str("42/_event," + json.dumps(["event", event]))
        try:
            outcome = await asyncio.wait_for(self._outcome, PATIENCE)
        except TimeoutError:
            outcome = LOST
        return Result(outcome, sent if due is None else due, sent, time.perf_counter())

    async def listen(self) -> None:
        """Take what the server sends until the socket is closed."""
        async for message in self._socket:
            frame: str = message.data
            if frame == PING:
                await self._socket.send_str(PONG)
            elif self._current and (outcome := judge(self._current, frame)):
                self._current, self.frame = None, frame
                self._outcome.set_result(outcome)


def judge(action: Action, frame: str) -> str:
    """Return the outcome of the action, empty while the frame does not acknowledge it."""
    if "busy" in frame and BUSY_WORD.search(frame):
        return BUSY
    if action.acknowledgement in frame or ANY_KEY in frame:
        return DONE if action.proof in frame else FAILED
    return ""


@asynccontextmanager
async def connected(server: Server, count: int) -> AsyncIterator[list[Client]]:
    """Open as many clients, each with an account and contacts of its own, their pages loaded."""
    turns = asyncio.Semaphore(CONNECTING)
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
        asyncio.TaskGroup() as listeners,
        AsyncExitStack() as sockets,
    ):

        async def connect(cookie: str, contact_ids: list[str]) -> Client:
            headers = {"Origin": server.url, "Cookie": cookie}
            address = f"{server.url}{SOCKET}&token={uuid4()}"
            async with turns:
                opening = http.ws_connect(address, headers=headers, max_msg_size=0)
                socket = await sockets.enter_async_context(opening)
                await socket.send_str(JOIN)
                client = Client(socket, contact_ids)
                listeners.create_task(client.listen())
                assert (await client.act(load_page)).outcome == DONE
            return client

        seeded = await asyncio.to_thread(seed, server, count)
        yield await asyncio.gather(*(connect(*each) for each in seeded))


def seed(server: Server, count: int, contacts: int = CONTACTS) -> list[tuple[str, list[str]]]:
    """Store as many guests with their contacts; return the cookie and the contacts' ids of each."""
    cookie_name = fetch_cookie(server.url).partition("=")[0]
    samples = [each.model_dump(exclude={"id"}) for each in sample_contacts(0, contacts)]
    seeded: list[tuple[str, list[str]]] = []
    with Session(get_engine(server.database_url)) as db:
        for _ in range(count):
            token = begin_guest(db)
            book_id = sessions.get_actor(db, Caller(sessions.hash_token(token))).book_id
            rows = [each | {"book_id": book_id, "public_id": uuid4()} for each in samples]
            db.connection().execute(sa.insert(Contact), rows)
            seeded.append((f"{cookie_name}={token}", [str(each["public_id"]) for each in rows]))
        db.commit()
    get_engine(server.database_url).dispose()
    return seeded
