"""The three charts of the report, as SVG: distribution, waterfall, scaling. Axes begin at 0."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.results import ACTION, ROUTE, FirstLoad, Step
from benchmarks.statistics import Interval, quantile

POINTS = 160
STEPS = (1, 1.5, 2, 2.5, 4, 5, 10)
LABEL_WIDTH = 90
LABEL_HEIGHT = 14
SHOWN = {ROUTE: "routes"}
"""How a way is named: its time includes the request for the list."""


@dataclass(frozen=True)
class Curve:
    """The times of one way, in milliseconds."""

    name: str
    values: Sequence[float]

    @property
    def median(self) -> float:
        return quantile(self.values, 0.5)


@dataclass(frozen=True)
class Point:
    """How many operations a second so many clients had done."""

    clients: int
    rate: float
    interval: Interval | None


def distribution(curves: Sequence[Curve]) -> str:
    """Draw how the times spread, the action over the route, with the medians named."""
    left, right, top, bottom = 8.0, 456.0, 40.0, 218.0
    longest = max(quantile(curve.values, 0.98) for curve in curves)
    ticks = nice_ticks(longest, 4)
    scale = (right - left) / ticks[-1]
    grid = [ticks[-1] * number / POINTS for number in range(POINTS + 1)]
    densities = {curve.name: density(curve.values, grid) for curve in curves}
    height = (bottom - top) / max(max(each) for each in densities.values())
    parts = [
        text(left + tick * scale, 238, axis_label(tick, ticks), "start" if not tick else "middle")
        if tick < ticks[-1]
        else text(right, 238, axis_label(tick, ticks, " ms"), "end")
        for tick in ticks
    ]
    parts.append(line(left, right, bottom, bottom, "axis"))
    for curve in sorted(curves, key=lambda each: each.name == ACTION):
        points = [
            (left + at * scale, bottom - share * height)
            for at, share in zip(grid, densities[curve.name], strict=True)
        ]
        area = [(left, bottom), *points, (right, bottom)]
        parts.append(f'<polygon points="{joined(area)}" class="area {curve.name}"/>')
        parts.append(f'<polyline points="{joined(points)}" class="curve {curve.name}"/>')
    for curve, is_first in zip(sorted(curves, key=lambda each: each.median), (1, 0), strict=True):
        x = left + min(curve.median, ticks[-1]) * scale
        label = f"{SHOWN.get(curve.name, curve.name)} {curve.median:,.1f}"
        parts.append(line(x, x, 14, bottom, f"mark {curve.name}"))
        parts.append(
            text(
                x - 6 if is_first else x + 6, 24, label, "end" if is_first else "start", curve.name
            )
        )
    described = ". ".join(
        f"{curve.name}: median {curve.median:.1f} ms, "
        f"95th percentile {quantile(curve.values, 0.95):.1f} ms"
        for curve in curves
    )
    return svg("bench-distribution", 464, 244, "Distribution of the answer times", described, parts)


def density(values: Sequence[float], grid: Sequence[float]) -> list[float]:
    """Return a smooth density of the values, by Gaussian kernels as wide as Silverman's rule."""
    spread = (quantile(values, 0.75) - quantile(values, 0.25)) / 1.34
    spread = min(spread or math.inf, statistics.pstdev(values)) or 1e-9
    width = max(0.9 * spread * len(values) ** -0.2, (grid[1] - grid[0]) / 2)
    factor = 1 / (len(values) * width * math.sqrt(2 * math.pi))
    return [
        factor * sum(math.exp(-(((at - value) / width) ** 2) / 2) for value in values)
        for at in grid
    ]


def waterfall(load: FirstLoad) -> str:
    """Draw what the first load waited for, with first paint and the first row marked."""
    left, right, bottom = 212.0, 481.0, 181
    ticks = nice_ticks(max(load.first_row, *(step.end for step in load.steps)), 3)
    scale = (right - left) / ticks[-1]
    parts: list[str] = []
    for tick in ticks:
        x = left + tick * scale
        parts.append(line(x, x, 24, bottom, "grid"))
        parts.append(text(x, 197, axis_label(tick, ticks, " ms" if tick == ticks[-1] else "")))
    for number, step in enumerate(load.steps):
        y = 42 + 31 * number
        parts.append(text(0, y, step.name, "start", "name"))
        parts.append(text(88, y, step.what, "start"))
        parts.append(text(188, y, f"{step.size / 1000:,.1f} kB", "end"))
        parts.extend(bars(step, left, scale, y - 10))
        parts.append(text(left + step.end * scale + 6, y, f"{step.end:.0f}", "start"))
    marks = [(load.first_paint, "first paint"), (load.first_row, "first row")]
    if (load.first_row - load.first_paint) * scale < LABEL_WIDTH:
        marks = [(load.first_row, "first paint and row")]
    for at, label in marks:
        x = left + at * scale
        parts.append(line(x, x, 6, bottom, "mark route"))
        parts.append(text(x - 6, 14, f"{label} {at:.0f} ms", "end", "strong"))
    described = (
        f"First paint after {load.first_paint:.0f} ms, first row after {load.first_row:.0f} ms, "
        f"{load.weight / 1000:,.1f} kB"
    )
    return svg("bench-waterfall", 538, 203, "First load", described, parts)


