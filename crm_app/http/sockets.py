"""Sockets: how many an address may open, and what each passes on."""

import re
from collections import Counter
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from crm_app.domain.actor import Caller
from crm_app.http import sessions
from crm_app.http.origin import has_allowed_host, has_allowed_origin
from crm_app.http.scopes import with_hashes
from crm_app.http.socket_filter import KnownEvents, SocketFilter, TokenBucket
from crm_app.observability import metrics
from crm_app.operations import rate_limits
from crm_app.operations.perform import admit
from crm_app.operations.rate_limits import Limit
from crm_app.operations.results import Failed
from crm_app.reflex_seam.tab_token import TabToken
from crm_app.settings import get_settings

UUID_SHAPED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013  # before the handshake both are HTTP's 403
MAX_BUCKETS = 10_000


class Tabs(Protocol):
    """An observer of sockets, each known by the token of its tab."""

    def opened(self, token: str) -> None:
        """Record that a socket was opened."""

    def replaced(self, token: str, new_token: str) -> None:
        """Record that Reflex issued another token to the tab of a socket."""

    def closed(self, network: str, token: str) -> None:
        """Record that a socket was closed."""


class Sockets:
    """The open sockets, counted by address; invalid ones are closed."""

    def __init__(
        self, app: ASGIApp, origins: frozenset[str], events: KnownEvents, tabs: Tabs
    ) -> None:
        """Pass valid sockets on to the application."""
        self._app, self._origins, self._events, self._tabs = app, origins, events, tabs
        self._open: Counter[str] = Counter()
        self._buckets: dict[str, TokenBucket] = {}

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the socket on, with hashes in place of cookies and with filtered frames."""
        is_ours = has_allowed_host(scope, self._origins) and has_allowed_origin(
            scope, self._origins
        )
        if not is_ours or not UUID_SHAPED.fullmatch(_token_of(scope)):
            await _close(receive, send, POLICY_VIOLATION)
            return
        network = rate_limits.network(sessions.address_of(scope))
        caller = sessions.read_caller(scope)
        if not await self._has_room(network, caller):
            await _close(receive, send, TRY_AGAIN_LATER)
            return
        self._open[network] += 1
        metrics.SOCKETS.inc()
        try:
            await self._serve_known(network, caller, scope, receive, send)
        finally:
            metrics.SOCKETS.dec()
            self._open[network] -= 1
            if not self._open[network]:
                del self._open[network]
            if len(self._buckets) > MAX_BUCKETS:
                self._buckets = {n: b for n, b in self._buckets.items() if not b.is_full()}

    async def _has_room(self, network: str, caller: Caller) -> bool:
        """Return whether the address may open one more socket."""
        if isinstance(await admit(caller, Limit.NEW_SOCKETS_PER_ADDRESS), Failed):
            return False
        # Last: no `await` may separate this from counting the socket.
        return self._open[network] < get_settings().limit_sockets_per_address

    async def _serve_known(
        self, network: str, caller: Caller, scope: Scope, receive: Receive, send: Send
    ) -> None:
        settings = get_settings()
        own = TokenBucket(settings.limit_events_per_socket)
        shared = self._buckets.setdefault(network, TokenBucket(settings.limit_events_per_address))
        tab = TabToken(_token_of(scope), caller.token_hash, self._tabs.replaced)
        send = tab.follow(send)
        frames = SocketFilter(receive, send, self._events, own, shared)
        self._tabs.opened(tab.value)
        try:
            await self._app(with_hashes(_with_token(scope, tab.value), caller), frames, send)
        finally:
            self._tabs.closed(network, tab.value)


def _query(scope: Scope) -> str:
    return scope["query_string"].decode("latin-1")


def _token_of(scope: Scope) -> str:
    return dict(parse_qsl(_query(scope))).get("token", "")


def _with_token(scope: Scope, token: str) -> Scope:
    query = urlencode({**dict(parse_qsl(_query(scope))), "token": token})
    return {**scope, "query_string": query.encode()}


async def _close(receive: Receive, send: Send, code: int) -> None:
    await receive()  # the handshake
    await send({"type": "websocket.close", "code": code})
