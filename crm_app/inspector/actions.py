"""One action: its statements, its failure, and where its time went."""

import time
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

SLOW_MS = 100
MANY_STATEMENTS = 10
REPEATS = 3
MAX_STATEMENTS = 500
"""Kept of one action at most; all are counted and timed."""
COMMIT = "COMMIT"
LISTED_MS = 1
"""Shorter statements without a plan are not listed, unless they commit; their time counts."""
WRITING = ("INSERT", "UPDATE", "DELETE")
EXPLAINABLE = ("SELECT", "WITH", *WRITING)


class Outcome(Enum):
    """How an action ended; the worst of its operations decides."""

    OK = "ok"
    REFUSED = "refused"
    FAILED = "failed"


SEVERITY = list(Outcome)


@dataclass
class Statement:
    """One statement as the driver got it: placeholders, never values.

    `parameters` is their number. `rows` is how many it returned or changed, None if neither.
    """

    text: str
    parameters: int = 0
    seconds: float = 0.0
    rows: int | None = None
    has_failed: bool = False
    is_listed: bool = False

    @property
    def has_plan(self) -> bool:
        """Whether the database can explain the statement."""
        return self.text.upper().startswith(EXPLAINABLE)


@dataclass(frozen=True)
class Failure:
    """An error, whether the action's changes are saved, and the message that the visitor read.

    `frames` are the places in this package, outermost first; `others` those in libraries.
    """

    error: str
    saved: str
    message: str
    reference: str = ""
    frames: tuple[tuple[str, str, str], ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Painted:
    """The browser's measurements up to the update number `updates` of the action.

    `answered_ms` is the time from sending the event to receiving that update, `painted_ms` from
    there to the frame that shows it; `received` counts the bytes of all updates so far.
    """

    updates: int
    answered_ms: float
    painted_ms: float
    received: int


@dataclass
class Action:
    """One event with those its handler yielded, or one operation of a job or an HTTP route."""

    id: int
    handler: str
    started: float = field(default_factory=time.perf_counter)
    at: float = field(default_factory=time.time)
    outcome: Outcome = Outcome.OK
    words: str = ""
    statements: list[Statement] = field(default_factory=list[Statement])
    count: int = 0
    database: float = 0.0
    commit: float = 0.0
    running: int = 0
    ended: float | None = None
    updates: list[float] = field(default_factory=list[float])
    painted: Painted | None = None
    failure: Failure | None = None
    has_written: bool = False
    has_saved: bool = False
    was_let_through: bool = False
    revision: int = 0

    def elapsed(self) -> float:
        """Return the seconds since the action arrived."""
        return time.perf_counter() - self.started

    def add(self, statement: Statement) -> None:
        """List a statement."""
        statement.is_listed = True
        self.count += 1
        self.has_written |= statement.text.startswith(WRITING)
        if self.count <= MAX_STATEMENTS:
            self.statements.append(statement)

    def spend(self, statement: Statement, seconds: float) -> None:
        """Add time to a statement, and to the action's time in the database or committing.

        A COMMIT is listed if something was written, a BEGIN or PRAGMA if it took long: it waited.
        """
        statement.seconds += seconds
        if statement.text != COMMIT:
            self.database += seconds
        else:
            self.commit += seconds
        is_long = _ms(statement.seconds) >= LISTED_MS
        is_wanted = is_long or (statement.text == COMMIT and self.has_written)
        if is_wanted and not statement.is_listed:
            self.add(statement)
        if statement.text == COMMIT:
            self.has_saved |= self.has_written and not statement.has_failed
            self.has_written = False

    def conclude(self, outcome: Outcome, words: str) -> None:
        """Note the outcome of one operation; the first words of the worst outcome are kept."""
        if SEVERITY.index(outcome) > SEVERITY.index(self.outcome):
            self.outcome, self.words = outcome, words
        elif outcome is self.outcome:
            self.words = self.words or words

    def parts(self) -> dict[str, float]:
        """Return where the milliseconds went; `ms` is always their sum.

        `waiting` is all time on the server outside of the database: the tab's queue, a thread, and
        Python. `wire` is the browser's wait beyond the server's work.
        """
        seconds = self.ended or 0.0
        wire = paint = 0.0
        if self.painted and 0 < self.painted.updates <= len(self.updates):
            seconds = self.updates[self.painted.updates - 1]
            wire = max(0.0, self.painted.answered_ms - _ms(seconds))
            paint = self.painted.painted_ms
        waiting = max(0.0, _ms(seconds - self.database - self.commit))
        times = (waiting, _ms(self.database), _ms(self.commit), wire, paint)
        names = ("waiting", "database", "commit", "wire", "paint")
        return dict(zip(names, (round(each, 1) for each in times), strict=True))

    def view(self) -> dict[str, Any]:
        """Return the action as the panel shows it."""
        parts = self.parts()
        ms = round(sum(parts.values()), 1)
        repeats = Counter(each.text for each in self.statements)
        words = ", ".join(filter(None, (self.outcome.value, self.words)))
        return {
            "id": self.id,
            "revision": self.revision,
            "at": round(self.at * 1000),
            "handler": self.handler.rpartition(".")[2],
            "path": self.handler,
            "outcome": self.outcome.value,
            "words": words,
            "parts": parts,
            "ms": ms,
            "count": self.count,
            "bytes": self.painted.received if self.painted else 0,
            "isSlow": ms > SLOW_MS or self.count > MANY_STATEMENTS,
            "statements": [_line(each, repeats[each.text]) for each in self.statements],
            "failure": vars(self.failure) if self.failure else None,
        }


def _line(statement: Statement, times: int) -> dict[str, Any]:
    return {
        "text": statement.text,
        "rows": statement.rows,
        "ms": round(_ms(statement.seconds), 1),
        "repeated": times if times >= REPEATS and statement.has_plan else 0,
        "hasPlan": statement.has_plan,
        "hasFailed": statement.has_failed,
    }


def _ms(seconds: float) -> float:
    return seconds * 1000
