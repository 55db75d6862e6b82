"""Summaries and confidence intervals of the benchmarks."""

import random

import pytest

from benchmarks import statistics


def rounds(chance: random.Random, center: float, count: int = 30, size: int = 40):
    """Make rounds that share a drift, with values around the centre."""
    return [
        [center * (1 + 0.02 * number) * chance.lognormvariate(0, 0.1) for _ in range(size)]
        for number in range(count)
    ]


def test_a_summary_has_the_usual_figures() -> None:
    summary = statistics.summarize([float(number) for number in range(100, 0, -1)], failures=3)
    assert (summary.n, summary.failures) == (100, 3)
    assert (summary.mean, summary.median) == (50.5, 50)
    assert (summary.p95, summary.p99, summary.min, summary.max) == (95, 99, 1, 100)


def test_a_summary_of_nothing_counts_the_failures() -> None:
    assert statistics.summarize([], failures=7) == statistics.Summary(0, 0, 0, 0, 0, 0, 0, 7)


def test_the_interval_is_around_the_true_ratio() -> None:
    chance = random.Random(1)
    found = statistics.ratio(rounds(chance, 15), rounds(chance, 10), resamples=1_000)
    assert found.interval
    assert found.interval.contains(1.5)
    assert found.interval.low < found.value < found.interval.high
    assert found.interval.high - found.interval.low < 0.2


def test_two_samples_of_the_same_differ_by_nothing() -> None:
    misses = 0
    for seed in range(20):
        chance = random.Random(seed)
        found = statistics.ratio(rounds(chance, 10), rounds(chance, 10), resamples=500)
        assert found.interval
        misses += not found.interval.contains(1)
    assert misses <= 3  # one in twenty is expected


def test_the_same_seed_gives_the_same_interval() -> None:
    chance = random.Random(2)
    above, below = rounds(chance, 12), rounds(chance, 10)
    first = statistics.ratio(above, below, resamples=300, seed=41)
    assert first == statistics.ratio(above, below, resamples=300, seed=41)
    assert first != statistics.ratio(above, below, resamples=300, seed=42)


def test_few_rounds_give_no_interval() -> None:
    chance = random.Random(3)
    above, below = rounds(chance, 20, count=9), rounds(chance, 10, count=9)
    found = statistics.ratio(above, below)
    assert found.interval is None
    assert found.value == pytest.approx(2, rel=0.1)


def test_rounds_in_which_one_way_failed_are_left_out() -> None:
    above = [[2.0]] * 10 + [[]]
    below = [[1.0]] * 10 + [[50.0]]
    assert statistics.ratio(above, below, resamples=100).interval == statistics.Interval(2, 2)


def test_nothing_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="no values"):
        statistics.ratio([[]], [[1.0]])


def test_runs_with_different_numbers_of_rounds_are_compared_unpaired() -> None:
    chance = random.Random(4)
    found = statistics.ratio(
        rounds(chance, 10, count=12), rounds(chance, 10), is_paired=False, resamples=500
    )
    assert found.interval
