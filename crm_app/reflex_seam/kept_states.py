"""The states of tabs whose socket is closed: what is kept of them, and how many."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.state import State

from crm_app.observability.logs import log
from crm_app.settings import get_settings
from crm_app.states.contact_list import ContactListState
from crm_app.states.contacts.history import HistoryState

ROWS_KEPT = 60  # seconds
LOOK_SECONDS = 5


class KeptStates:
    """Free the memory of closed tabs: one with 1,000 rows takes 4.6 MB.

    Reflex itself keeps a state for an hour after its last event.
    """

    def __init__(self, manager: Callable[[], StateManagerMemory]) -> None:
        self._manager = manager
        self._open: Counter[str] = Counter()  # sockets by token
        self._with_rows: dict[str, float] = {}  # token to when its socket closed (monotonic)
        self._closed: dict[str, str] = {}  # token to network, the oldest first

    def opened(self, token: str) -> None:
        """Keep all that the tab shows: it is there."""
        self._open[token] += 1
        self._with_rows.pop(token, None)
        self._closed.pop(token, None)

    def replaced(self, token: str, new_token: str) -> None:
        """Count a duplicated tab by the token that Reflex issued to it."""
        self._leave(token)
        self.opened(new_token)

    def closed(self, network: str, token: str) -> None:
        """Let the tab's rows go in a minute, and at once the oldest tab of too many."""
        self._leave(token)
        if token in self._open:
            return
        self._with_rows[token] = time.monotonic()
        self._closed[token] = network
        own = [each for each, of in self._closed.items() if of == network]
        if len(own) > get_settings().limit_kept_tabs_per_address:
            del self._closed[own[0]]
            self._purge(own[0])

    def _leave(self, token: str) -> None:
        self._open[token] -= 1
        if not self._open[token]:
            del self._open[token]

    async def watch(self) -> None:
        """Make room again and again, as long as the server runs."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._make_room()
            except Exception as error:  # the next look may succeed
                log.error("closed tabs not freed", exc_info=error)

    async def _make_room(self) -> None:
        for token, since in list(self._with_rows.items()):
            if time.monotonic() - since > ROWS_KEPT:
                await self._forget_rows(token)
        self._drop_expired()

    async def _forget_rows(self, token: str) -> None:
        if token in self._manager().states:
            async with self._manager().modify_state(_key(token)) as state:
                if token not in self._with_rows:  # it came back while its state was busy
                    return
                contact_list = await state.get_state(ContactListState)
                contact_list._forget_rows()
                (await state.get_state(HistoryState))._forget()
        self._with_rows.pop(token, None)

    def _drop_expired(self) -> None:
        """Stop counting what Reflex has removed."""
        states = self._manager().states
        self._closed = {token: of for token, of in self._closed.items() if token in states}

    def _purge(self, token: str) -> None:
        """Remove the whole state, unless an event of it still runs."""
        manager, key = self._manager(), _key(token)
        lock = manager._states_locks.get(key.lock_key)
        if lock is None or not lock.locked():
            manager._purge_token(key)


def _key(token: str) -> BaseStateToken:
    return BaseStateToken(ident=token, cls=State)