def bars(step: Step, left: float, scale: float, y: float) -> Iterable[str]:
    at = step.start
    for part in ("waiting", "database", "wire", "script"):
        took = getattr(step, part)
        if took:
            x, width = left + at * scale, took * scale
            yield f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="12" class="{part}"/>'
        at += took


def scaling(points: dict[str, Sequence[Point]]) -> str:
    """Draw the rate of both ways by the number of clients, with intervals."""
    left, right, top, bottom = 44.0, 386.0, 14.0, 192.0
    levels = [point.clients for point in next(iter(points.values()))]
    highest = max(
        max(point.rate, point.interval.high if point.interval else 0)
        for each in points.values()
        for point in each
    )
    ticks = nice_ticks(highest, 3)
    xs = [left + (right - left) * number / (len(levels) - 1) for number in range(len(levels))]

    def y_of(rate: float) -> float:
        return bottom - (bottom - top) * rate / ticks[-1]

    parts: list[str] = []
    for tick in ticks:
        parts.append(line(left, right, y_of(tick), y_of(tick), "grid"))
        parts.append(text(34, y_of(tick) + 4, f"{tick:,.0f}", "end"))
    parts.extend(text(x, 210, str(level)) for x, level in zip(xs, levels, strict=True))
    parts.append(text((left + right) / 2, 228, "clients at the same time"))
    for name, each in sorted(points.items(), key=lambda item: item[0] == ACTION):
        places = [(x, y_of(point.rate)) for x, point in zip(xs, each, strict=True)]
        parts.append(f'<polyline points="{joined(places)}" class="curve {name}"/>')
        for (x, y), point in zip(places, each, strict=True):
            if point.interval:
                ends = y_of(point.interval.low), y_of(point.interval.high)
                parts.append(line(x, x, *ends, f"bar {name}"))
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" class="dot {name}"/>')
    labels = spread({name: y_of(each[-1].rate) + 4 for name, each in points.items()})
    parts.extend(text(396, y, SHOWN.get(name, name), "start", name) for name, y in labels.items())
    described = ". ".join(
        f"{name}: " + ", ".join(f"{point.rate:,.0f} at {point.clients}" for point in each)
        for name, each in points.items()
    )
    title = "Answers a second by number of clients"
    return svg("bench-scaling", 464, 232, title, described, parts)


def spread(places: dict[str, float]) -> dict[str, float]:
    """Move two labels apart that would cover each other."""
    (upper, first), (lower, second) = sorted(places.items(), key=lambda item: item[1])
    missing = max(0.0, LABEL_HEIGHT - (second - first)) / 2
    return {upper: first - missing, lower: second + missing}


def nice_ticks(highest: float, count: int) -> list[float]:
    """Return 0 and so many round numbers at equal distances, the last not below the highest."""
    least = highest / count
    power = 10 ** math.floor(math.log10(least))
    step = next(factor * power for factor in STEPS if factor * power >= least * 0.999)
    return [step * number for number in range(count + 1)]


def axis_label(tick: float, ticks: Sequence[float], unit: str = "") -> str:
    is_whole = all(float(each).is_integer() for each in ticks)
    return (f"{tick:,.0f}" if is_whole or not tick else f"{tick:,.1f}") + unit


def svg(test_id: str, width: int, height: int, title: str, about: str, parts: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{test_id}-t {test_id}-d"'
        f' data-testid="{test_id}"><title id="{test_id}-t">{title}</title>'
        f'<desc id="{test_id}-d">{about}.</desc>{"".join(parts)}</svg>'
    )


def text(x: float, y: float, content: str, anchor: str = "middle", style: str = "") -> str:
    named = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{content}</text>'


def line(x1: float, x2: float, y1: float, y2: float, style: str) -> str:
    return f'<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}" class="{style}"/>'


def joined(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
