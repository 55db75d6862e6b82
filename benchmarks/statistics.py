"""Summaries of samples, and ratios with a bootstrap confidence interval."""

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

RESAMPLES = 10_000
MIN_ROUNDS = 10
"""With fewer rounds there is no interval."""

CONFIDENCE = 0.95
Rounds = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Summary:
    """What is said about a sample; without a single success all figures are 0."""

    n: int
    mean: float
    median: float
    p95: float
    p99: float
    min: float
    max: float
    failures: int


@dataclass(frozen=True)
class Interval:
    """A confidence interval."""

    low: float
    high: float

    def contains(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Ratio:
    """A ratio of two quantiles; there is no interval if there were too few rounds."""

    value: float
    interval: Interval | None


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of the values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def summarize(values: Sequence[float], failures: int = 0) -> Summary:
    if not values:
        return Summary(0, 0, 0, 0, 0, 0, 0, failures)
    median, p95, p99 = (quantile(values, share) for share in (0.5, 0.95, 0.99))
    mean = math.fsum(values) / len(values)
    return Summary(len(values), mean, median, p95, p99, min(values), max(values), failures)


def ratio(
    above: Rounds,
    below: Rounds,
    share: float = 0.5,
    *,
    is_paired: bool = True,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Ratio:
    """Return the ratio of the quantiles of two samples that were taken in rounds.

    Whole rounds are resampled, with all their values: what disturbs one value disturbs its
    neighbours. Rounds of both samples that were taken one after the other are resampled together.

    Raises:
        ValueError: A sample has no values.
    """
    above, below = _with_values(above, below) if is_paired else (_filled(above), _filled(below))
    if not above or not below:
        raise ValueError("There are no values to compare.")
    first, second = _Sample(above), _Sample(below)
    value = first.quantile(share) / second.quantile(share)
    if min(len(above), len(below)) < MIN_ROUNDS:
        return Ratio(value, None)
    chance = random.Random(seed)
    ratios: list[float] = []
    for _ in range(resamples):
        weights = _resample(chance, len(above))
        others = weights if is_paired else _resample(chance, len(below))
        ratios.append(first.quantile(share, weights) / second.quantile(share, others))
    return Ratio(value, _middle(ratios, confidence))


def interval(rounds: Rounds, share: float = 0.5, *, seed: int = 0) -> Interval | None:
    """Return the interval of a quantile, None if there were too few rounds."""
    rounds = _filled(rounds)
    if len(rounds) < MIN_ROUNDS:
        return None
    chance, sample = random.Random(seed), _Sample(rounds)
    found = [sample.quantile(share, _resample(chance, len(rounds))) for _ in range(RESAMPLES)]
    return _middle(found, CONFIDENCE)


class _Sample:
    """Values by size, and how many of each round are not greater: for quantiles of resamples."""

    def __init__(self, rounds: Rounds) -> None:
        numbered = sorted((value, number) for number, each in enumerate(rounds) for value in each)
        self._values = [value for value, _ in numbered]
        self._sizes = [len(each) for each in rounds]
        self._counts: list[list[int]] = []
        counts = [0] * len(rounds)
        for _, number in numbered:
            counts[number] += 1
            self._counts.append(counts.copy())

    def quantile(self, share: float, weights: Sequence[int] | None = None) -> float:
        """Return the quantile if each round was there as often as its weight says."""
        weights = weights or [1] * len(self._sizes)
        wanted = max(1, math.ceil(share * sum(map(mul, weights, self._sizes))))
        low, high = 0, len(self._values) - 1
        while low < high:
            middle = (low + high) // 2
            if sum(map(mul, weights, self._counts[middle])) < wanted:
                low = middle + 1
            else:
                high = middle
        return self._values[low]


def _middle(values: Sequence[float], confidence: float) -> Interval:
    tail = (1 - confidence) / 2
    return Interval(quantile(values, tail), quantile(values, 1 - tail))


def _resample(chance: random.Random, count: int) -> list[int]:
    drawn = Counter(chance.choices(range(count), k=count))
    return [drawn[number] for number in range(count)]


def _with_values(above: Rounds, below: Rounds) -> tuple[Rounds, Rounds]:
    """Return the rounds in which both have values."""
    pairs = [(a, b) for a, b in zip(above, below, strict=True) if a and b]
    return [a for a, _ in pairs], [b for _, b in pairs]


def _filled(rounds: Rounds) -> Rounds:
    return [each for each in rounds if each]
