"""The axes, curves and labels of the report's charts."""

import itertools
import math
import random
import re

import pytest

from benchmarks import charts
from benchmarks.results import FirstLoad, Step


@pytest.mark.parametrize(
    ("highest", "count", "ticks"),
    [
        (78, 4, [0, 20, 40, 60, 80]),
        (1_180, 3, [0, 400, 800, 1_200]),
        (1, 4, [0, 0.25, 0.5, 0.75, 1]),
        (60, 4, [0, 15, 30, 45, 60]),
    ],
)
def test_axes_begin_at_0_and_have_round_numbers(
    highest: float, count: int, ticks: list[float]
) -> None:
    assert charts.nice_ticks(highest, count) == pytest.approx(ticks)


@pytest.mark.parametrize("seed", range(20))
def test_axes_reach_the_highest_value(seed: int) -> None:
    highest = 10 ** random.Random(seed).uniform(-2, 5)
    assert charts.nice_ticks(highest, 3)[-1] >= highest * 0.99


def test_a_density_has_an_area_of_1_and_its_peak_at_the_values() -> None:
    chance = random.Random(1)
    values = [chance.gauss(20, 2) for _ in range(500)]
    grid = [number / 4 for number in range(160)]
    found = charts.density(values, grid)
    assert sum(found) / 4 == pytest.approx(1, abs=0.01)
    assert grid[found.index(max(found))] == pytest.approx(20, abs=1)


def test_equal_values_have_a_density() -> None:
    found = charts.density([5.0] * 10, [number / 2 for number in range(20)])
    assert all(map(math.isfinite, found))
    assert found.index(max(found)) == 10


def test_labels_of_two_close_lines_do_not_cover_each_other() -> None:
    places = charts.spread({"action": 100, "route": 102})
    assert places == {"action": 94, "route": 108}
    assert charts.spread({"action": 20, "route": 90}) == {"action": 20, "route": 90}


def test_the_medians_are_named_at_their_lines() -> None:
    curves = [charts.Curve("action", [1.0, 2.0, 3.0]), charts.Curve("route", [4.0, 5.0, 6.0])]
    chart = charts.distribution(curves)
    assert re.search(r'text-anchor="end" class="action">action 2.0<', chart)
    assert re.search(r'text-anchor="start" class="route">routes 5.0<', chart)
    assert "action: median 2.0 ms, 95th percentile 3.0 ms." in chart


def test_the_parts_of_a_step_follow_each_other() -> None:
    step = Step("Page", "GET /", 8_100, 10, waiting=10, database=5, wire=20)
    chart = charts.waterfall(FirstLoad(1, 30, 45, 8_100, [step]))
    bars = re.findall(
        r'<rect x="([\d.]+)" y="32" width="([\d.]+)" height="12" class="(\w+)"', chart
    )
    assert [name for *_, name in bars] == ["waiting", "database", "wire"]
    for (x, width, _), (following, *_) in itertools.pairwise(bars):
        assert float(x) + float(width) == pytest.approx(float(following), abs=0.11)
    assert "8.1 kB" in chart


def test_marks_that_would_cover_each_other_have_one_label() -> None:
    step = Step("Page", "GET /", 9_000, 1, 4, wire=2)
    apart = charts.waterfall(FirstLoad(30, 40, 140, 62_400, [step]))
    together = charts.waterfall(FirstLoad(30, 140, 140, 62_400, [step]))
    assert apart.count("mark route") == 2
    assert together.count("mark route") == 1
    assert "first paint and row 140 ms" in together
