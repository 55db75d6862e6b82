"""The table of a question: the figures of each way, and the ratio to the action's median."""

from collections.abc import Sequence

from benchmarks.results import ACTION, REFERENCE, Measurement
from benchmarks.statistics import ratio

WIDTH = 46  # of the longest case
HEAD = (
    f"{'':<{WIDTH}} {'way':<15} {'n':>6} {'mean':>9} {'median':>9} {'p95':>9} {'p99':>9} "
    f"{'min':>9} {'max':>9} {'failed':>6}  ratio to the action"
)


def describe(measurements: Sequence[Measurement], seed: int) -> str:
    """Return a line for each way of each case."""
    lines = [HEAD]
    for case in dict.fromkeys(each.case for each in measurements if each.case != REFERENCE):
        ways = [each for each in measurements if each.case == case]
        action = next((each for each in ways if each.way == ACTION), None)
        for each in sorted(ways, key=lambda way: way.way):
            lines.append(line(each) + compared(each, action, seed))
    return "\n".join(each.rstrip() for each in lines)


def line(measurement: Measurement) -> str:
    """Return the figures; of a single value there is but one."""
    found = measurement.summary
    label = f"{measurement.case:<{WIDTH}} {measurement.way:<15} {found.n:>6}"
    if found.n == 1:
        return f"{label} {found.mean:>9,.1f} {measurement.unit:<56}"
    figures = (found.mean, found.median, found.p95, found.p99, found.min, found.max)
    shown = " ".join(f"{value:>9,.2f}" for value in figures)
    return f"{label} {shown} {found.failures:>6}"


def compared(measurement: Measurement, action: Measurement | None, seed: int) -> str:
    """Return by what factor this takes longer than the action, or does less in a second."""
    if action is None or action is measurement or not (action.values and measurement.values):
        return ""
    if not measurement.summary.median or not action.summary.median:
        return ""
    above, below = (action, measurement) if action.is_rate else (measurement, action)
    found = ratio(above.rounds, below.rounds, seed=seed)
    if action.is_exact and measurement.is_exact:
        return f"  {found.value:.2f} exact"
    if found.interval is None:
        return f"  {found.value:.2f}"
    verdict = " no difference shown" if found.interval.contains(1) else ""
    return f"  {found.value:.2f} ({found.interval.low:.2f} to {found.interval.high:.2f}){verdict}"
