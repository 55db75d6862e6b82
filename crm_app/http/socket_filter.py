"""The filter of incoming frames: known events of a known shape and size, at a limited rate."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.types import Message, Receive, Send

from crm_app.observability import metrics
from crm_app.observability.logs import log

MAX_FRAME = 65_536  # bytes; the longest form has a few thousand
BYTES_PER_TOKEN = 2048  # of a frame; an event costs one more token
BURST_SECONDS = 2  # capacity of a bucket
POLICY_VIOLATION, TOO_LARGE = 1008, 1009  # RFC 6455, section 7.4.1
NAMESPACE = "/_event,"
CONNECT, DISCONNECT, EVENT = "40", "41", "42"
JOIN_SECONDS = 5  # for an open socket to join the namespace
# Close, ping, pong, disconnect, upgrade, noop.
HARMLESS = ("1", "2", "3", "41", "5", "6")
SOCKET_EVENTS = ("event", "ping", "client_error")


class RouterData(BaseModel):
    """The address of the page: any that fits into a frame, with any parameters."""

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


@dataclass(frozen=True)
class KnownEvents:
    """Which names events may have, and the event that takes the place of one that is not fit."""

    is_known: Callable[[str], bool]
    rejection: str

    def reject(self) -> str:
        """Return the frame of the rejection."""
        place = RouterData().model_dump()
        event = {"name": self.rejection, "payload": {}, "router_data": place}
        return f"{EVENT}{NAMESPACE}{json.dumps(['event', event])}"


class TokenBucket:
    """A token bucket: `per_second` tokens a second, at most those of two seconds at once."""

    def __init__(self, per_second: int) -> None:
        self._per_second = per_second
        self._tokens = float(per_second * BURST_SECONDS)
        self._filled_at = time.monotonic()

    async def spend(self, cost: float) -> None:
        """Take tokens; wait until the bucket has them."""
        self._fill()
        self._tokens -= cost
        if self._tokens < 0:
            await asyncio.sleep(-self._tokens / self._per_second)

    def is_full(self) -> bool:
        """Return whether the bucket is full, as a new one is."""
        self._fill()
        return self._tokens >= self._per_second * BURST_SECONDS

    def _fill(self) -> None:
        now = time.monotonic()
        added = (now - self._filled_at) * self._per_second
        self._tokens = min(self._tokens + added, self._per_second * BURST_SECONDS)
        self._filled_at = now


class SocketFilter:
    """A `receive` that replaces malformed and unknown events, and drops other unfit frames.

    The page waits for a response to each event: the one that replaces it shows a message. Frames
    beyond the rate are delayed instead of dropped: typed text is never lost, and a flood fills the
    sender's own queue. `buckets` are those of the socket and of its address.
    """

    def __init__(
        self, receive: Receive, send: Send, events: KnownEvents, *buckets: TokenBucket
    ) -> None:
        self._receive, self._send = receive, send
        self._events = events
        self._buckets = buckets
        self._dropped = 0
        self._is_connected = False
        self._join_until: float | None = asyncio.get_running_loop().time() + JOIN_SECONDS

    async def __call__(self) -> Message:
        """Return the next message that passes the filter."""
        while True:
            message = await self._receive_in_time()
            if message["type"] != "websocket.receive":
                return message
            frame, size = message.get("text"), _size(message)
            if size > MAX_FRAME:
                await self._send({"type": "websocket.close", "code": TOO_LARGE})
                return {"type": "websocket.disconnect", "code": TOO_LARGE}
            # Before it is parsed: parsing junk costs time too.
            for bucket in self._buckets:
                await bucket.spend(size / BYTES_PER_TOKEN)
            if frame is None or not self._is_fit(frame):
                self._note_drop()
                if frame is None or not frame.startswith(EVENT):
                    continue
                frame = self._events.reject()
                message = {"type": "websocket.receive", "text": frame}
            if frame.startswith((CONNECT, EVENT)):
                for bucket in self._buckets:
                    await bucket.spend(1)
            return message

    async def _receive_in_time(self) -> Message:
        """Return the next message; close a socket that does not join the namespace in time."""
        try:
            async with asyncio.timeout_at(self._join_until):
                return await self._receive()
        except TimeoutError:
            await self._send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}

    def _is_fit(self, frame: str) -> bool:
        """Return whether the frame passes; a socket connects once."""
        is_connect = frame.startswith(CONNECT)
        if (is_connect and self._is_connected) or not is_fit(frame, self._events.is_known):
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
            log.warning("junk on a socket was rejected; more of it is not logged")


def is_fit(frame: str, is_known: Callable[[str], bool]) -> bool:
    """Return whether a frame is part of the protocol, and its event, if any, a known one."""
    if frame.startswith(EVENT):
        return _is_fit_event(_content(frame), is_known)
    if frame.startswith(CONNECT):
        return _is_fit_boot(_content(frame), is_known)
    return frame.startswith(HARMLESS) and len(frame) < 100


def _content(frame: str) -> Any:
    """Return the content of an `event` or `connect` packet for our namespace, else None."""
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
