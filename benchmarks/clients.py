"""A client of the API routes, and pairs of address books on which both ways do the same."""

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit
from uuid import uuid4

import aiohttp

from benchmarks.actions import QUERIES
from crm_app.domain.contact_query import PAGE_SIZE

API = "/api/v1/contacts"
PATIENCE = 60  # seconds

BROKEN = (OSError, TimeoutError, EOFError, aiohttp.ClientError)
"""What a lost connection raises; it is a failed operation."""

numbers = itertools.count()


@dataclass
class Book:
    """The contacts of a client that can be changed: their ids and versions, oldest first."""

    contacts: deque[tuple[str, int]] = field(default_factory=deque)
    _queries: Iterator[str] = field(default_factory=lambda: itertools.cycle(QUERIES))

    @classmethod
    def of(cls, ids: Sequence[str]) -> Self:
        return cls(deque((each, 1) for each in ids))

    def add(self, contact_id: str, version: int = 1) -> None:
        self.contacts.append((contact_id, version))

    def take(self) -> tuple[str, int]:
        return self.contacts.popleft()

    def next_query(self) -> str:
        """Return what to search for: all books have the same queries in the same order."""
        return next(self._queries)


COMPANY, PHONE = "Lovelace & Sons", "+1 202 555 0100"


def new_fields() -> dict[str, str]:
    """Return the fields of a contact that no one else makes."""
    return new_person() | {"company": COMPANY, "phone": PHONE}


def new_person() -> dict[str, str]:
    number = next(numbers)
    return {"name": f"New {number}", "email": f"new{number}@example.com"}


@dataclass(frozen=True)
class Response:
    """A status, and the body as it came."""

    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class RouteClient:
    """One HTTP connection that is kept open, with the page's session cookie.

    It does little besides sending and receiving: what a library needs would count as the server's.
    """

    def __init__(self, url: str, cookie: str, book: Book) -> None:
        parts = urlsplit(url)
        self.book = book
        self._address = (parts.hostname or "", parts.port or 80)
        self._headers = (
            f"Host: {parts.netloc}\r\nOrigin: {url}\r\nX-CRM: 1\r\nCookie: {cookie}\r\n"
            "Accept: application/json\r\n"
        )
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(*self._address)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._writer
        self._writer.close()

    async def create(self) -> bool:
        response = await self._request("POST", API, new_fields(), key=str(uuid4()))
        if response.status == 201:
            self.book.add(response.json()["id"])
        return response.status == 201

    async def update(self) -> bool:
        contact_id, version = self.book.take()
        body = {"name": f"Changed {next(numbers)}"}
        response = await self._request(
            "PATCH", f"{API}/{contact_id}", body, key=str(uuid4()), version=version
        )
        if response.status == 200:
            self.book.add(contact_id, version + 1)
        return response.status == 200

    async def delete(self) -> bool:
        contact_id, _ = self.book.take()
        response = await self._request("DELETE", f"{API}/{contact_id}", key=str(uuid4()))
        return response.status == 204

    async def list_all(self) -> bool:
        response = await self._request("GET", f"{API}?limit={PAGE_SIZE}")
        return response.status == 200

    async def search(self) -> bool:
        response = await self._request(
            "GET", f"{API}?q={quote(self.book.next_query())}&limit={PAGE_SIZE}"
        )
        return response.status == 200

    async def send(self, method: str, path: str, body: Any = None, **options: Any) -> Response:
        """Send a request with a key of its own and return the response."""
        return await self._request(method, path, body, key=str(uuid4()), **options)

    async def _request(
        self, method: str, path: str, body: Any = None, *, key: str = "", version: int = 0
    ) -> Response:
        if self._reader and self._reader.at_eof():  # the server closes what is idle for long
            await self.__aenter__()
        assert self._reader
        assert self._writer
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}"
        if key:
            head += f"Idempotency-Key: {key}\r\n"
        if version:
            head += f'If-Match: "{version}"\r\n'
        if content:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + content)
        async with asyncio.timeout(PATIENCE):
            return await _read_response(self._reader)


async def _read_response(reader: asyncio.StreamReader) -> Response:
    """Read a response that says how long it is, as all of the API's do."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    _, found, rest = head.partition(b"\r\ncontent-length:")
    size = int(rest.partition(b"\r\n")[0]) if found else 0
    assert found or status == 204, head
    return Response(status, await reader.readexactly(size))


@dataclass
class Block:
    """Some operations of one way, one after the other or by several clients at once."""

    times: list[float] = field(default_factory=list)
    """Of those that were done, in milliseconds."""

    failures: int = 0
    seconds: float = 0


Operation = Callable[[], Any]


async def run_block(operations: Sequence[Operation], repeats: int) -> Block:
    """Let each operation be repeated, all of them at the same time."""
    block = Block()

    async def work(operation: Operation) -> None:
        for _ in range(repeats):
            started = time.perf_counter()
            try:
                is_done = await operation()
            except BROKEN:
                is_done = False
            took = time.perf_counter() - started
            if is_done:
                block.times.append(took * 1000)
            else:
                block.failures += 1

    started = time.perf_counter()
    await asyncio.gather(*map(work, operations))
    block.seconds = time.perf_counter() - started
    return block


@asynccontextmanager
async def opened(clients: Sequence[RouteClient]) -> AsyncIterator[Sequence[RouteClient]]:
    """Open the connections of these clients."""
    async with AsyncExitStack() as stack:
        for client in clients:
            await stack.enter_async_context(client)
        yield clients
