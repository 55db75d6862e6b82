"""The token by which Reflex finds the state of a tab, bound to the session behind the socket.

The browser makes a token up, and Reflex sends pending updates to any socket that presents it.
Another cookie gets another token here, so it never reaches that state or its updates.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from starlette.types import Message, Send

MAX_ISSUED = 10_000
NAMESPACE = "42/_event,"
NEW_TOKEN = f'{NAMESPACE}["new_token"'


_issued: OrderedDict[str, str] = OrderedDict()
"""The hashes of the sessions to which Reflex issued tokens, by those tokens."""


class TabToken:
    """The token by which Reflex knows a tab: `value`, which Reflex may replace.

    `token_hash` is that of the session, empty without one.
    """

    def __init__(self, sent: str, token_hash: str, on_replace: Callable[[str, str], None]) -> None:
        self._token_hash, self._on_replace = token_hash, on_replace
        digest = hashlib.sha256(f"{token_hash} {sent.lower()}".encode()).digest()
        is_issued = _issued.get(sent) == token_hash
        self.value = sent if is_issued else str(UUID(bytes=digest[:16]))

    def follow(self, send: Send) -> Send:
        """Return a `send` that notes a token that Reflex issues, as to a duplicated tab."""

        async def send_and_note(message: Message) -> None:
            text = message.get("text") or ""
            if text.startswith(NEW_TOKEN):
                self._replace(json.loads(text.removeprefix(NAMESPACE))[1])
            await send(message)

        return send_and_note

    def _replace(self, token: str) -> None:
        self._on_replace(self.value, token)
        self.value = token
        _issued[token] = self._token_hash
        if len(_issued) > MAX_ISSUED:
            _issued.popitem(last=False)
