"""What may come in through a socket: known events of a known shape, not too large, not too fast."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.types import Message, Receive, Send

from crm_app.observability import metrics
from crm_app.observability.logs import log

MAX_FRAME = 65_536  # bytes; the longest form has a few thousand
BYTES_PER_CREDIT = 2048  # what a large frame costs besides being an event
BURST = 2  # seconds' worth of events that may come at once
POLICY_VIOLATION, TOO_LARGE = 1008, 1009  # RFC 6455, section 7.4.1
NAMESPACE = "/_event,"
CONNECT, DISCONNECT, EVENT = "40", "41", "42"
JOIN_SECONDS = 5  # for an open socket to join the namespace
# Close, ping, pong, disconnect, upgrade, noop.
HARMLESS = ("1", "2", "3", "41", "5", "6")
SOCKET_EVENTS = ("event", "ping", "client_error")


class RouterData(BaseModel):
    """Where the page says it is: any address that fits into a frame, with any parameters."""

    model_config = ConfigDict(extra="forbid", strict=True)

    pathname: str = "/"
    asPath: str = "/"
    query: dict[str, str | list[str] | None] = Field(default_factory=dict)


class Event(BaseModel):
    """One event as the page sends it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(max_length=200)
    payload: dict[str, Any] = Field(default_factory=dict[str, Any])
    router_data: RouterData | None = None
    event_actions: dict[str, bool | int] | None = Field(None, max_length=10)


class Credit:
    """How many events may pass: so many a second, and a little more at once."""

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._credit = float(per_second * BURST)
        self._counted_at = time.monotonic()

    async def spend(self, cost: float) -> None:
        """Take so many; wait until there are as many."""
        self._earn()
        self._credit -= cost
        if self._credit < 0:
            await asyncio.sleep(-self._credit / self._per_second)

    def is_whole(self) -> bool:
        """Return whether nothing is owed: a new one would be the same."""
        self._earn()
        return self._credit >= self._per_second * BURST

    def _earn(self) -> None:
        now = time.monotonic()
        earned = (now - self._counted_at) * self._per_second
        self._credit = min(self._credit + earned, self._per_second * BURST)
        self._counted_at = now


class SocketFilter:
    """A `receive` that drops junk before it costs anything, and slows down who sends too much.

    Events beyond the rate wait instead of being dropped: what a person typed is never lost, and a
    flood fills the sender's own queue. `credits` are those of the socket and of its address.
    """

    def __init__(
        self, receive: Receive, send: Send, is_known: Callable[[str], bool], *credits: Credit
    ) -> None:
        self._receive, self._send = receive, send
        self._is_known = is_known
        self._credits = credits
        self._dropped = 0
        self._is_connected = False
        self._join_until: float | None = asyncio.get_running_loop().time() + JOIN_SECONDS

    async def __call__(self) -> Message:
        """Return the next message that is fit to be processed."""
        while True:
            message = await self._receive_in_time()
            if message["type"] != "websocket.receive":
                return message
            frame, size = message.get("text"), _size(message)
            if size > MAX_FRAME:
                await self._send({"type": "websocket.close", "code": TOO_LARGE})
                return {"type": "websocket.disconnect", "code": TOO_LARGE}
            # Paid before it is read: reading junk costs time too.
            for credit in self._credits:
                await credit.spend(size / BYTES_PER_CREDIT)
            if frame is None or not self._is_fit(frame):
                self._note_drop()
                continue
            if frame.startswith((CONNECT, EVENT)):
                for credit in self._credits:
                    await credit.spend(1)
            return message

    async def _receive_in_time(self) -> Message:
        """Return the next message; end a socket that stays outside the namespace of the events."""
        try:
            async with asyncio.timeout_at(self._join_until):
                return await self._receive()
        except TimeoutError:
            await self._send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}

    def _is_fit(self, frame: str) -> bool:
        """Return whether the frame may go on; a socket says once that it connects."""
        is_connect = frame.startswith(CONNECT)
        if (is_connect and self._is_connected) or not is_fit(frame, self._is_known):
            return False
        self._is_connected = self._is_connected or is_connect
        if is_connect:
            self._join_until = None
        elif frame.startswith(DISCONNECT):
            self._join_until = asyncio.get_running_loop().time() + JOIN_SECONDS
        return True

    def _note_drop(self) -> None:
        self._dropped += 1
        metrics.FRAMES_DROPPED.inc()
        if self._dropped == 1:
            log.warning("junk dropped from a socket; more of it is not logged")


def is_fit(frame: str, is_known: Callable[[str], bool]) -> bool:
    """Return whether a frame is part of the protocol, and its event, if any, a known one."""
    if frame.startswith(EVENT):
        return _is_fit_event(_content(frame), is_known)
    if frame.startswith(CONNECT):
        return _is_fit_boot(_content(frame), is_known)
    return frame.startswith(HARMLESS) and len(frame) < 100


def _content(frame: str) -> Any:
    """Return what an `event` or `connect` packet for our namespace carries, None if it is none."""
    rest = frame[2:]
    if not rest.startswith(NAMESPACE):
        return None
    try:
        return json.loads(rest.removeprefix(NAMESPACE) or "{}")
    except (ValueError, RecursionError):
        return None


def _is_fit_event(content: Any, is_known: Callable[[str], bool]) -> bool:
    if not isinstance(content, list) or not content or content[0] not in SOCKET_EVENTS:
        return False
    kind, *arguments = cast("list[Any]", content)
    if kind == "event":
        return len(arguments) == 1 and _is_known_event(arguments[0], is_known)
    return len(arguments) <= 1


def _is_fit_boot(content: Any, is_known: Callable[[str], bool]) -> bool:
    if not isinstance(content, dict):
        return False
    event = cast("Mapping[str, Any]", content).get("event")
    return event is None or _is_known_event(event, is_known)


def _is_known_event(event: Any, is_known: Callable[[str], bool]) -> bool:
    try:
        return is_known(Event.model_validate(event).name)
    except ValidationError:
        return False


def _size(message: Message) -> int:
    text = message.get("text")
    return len(text.encode("utf-8", "surrogatepass")) if text else len(message.get("bytes") or b"")
