"""What was counted or sorted, kept until the address book changes."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine
from sqlmodel import Session

MAX_COUNTS = 1_000
MAX_IDS = 4_000_000  # of all kept lists together: 32 MB


def get(db: Session, revision: int, key: Hashable, count: Callable[[], int]) -> int:
    """Return how many contacts something has; `count` counts them.

    It is not asked if it was asked for the same key at the same revision of the book, which
    `revision` is in this transaction. In one that writes, it is always asked: what it counts may
    be rolled back.
    """
    return cast(int, _kept(db, _counts, MAX_COUNTS).get(key, revision, count, _one))


def find(db: Session, revision: int, key: Hashable) -> int | None:
    """Return what `get` would return without counting; None if it would count."""
    return cast("int | None", _kept(db, _counts, MAX_COUNTS).find(key, revision))


def get_ids(
    db: Session, revision: int, key: Hashable, list_ids: Callable[[], "array[int]"]
) -> "array[int]":
    """Return the ids of contacts in an order, kept as counts are."""
    return cast("array[int]", _kept(db, _ids, MAX_IDS).get(key, revision, list_ids, len))


class _Kept:
    """The last results of a database, up to a weight of all together; those used last stay."""

    def __init__(self, max_weight: int) -> None:
        self._lock, self._max_weight, self._weight = Lock(), max_weight, 0
        self._known: OrderedDict[Hashable, tuple[int, Any, int]] = OrderedDict()

    def find(self, key: Hashable, revision: int) -> Any:
        with self._lock:
            known = self._known.get(key)
            if known is None or known[0] != revision:
                return None
            self._known.move_to_end(key)
            return known[1]

    def get(
        self,
        key: Hashable,
        revision: int,
        make: Callable[[], Any],
        weigh: Callable[[Any], int],
    ) -> Any:
        found = self.find(key, revision)
        if found is None:
            found = make()
            self._keep(key, revision, found, weigh(found))
        return found

    def _keep(self, key: Hashable, revision: int, made: Any, weight: int) -> None:
        with self._lock:
            _, _, former = self._known.pop(key, (0, None, 0))
            self._known[key] = (revision, made, weight)
            self._weight += weight - former
            while self._weight > self._max_weight and len(self._known) > 1:
                _, (_, _, dropped) = self._known.popitem(last=False)
                self._weight -= dropped


def _kept(db: Session, databases: WeakKeyDictionary[Engine, _Kept], max_weight: int) -> _Kept:
    """Return what is kept of this database: nothing for a transaction that writes."""
    if not db.connection().get_execution_options().get("read_only"):
        return _Kept(0)
    return databases.setdefault(db.connection().engine, _Kept(max_weight))


def _one(_count: object) -> int:
    return 1


_counts: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_ids: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
