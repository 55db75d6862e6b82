"""How much a run of the benchmarks measures, and in which order."""

import math
import random
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

T = TypeVar("T")
LEVELS = (1, 8, 32)  # clients at the same time


@dataclass(frozen=True)
class Plan:
    """So many rounds, in each so many operations of each way; a quick plan leaves cases out."""

    rounds: int = 30
    operations: int = 34
    seed: int = 41
    is_quick: bool = False
    beside: Path | None = None  # another checkout

    @classmethod
    def quick(cls, seed: int = 41) -> Self:
        return cls(rounds=10, operations=6, seed=seed, is_quick=True)

    def chance(self, name: str) -> random.Random:
        """Return the source of all that is random in one part of the run."""
        return random.Random(self.seed + zlib.crc32(name.encode()))

    def each_round(self) -> Iterator[bool]:
        """Yield once for each round whether it counts: the first is there to warm up."""
        yield False
        yield from (True for _ in range(self.rounds))

    def repeats(self, clients: int) -> int:
        """Return how often each of so many clients acts in a round."""
        return math.ceil(self.operations / clients)


def shuffled(chance: random.Random, items: Iterable[T]) -> list[T]:
    found = list(items)
    chance.shuffle(found)
    return found


def describe_clients(count: int) -> str:
    return "1 client" if count == 1 else f"{count} clients"
