"""Counts of contacts, kept until the address book changes."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlmodel import Session

MAX_COUNTS = 1_000


def get(
    db: Session, book_id: int, revision: int, terms: Sequence[str], count: Callable[[], int]
) -> int:
    """Return how many contacts of the book have all the terms; `count` counts them.

    It is not asked if it was asked at the same revision of the book, which `revision` is in this
    transaction. In one that writes, it is always asked: what it counts may be rolled back.
    """
    if not db.connection().get_execution_options().get("read_only"):
        return count()
    engine = db.connection().engine
    return _counts.setdefault(engine, _Counts()).get((book_id, *terms), revision, count)


class _Counts:
    """The last counts of a database; those used last stay."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[tuple[int | str, ...], tuple[int, int]] = OrderedDict()

    def get(self, key: tuple[int | str, ...], revision: int, count: Callable[[], int]) -> int:
        with self._lock:
            known = self._known.get(key)
            if known and known[0] == revision:
                self._known.move_to_end(key)
                return known[1]
        counted = count()
        with self._lock:
            self._known[key] = (revision, counted)
            self._known.move_to_end(key)
            if len(self._known) > MAX_COUNTS:
                self._known.popitem(last=False)
        return counted


_counts: WeakKeyDictionary[Engine, _Counts] = WeakKeyDictionary()
