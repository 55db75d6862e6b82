"""A visitor without a browser: real HTTP for the cookie, a real socket for the events."""

import asyncio
import json
import threading
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from http.cookies import SimpleCookie
from typing import Any, TypeVar
from urllib.request import Request, urlopen

import reflex as rx
import socketio
from reflex.utils.format import format_event_handler

from crm_app.states.contact_list import ContactListState

T = TypeVar("T")
HYDRATE = "reflex___state____state.hydrate_and_load"
SETTLED = "reflex___state____state.set_is_hydrated"
ROOT_STATE = "reflex___state____state"


class Visitor:
    """One tab. `of(StateClass)[name]` is what the page was sent, `rows` the list it draws.

    `gaps` counts changes of the list that came without the one before.
    """

    def __init__(
        self,
        url: str,
        cookie: str | None = None,
        query: str = "",
        token: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.url = url
        self.token = token or str(uuid.uuid4())
        self.cookie = fetch_cookie(url) if cookie is None else cookie
        self.query = query
        self.headers = {"Origin": url, "Cookie": self.cookie, **(headers or {})}
        self.vars: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        self.frames: list[Any] = []
        self.rows: list[Any] = []
        self.gaps = 0
        self._sequence = 0
        self._settled = asyncio.Event()
        self._socket = socketio.AsyncClient(reconnection=False)
        self.new_token = ""
        self._socket.on("event", self._take, namespace="/_event")
        self._socket.on("new_token", self._take_token, namespace="/_event")

    async def __aenter__(self) -> "Visitor":
        try:
            await self._socket.connect(
                f"{self.url}?token={self.token}",
                headers=self.headers,
                namespaces=["/_event"],
                transports=["websocket"],
                socketio_path="/_event",
            )
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.disconnect()
        await self._socket.shutdown()
        if session := self._socket.eio.http:  # kept open after a failed connection
            await session.close()

    @property
    def is_connected(self) -> bool:
        """Whether the socket is open, as far as this end knows."""
        return "/_event" in self._socket.namespaces

    def drop(self) -> None:
        """Break the connection without a word, as a lost network does."""
        self._socket.eio.ws._response.connection.transport.abort()

    async def send(self, handler: Any, **payload: Any) -> None:
        """Send an event and wait until the server is through with it."""
        await self.post(handler, **payload)
        await self.settle()

    async def post(self, handler: Any, **payload: Any) -> None:
        """Send an event and do not wait."""
        await self.emit(format_event_handler(handler), payload)

    async def hydrate(self) -> None:
        """Ask for everything, as the page does when it connects."""
        await self.emit(HYDRATE, {})
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything sent before is done: events of one tab are handled in order."""
        self._settled.clear()
        await self.emit(SETTLED, {"value": True})
        await asyncio.wait_for(self._settled.wait(), 20)

    async def until(self, state: type[rx.State], **values: Any) -> None:
        """Wait until the server has sent these values."""
        async with asyncio.timeout(20):
            while any(self.of(state).get(name) != value for name, value in values.items()):
                await asyncio.sleep(0.02)

    async def emit(self, name: str, payload: Any) -> None:
        """Send an event by its name, as the page does; do not wait."""
        path = f"/?{self.query}"
        query = dict(part.split("=") for part in self.query.split("&") if part)
        router_data = {"pathname": "/", "asPath": path, "query": query}
        event = {"name": name, "payload": payload, "router_data": router_data}
        await self._socket.emit("event", event, namespace="/_event")

    async def frame(self, content: list[Any]) -> None:
        """Send a frame of an event with this content, whatever it is."""
        await self._socket.eio.send("2/_event," + json.dumps(content))

    async def report_error(self, **about: str) -> None:
        """Report an update that could not be applied, as Reflex's client does."""
        await self._socket.emit("client_error", about, namespace="/_event")

    async def _take(self, update: dict[str, Any], *_: object) -> None:
        self.frames.append(update)
        for state, values in (update.get("delta") or {}).items():
            for name, value in values.items():
                self.vars[state][name.removesuffix("_rx_state_")] = value
            if state == ContactListState.get_full_name():
                self._follow("contacts_rx_state_" in values)
            if values.get("is_hydrated_rx_state_"):
                self._settled.set()

    def _follow(self, has_rows: bool) -> None:
        """Draw the list as `rows.jsx` does: the last whole one and the changes since."""
        sent = self.of(ContactListState)
        if has_rows:
            self.rows, self._sequence = sent["contacts"], sent["sequence"]
        for change in sent.get("changes", []):
            if change["sequence"] > self._sequence:
                self.gaps += change["sequence"] > self._sequence + 1
                self.rows, self._sequence = changed(self.rows, change), change["sequence"]

    async def _take_token(self, token: str) -> None:
        self.new_token = token

    def of(self, state: type[rx.State]) -> dict[str, Any]:
        """Return the vars of a state that the server has sent."""
        return self.vars[state.get_full_name()]


def changed(rows: list[Any], change: Mapping[str, Any]) -> list[Any]:
    """Return the rows after a change: some go, others are put, the first place first."""
    taken = {*change["removed"], *(placed["row"]["id"] for placed in change["put"])}
    rows = [row for row in rows if row["id"] not in taken]
    for placed in change["put"]:
        rows.insert(placed["place"], placed["row"])
    return rows


def fetch_cookie(url: str) -> str:
    """Open the page as a new visitor and return the cookie as a browser would send it back."""
    with urlopen(Request(url)) as response:
        cookie: SimpleCookie = SimpleCookie(response.headers.get("set-cookie", ""))
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookie.items())


def in_own_loop(scenario: Callable[[], Awaitable[T]]) -> T:
    """Run a scenario in an event loop of its own thread (Playwright's occupies the main one)."""
    outcome: list[T] = []
    errors: list[BaseException] = []

    async def main() -> None:
        outcome.append(await scenario())

    def work() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return outcome[0]
