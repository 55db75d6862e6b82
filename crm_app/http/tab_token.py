"""The token by which Reflex finds the state of a tab, bound to the session behind the socket.

The browser makes a token up, and Reflex sends what a tab is still owed to whoever connects with
it. Another cookie gets another token here, and so never meets that state or what it is sent.
"""

import hashlib
import json
from collections import OrderedDict
from uuid import UUID

from starlette.types import Message, Send

MAX_ISSUED = 10_000
NEW_TOKEN = '42/_event,["new_token"'


class TabTokens:
    """The tokens that Reflex knows tabs by."""

    def __init__(self) -> None:
        self._issued: OrderedDict[str, str] = OrderedDict()

    def bind(self, token: str, token_hash: str) -> str:
        """Return the token for this session, empty for nobody's; one that Reflex issued stays."""
        if self._issued.get(token) == token_hash:
            return token
        digest = hashlib.sha256(f"{token_hash} {token.lower()}".encode()).digest()
        return str(UUID(bytes=digest[:16]))

    def watch(self, send: Send, token_hash: str) -> Send:
        """Return a `send` that notes a token that Reflex issues, as to a duplicated tab."""

        async def send_and_note(message: Message) -> None:
            text = message.get("text") or ""
            if text.startswith(NEW_TOKEN):
                self._issued[json.loads(text.removeprefix("42/_event,"))[1]] = token_hash
                if len(self._issued) > MAX_ISSUED:
                    self._issued.popitem(last=False)
            await send(message)

        return send_and_note
