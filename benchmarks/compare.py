"""Which figures of two runs differ by more than noise: `python -m benchmarks.compare old new`.

A change is named if the interval of its ratio leaves no doubt. Besides the spread within each run
there is what changes between runs: the machine may be slower by the time of the second. So a time
has to differ by a tenth more than the machine's own work does. The ratio of route to action needs
no such margin: both saw the same noise. A count is compared if all tries of both runs agreed, and
has to differ by more than 2 %: ids and times in a message vary by a few bytes.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.results import ACTION, REFERENCE, REFERENCE_WAY, Measurement, Results
from benchmarks.statistics import MIN_ROUNDS, Interval, quantile, ratio

CONFIDENCE = 0.999  # with a hundred figures, 0.95 would name five that did not change
LEAST_CHANGE, LEAST_COUNT_CHANGE = 1.1, 1.02
RESAMPLES = 4_000


@dataclass(frozen=True)
class Change:
    """A figure that differs; `factor` is new by old."""

    name: str
    old: float
    new: float
    unit: str
    interval: Interval | None
    is_better: bool

    def __str__(self) -> str:
        certainty = "exact"
        if self.interval:
            certainty = f"{self.interval.low:.2f} to {self.interval.high:.2f}"
        verdict = "better" if self.is_better else "worse"
        return (
            f"{verdict:<6} {self.name}: {self.old:,.2f} -> {self.new:,.2f} {self.unit}".rstrip()
            + f", factor {self.new / self.old if self.old else float('inf'):.2f} ({certainty})"
        )


def compare(old: Results, new: Results) -> list[Change]:
    """Return what changed beyond noise."""
    return [
        change
        for before, after in pairs(old, new)
        if (change := change_of(before, after, margin(old, new, before.question)))
    ]


def margin(old: Results, new: Results, question: str) -> float:
    return drift(old, new, question) * LEAST_CHANGE


def drift(old: Results, new: Results, question: str) -> float:
    """Return by what factor the machine was slower in one of the runs, for the same work."""
    key = (question, REFERENCE, REFERENCE_WAY)
    before, after = old.measurement(*key), new.measurement(*key)
    if not before or not after:
        return 1
    factor = after.summary.median / before.summary.median
    return max(factor, 1 / factor)


def pairs(old: Results, new: Results) -> Iterator[tuple[Measurement, Measurement]]:
    for before in old.measurements:
        after = new.measurement(*before.key)
        if after and before.case != REFERENCE and before.values and after.values:
            yield before, after


def change_of(before: Measurement, after: Measurement, margin: float) -> Change | None:
    name = f"{before.question}, {before.case}, {before.way}"
    old, new = (quantile(each.values, 0.5) for each in (before, after))
    is_better = new > old if before.is_rate else new < old
    if before.is_exact and after.is_exact:
        change = Change(name, old, new, before.unit, None, is_better)
        return change if max(old, new) > min(old, new) * LEAST_COUNT_CHANGE else None
    found = ratio(
        after.rounds,
        before.rounds,
        is_paired=False,
        confidence=CONFIDENCE,
        resamples=RESAMPLES,
    )
    if found.interval is None or (
        found.interval.low <= margin and found.interval.high >= 1 / margin
    ):
        return None
    return Change(name, old, new, before.unit, found.interval, is_better)


def changed_ratios(old: Results, new: Results) -> list[str]:
    """Return the cases in which the ratio of route to action changed."""
    lines: list[str] = []
    for before, after in pairs(old, new):
        key = (before.question, before.case, ACTION)
        actions = old.measurement(*key), new.measurement(*key)
        is_count = before.is_exact or after.is_exact
        if before.way == ACTION or is_count or not actions[0] or not actions[1]:
            continue
        first, second = (
            ratio(
                each.rounds,
                action.rounds,
                confidence=CONFIDENCE,
                resamples=RESAMPLES,
            )
            for each, action in zip((before, after), actions, strict=True)
            if action
        )
        if first.interval and second.interval and not overlap(first.interval, second.interval):
            lines.append(
                f"{before.question}, {before.case}, {before.way} to action: "
                f"{first.value:.2f} -> {second.value:.2f}"
            )
    return lines


def overlap(first: Interval, second: Interval) -> bool:
    return first.low <= second.high and second.low <= first.high


def describe(old: Results, new: Results) -> str:
    """Return what changed, or that nothing did, and what is to be known about both runs."""
    lines = [f"old: {run(old)}", f"new: {run(new)}"]
    if old.machine != new.machine:
        lines.append("The runs are from different machines: only the ratios can be compared.")
    questions = dict.fromkeys(before.question for before, _ in pairs(old, new))
    slower = max((drift(old, new, each) for each in questions), default=1)
    lines.append(f"The machine's own work differs by a factor of up to {slower:.2f}.")
    compared = sum(1 for _ in pairs(old, new))
    changes, ratios = compare(old, new), changed_ratios(old, new)
    lines += map(str, changes)
    lines += [f"ratio  {each}" for each in ratios]
    if not changes and not ratios:
        lines.append(f"No difference beyond noise in {compared} figures.")
    else:
        lines.append(f"{len(changes)} of {compared} figures changed, {len(ratios)} ratios.")
    if compared and min(old.rounds, new.rounds) < MIN_ROUNDS:
        lines.append("A run has too few rounds for an interval: only exact counts are compared.")
    return "\n".join(lines)


def run(results: Results) -> str:
    commit = f" ({results.commit})" if results.commit else ""
    return f"{results.taken_at}, version {results.version}{commit}, {results.machine}"


def main(arguments: Sequence[str]) -> None:
    """Print the comparison.

    Raises:
        SystemExit: There are not two files of results.
    """
    if len(arguments) != 2:
        sys.exit("Give two files of results: python -m benchmarks.compare old.json new.json")
    try:
        old, new = (Results.load(Path(each)) for each in arguments)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    print(describe(old, new))


if __name__ == "__main__":
    main(sys.argv[1:])
