"""The sessions that were looked up last: whose they are, and when that was."""

import time
from collections import OrderedDict

MAX_SESSIONS = 10_000
FRESH_SECONDS = 0.5  # a session that another process ends is refused within twice that


class KnownSessions:
    """Remember by the hash of a cookie which account it belongs to; that never changes.

    Several threads use it: each step on the dictionary succeeds whatever the others do.
    """

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def remember(self, token_hash: str, account_id: int) -> None:
        """Store that the session was active just now."""
        self._sessions.pop(token_hash, None)  # a new entry is the last one
        self._sessions[token_hash] = (account_id, time.monotonic())
        if len(self._sessions) > MAX_SESSIONS:
            self._sessions.popitem(last=False)

    def forget(self, token_hash: str) -> None:
        """Store that there is no such session."""
        self._sessions.pop(token_hash, None)

    def account_of(self, token_hash: str) -> int | None:
        """Return whose session it is, None if that is not known."""
        known = self._sessions.get(token_hash)
        return known[0] if known else None

    def fresh_account_of(self, token_hash: str) -> int | None:
        """Return whose session it is if it was active a moment ago."""
        known = self._sessions.get(token_hash)
        return known[0] if known and time.monotonic() - known[1] < FRESH_SECONDS else None


known_sessions = KnownSessions()
