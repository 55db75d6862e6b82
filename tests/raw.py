"""HTTP and sockets as no browser speaks them: any header any number of times, any frame."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp

SOCKET = "/_event/?EIO=4&transport=websocket"
UPGRADE = (
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
)
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Response:
    """What came back; `headers` by their names in lower case, as lists of values."""

    status: int
    headers: dict[str, list[str]]
    body: bytes

    def __getitem__(self, name: str) -> str:
        return ", ".join(self.headers.get(name, []))


def request(
    url: str,
    path: str = "/",
    method: str = "GET",
    body: bytes = b"",
    headers: Headers | None = None,
) -> Response:
    """Send exactly these headers; Host is the right one unless it is among them."""
    own = headers or []
    connection = HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        if not any(name == "Host" for name, _ in own):
            own = [("Host", urlsplit(url).netloc), *own]
        if body:
            own = [*own, ("Content-Length", str(len(body)))]
        for name, value in own:
            connection.putheader(name, value)
        connection.endheaders(body or None)
        response = connection.getresponse()
        found: dict[str, list[str]] = {}
        for name, value in response.getheaders():
            found.setdefault(name.lower(), []).append(value)
        return Response(response.status, found, b"" if response.status == 101 else response.read())
    finally:
        connection.close()


def handshake(url: str, headers: Headers, token: str = "") -> int:
    """Return the status that a socket with these headers gets: 101 opens it."""
    path = f"{SOCKET}&token={token or uuid4()}"
    return request(url, path, headers=[*UPGRADE, *headers]).status


class RawSocket:
    """An open socket that sends frames as they are."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def event(self, name: object, payload: object = None, **fields: object) -> None:
        """Send an event, as far as it looks like one."""
        event = {"name": name, "payload": {} if payload is None else payload, **fields}
        await self.socket.send_str("42/_event," + json.dumps(["event", event]))

    async def closed(self) -> bool:
        """Return whether the server closes the socket within a few seconds."""
        try:
            async with asyncio.timeout(5):
                async for message in self.socket:
                    if message.data == "2":
                        await self.socket.send_str("3")
        except (TimeoutError, ConnectionError):
            return self.socket.closed
        return True


@asynccontextmanager
async def raw_socket(url: str, cookie: str = "", token: str = "") -> AsyncIterator[RawSocket]:
    """Open a socket and join the namespace of the events.

    Raises:
        aiohttp.WSServerHandshakeError: The server refused it.
    """
    headers = {"Origin": url, "Cookie": cookie}
    address = f"{url}{SOCKET}&token={token or uuid4()}"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(address, headers=headers, max_msg_size=0) as socket,
    ):
        await socket.receive_str()  # Engine.IO's greeting
        await socket.send_str("40/_event,{}")
        await socket.receive_str()  # Socket.IO's
        yield RawSocket(socket)
