"""What a socket's frames cost, and which of them go on."""

import asyncio
import json
import time
from typing import Any

import pytest
from starlette.types import Message

from crm_app.http.socket_filter import MAX_FRAME, KnownEvents, SocketFilter, TokenBucket
from crm_app.states.contact_form import ContactFormState
from crm_app.states.handler_error import NOT_UNDERSTOOD
from crm_app.states.notice import NoticeState
from tests.factories import form
from tests.server import Server
from tests.visitor import Visitor, in_own_loop

KNOWN = KnownEvents("known".__eq__, "rejection")
HYDRATE = '40/_event,{"event":{"name":"known","payload":{}}}'


def event(name: str = "known", **payload: Any) -> str:
    return "42/_event," + json.dumps(["event", {"name": name, "payload": payload}])


def through(frames: list[str], per_second: int = 1000) -> tuple[list[str], float]:
    """Return which frames go on, and the seconds that they took."""
    waiting: list[Message] = [{"type": "websocket.receive", "text": frame} for frame in frames]
    waiting.append({"type": "websocket.disconnect", "code": 1000})
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> list[str]:
        frames = SocketFilter(receive, send, KNOWN, TokenBucket(per_second))
        passed: list[str] = []
        while (message := await frames())["type"] == "websocket.receive":
            passed.append(message["text"])
        return passed

    started = time.monotonic()
    return asyncio.run(run()), time.monotonic() - started


@pytest.mark.parametrize(
    "frame", [event(), event(x="ä" * 9000), HYDRATE, "40/_event,", "2", "3probe", "41/_event,"]
)
def test_the_pages_own_frames_go_on(frame: str) -> None:
    assert through([frame])[0] == [frame]


@pytest.mark.parametrize(
    "place",
    [
        {"pathname": "/" + "x" * 5_000, "asPath": "/" + "x" * 5_000},
        {"pathname": "/", "asPath": "/?q=" + "%F0" * 2_000, "query": {"q": "x" * 6_000}},
        {"pathname": "/", "asPath": "/", "query": {f"p{number}": "1" for number in range(500)}},
    ],
    ids=["path", "query", "parameters"],
)
def test_a_page_at_any_address_is_heard(place: dict[str, Any]) -> None:
    details = {"name": "known", "payload": {}, "router_data": place}
    frame = "42/_event," + json.dumps(["event", details])
    boot = "40/_event," + json.dumps({"event": details})
    assert through([boot, frame])[0] == [boot, frame]


@pytest.mark.parametrize(
    "frame",
    [
        event("unknown"),
        event("known") + "x",
        "42/other,[]",
        "42/_event,{}",
        '42/_event,["event"]',
        '42/_event,["event",5]',
        '42/_event,["event",{"name":"known","payload":[]}]',
        '42/_event,["event",{"name":"known","payload":{},"router_data":{"pathname":5}}]',
        '42/_event,["other",{}]',
        "42/_event," + "[" * 20_000,
    ],
)
def test_a_rejection_takes_the_place_of_what_is_no_known_event(frame: str) -> None:
    assert through([frame, event()])[0] == [KNOWN.reject(), event()]


@pytest.mark.parametrize(
    "frame",
    [
        '40/_event,{"event":{"name":"unknown"}}',
        "40/other,",
        "451-/_event,[]",
        "x",
        "",
    ],
)
def test_what_is_no_event_is_dropped(frame: str) -> None:
    assert through([frame, event()])[0] == [event()]


def test_a_socket_connects_once() -> None:
    assert through([HYDRATE, "41/_event,", HYDRATE, event()])[0] == [
        HYDRATE,
        "41/_event,",
        event(),
    ]


def test_a_frame_that_is_too_large_ends_the_socket() -> None:
    assert through([event(x="y" * MAX_FRAME), event()])[0] == []


def test_what_comes_too_fast_waits() -> None:
    passed, seconds = through([event()] * 60, per_second=20)
    assert len(passed) == 60
    assert seconds > 0.9  # 40 at once, 20 in the second after that


def test_large_junk_waits_too() -> None:
    passed, seconds = through([event("unknown", x="y" * 60_000)] * 3, per_second=20)
    assert passed == [KNOWN.reject()] * 3
    assert seconds > 1.5  # 30 tokens each


CREATE = f"{ContactFormState.get_full_name()}.create_contact"


@pytest.mark.parametrize(
    "sent",
    [
        ["event", {"name": f"{CREATE}_of_the_last_release", "payload": {"form_data": form()}}],
        ["event", {"name": CREATE, "payload": {"form_data": form()}, "router_data": {"at": "/"}}],
        ["event", {"name": CREATE, "payload": [form()]}],
        ["event"],
    ],
    ids=["name", "router data", "payload", "nothing"],
)
def test_an_event_that_is_not_understood_is_acknowledged_with_a_message(
    server: Server, sent: list[Any]
) -> None:
    async def visit() -> None:
        async with Visitor(server.url) as tab:
            await tab.hydrate()
            await tab.frame(sent)
            async with asyncio.timeout(20):
                while not tab.of(NoticeState).get("notices"):
                    await asyncio.sleep(0.02)
            assert tab.of(NoticeState)["notices"][-1]["message"] == NOT_UNDERSTOOD
            assert tab.of(ContactFormState)["ack"].startswith("* ")  # the page stops sending it
            assert tab.is_connected
            await tab.send(ContactFormState.create_contact, form_data=form())
            assert tab.of(ContactFormState)["message"] == "Contact created"

    in_own_loop(visit)
