"""A hostile client that sends too much: the others go on, nothing is changed."""

import asyncio
import json
import random
import socket
import statistics
import time
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.factories import form
from tests.raw import SOCKET, RawSocket, handshake, raw_socket, request
from tests.server import Server, running
from tests.tables import Row, dump
from tests.visitor import Visitor, fetch_cookie, in_own_loop

JUNK = 2_000
MB = 1_000_000
LIST = ContactListState.get_full_name()
KNOWN = f"{LIST}.get_contacts"


def without_times(tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Return the tables without when sessions were last used, which every visit notes."""
    without = {"used_at": None}
    sessions = [row | without for row in tables["browser_session"]]
    return {**tables, "browser_session": sessions}


async def send_junk(attacker: RawSocket, number: int) -> None:
    """Send one of the kinds of things that are no events."""
    kinds = [
        lambda: attacker.event(f"no.such.handler_{number}"),
        lambda: attacker.event(KNOWN, [number]),
        lambda: attacker.event(KNOWN, "text"),
        lambda: attacker.event(KNOWN, {"query": "x"}, token="other"),
        lambda: attacker.event({"name": KNOWN}),
        lambda: attacker.socket.send_str('42/_event,["event",{"name":'),
        lambda: attacker.socket.send_str("42/_event," + "[" * 30_000),
        lambda: attacker.socket.send_str('42/_event,["no_such_event",{}]'),
        lambda: attacker.socket.send_str('42/other,["event",{}]'),
        lambda: attacker.socket.send_str('42["event",{}]'),
        lambda: attacker.socket.send_str('451-/_event,["event",{"_placeholder":true,"num":0}]'),
        lambda: attacker.socket.send_str("40/other,{}"),
        lambda: attacker.socket.send_str(f"junk {number}"),
        lambda: attacker.socket.send_bytes(random.randbytes(2_000)),
    ]
    await kinds[number % len(kinds)]()


async def round_trips(visitor: Visitor, until: asyncio.Task[None]) -> list[float]:
    """Search again and again as long as the task runs; return how long it took, in seconds."""
    taken: list[float] = []
    while not until.done() or len(taken) < 20:
        started = time.perf_counter()
        await visitor.send(ContactListState.get_contacts, query=f"nobody {len(taken)}")
        taken.append(time.perf_counter() - started)
    return taken


def test_junk_changes_nothing_and_others_go_on(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    cookies = [fetch_cookie(server.url) for _ in range(2)]
    before = dump(server)

    async def visit() -> list[float]:
        async with (
            Visitor(server.url, cookies[0]) as other,
            raw_socket(server.url, cookies[1]) as attacker,
        ):

            async def flood() -> None:
                for number in range(JUNK):
                    await send_junk(attacker, number)

            flooding = asyncio.create_task(flood())
            taken = await round_trips(other, flooding)
            await flooding
            await attacker.event(KNOWN, {"query": "still here"})
            while "still here" not in await attacker.socket.receive_str(timeout=20):
                pass
            return taken

    taken = in_own_loop(visit)
    assert without_times(dump(server)) == without_times(before)
    median = statistics.median(taken)
    with capsys.disabled():
        print(
            f"\n{JUNK} pieces of junk: others' median {median * 1000:.0f} ms ({len(taken)} trips)"
        )
    assert median < 1


@pytest.mark.parametrize("size", [66_000, 5 * MB])
def test_a_frame_that_is_too_large_ends_its_socket_only(server: Server, size: int) -> None:
    async def visit() -> tuple[list[bool], int]:
        closed: list[bool] = []
        async with Visitor(server.url) as other:
            event = json.dumps(["event", {"name": KNOWN, "payload": {"query": "x" * size}}])
            for frame in (f"42/_event,{event}", "9" * size, b"\x00" * size):
                async with raw_socket(server.url) as attacker:
                    if isinstance(frame, bytes):
                        await attacker.socket.send_bytes(frame)
                    else:
                        await attacker.socket.send_str(frame)
                    closed.append(await attacker.closed())
            await other.send(ContactFormState.create_contact, form_data=form())
            return closed, other.of(ContactListState)["total"]

    assert in_own_loop(visit) == ([True] * 3, 1)


def send_body(server: Server, path: str, total: int, *, is_chunked: bool) -> tuple[bytes, int]:
    """Send so many bytes until there is a response; return it, and how many were sent."""
    framing = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {total}"
    head = f"POST {path} HTTP/1.1\r\nHost: localhost:{server.port}\r\n{framing}\r\n"
    head += f"Origin: {server.url}\r\nX-CRM: 1\r\n\r\n"
    block = b"x" * 65_536
    if is_chunked:
        block = b"10000\r\n" + block + b"\r\n"
    response, sent = b"", 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(head.encode())
        connection.setblocking(False)
        deadline = time.monotonic() + 10
        while not response and sent < total and time.monotonic() < deadline:
            try:
                sent += connection.send(block)
            except BlockingIOError:
                time.sleep(0.01)
            except ConnectionError:
                break
            try:
                response = connection.recv(1000)
            except BlockingIOError:
                continue
    return response, sent


@pytest.mark.parametrize(("path", "status"), [("/session", 401), ("/", 405), ("/_upload", 404)])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_large_body_is_refused_without_being_read(
    server: Server, path: str, status: int, is_chunked: bool
) -> None:
    total = 60 * MB
    response = b""
    for _ in range(3):  # the response can be lost where the server resets what it does not read
        response, sent = send_body(server, path, total, is_chunked=is_chunked)
        assert sent < total / 2
        if response:
            break
    assert response.startswith(f"HTTP/1.1 {status} ".encode())
    assert request(server.url, "/ping").status == 200


@pytest.mark.parametrize(
    "token",
    [
        *("x", "room", "1" * 36, "11111111-1111-1111-1111-11111111111", "../../etc/passwd"),
        *("11111111-1111-1111-1111-111111111111\n", "g1111111-1111-1111-1111-111111111111"),
    ],
)
def test_a_token_that_is_no_uuid_opens_no_socket(server: Server, token: str) -> None:
    quoted = token.replace("\n", "%0A")
    assert handshake(server.url, [("Origin", server.url)], quoted) == 403


def test_a_socket_needs_a_token(server: Server) -> None:
    path = "/_event/?EIO=4&transport=websocket"
    for query in ("", "&token=", "&TOKEN=11111111-1111-1111-1111-111111111111"):
        headers = [("Origin", server.url), ("Connection", "Upgrade"), ("Upgrade", "websocket")]
        headers += [("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZQ==")]
        assert request(server.url, path + query, headers=headers).status in (400, 403)


def test_a_socket_that_stays_outside_is_closed(server: Server) -> None:
    address = f"{server.url}{SOCKET}&token={uuid4()}"

    async def stay(frames: list[str]) -> bool:
        async with (
            aiohttp.ClientSession(headers={"Origin": server.url}) as session,
            session.ws_connect(address) as outside,
        ):
            for frame in frames:
                await outside.send_str(frame)
                await asyncio.sleep(1)
            async with asyncio.timeout(7):
                while not (await outside.receive()).type.name.startswith("CLOS"):
                    pass
            return outside.closed

    async def visit() -> list[bool]:
        silent, pinging, leaving = [], ["2"] * 4, ["40/_event,{}", "41/_event,"]
        return await asyncio.gather(*(stay(frames) for frames in (silent, pinging, leaving)))

    assert in_own_loop(visit) == [True] * 3


def test_an_address_opens_so_many_sockets_and_may_open_others_later(tmp_path: Path) -> None:
    async def visit(server: Server) -> tuple[int, int]:
        async with AsyncExitStack() as open_sockets:
            for _ in range(5):
                await open_sockets.enter_async_context(raw_socket(server.url))
            refused = 0
            for _ in range(10):
                with pytest.raises(aiohttp.WSServerHandshakeError):
                    async with raw_socket(server.url):
                        pass
                refused += 1
        await asyncio.sleep(1)
        async with AsyncExitStack() as open_sockets:
            again = [
                await open_sockets.enter_async_context(raw_socket(server.url)) for _ in range(5)
            ]
            return refused, len(again)

    with running(tmp_path, CRM_LIMIT_SOCKETS_PER_ADDRESS="5") as server:
        assert in_own_loop(lambda: visit(server)) == (10, 5)


def test_events_that_come_too_fast_wait_and_all_arrive(tmp_path: Path) -> None:
    async def visit(server: Server) -> tuple[int, float, float]:
        async with Visitor(server.url) as fast, Visitor(server.url) as other:
            started = time.perf_counter()
            for number in range(60):
                data = form(email=f"{number}@example.com", idempotency_key=str(uuid4()))
                await fast.post(ContactFormState.create_contact, form_data=data)
            await other.send(ContactListState.get_contacts, query="")
            waited = time.perf_counter() - started
            await fast.settle()
            taken = time.perf_counter() - started
            await other.settle()
            await fast.send(ContactListState.get_contacts, query="")
            return fast.of(ContactListState)["total"], taken, waited

    with running(tmp_path, CRM_LIMIT_EVENTS_PER_SOCKET="10") as server:
        total, taken, waited = in_own_loop(lambda: visit(server))
    assert total == 60
    assert taken > 3.5  # 20 at once, 10 in each second after that
    assert waited < 1  # the other tab does not notice
