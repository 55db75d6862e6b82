"""What is remembered of sessions, by several threads at once."""

from collections import OrderedDict
from typing import Any

import pytest

from crm_app.operations import known_sessions as module
from crm_app.operations.known_sessions import KnownSessions


class ForgottenAtOnce(OrderedDict[str, Any]):
    """A dictionary in which another thread forgets each entry as soon as it is there."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        self.pop(key)


def test_another_thread_may_forget_a_session_at_any_moment() -> None:
    known = KnownSessions()
    known._sessions = ForgottenAtOnce()
    known.remember("a", 1)
    assert known.account_of("a") is None


def test_the_oldest_of_too_many_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SESSIONS", 2)
    known = KnownSessions()
    for name in ("a", "b", "a", "c"):
        known.remember(name, 1)
    assert [known.account_of(name) for name in "abc"] == [1, None, 1]
