"""The report: its headline, its hooks, and that it is one file without scripts and requests."""

import re
from collections.abc import Sequence
from functools import cache

import pytest

from benchmarks import report
from benchmarks.results import (
    ACTION,
    ROUTE,
    ROUTE_AND_LIST,
    FirstLoad,
    Results,
    Step,
)
from benchmarks.statistics import Interval, Ratio

HOOKS = {"report", "headline", "table", "distribution", "scaling", "waterfall", "foot", "command"}


def results_of(action: float = 2, route: float = 3, rounds: int = 12, failures: int = 0) -> Results:
    results = Results("python -m benchmarks --seed 41", 41, rounds, data="200 contacts")
    values: dict[str, Sequence[float]] = {
        way: [median * (1 + number / 100) for number in range(-3, 4)]
        for way, median in ((ACTION, action), (ROUTE, route / 2), (ROUTE_AND_LIST, route))
    }
    for _ in range(rounds):
        for way, each in values.items():
            results.record("wire", report.HEADLINE, way, each, failures=failures)
            failures = 0
            for level in ("1 client", "8 clients", "32 clients"):
                rate, case = 1000 / each[3], f"create, {level}, rate"
                results.record("wire", case, way, [rate], unit="a second", is_rate=True)
    results.count("cost", "create, bytes", ACTION, [2_304] * 3, "bytes")
    results.count("cost", "create, bytes", ROUTE_AND_LIST, [4_101] * 3, "bytes")
    step = Step("Page", "GET /", 8_100, 0, waiting=12, wire=14)
    results.first_load = FirstLoad(30, 52, 116, 62_400, [step])
    return results


@cache
def html_of(**options: int) -> str:
    return report.render(results_of(**options))


def shown(html: str, hook: str) -> str:
    found = re.search(rf'<(\w+) data-testid="bench-{hook}">(.*?)</\1>', html, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>", "", found.group(2)).replace("&nbsp;", " ")


def test_a_faster_action_is_named_with_ratio_and_interval() -> None:
    html = html_of()
    assert shown(html, "headline") == (
        "Saving a contact and showing the list is 1.50 times as fast with a server action as with "
        "the API routes (95 % confidence interval 1.50 to 1.50)."
    )
    assert "<b>1.50 times</b>" in html
    assert "resamples. It does not contain 1." in html
    assert "without that the route takes 1.5 ms." in html


def test_a_faster_route_is_named_without_colour() -> None:
    found = Ratio(0.5, Interval(0.4, 0.8))
    assert report.headline(found, 0, 100) == (
        "For saving a contact and showing the list the API routes are 2.00 times as fast as a "
        "server action (95&nbsp;% confidence interval 1.25 to 2.50)."
    )


def test_an_interval_around_1_shows_no_difference() -> None:
    found = Ratio(1.02, Interval(0.97, 1.08))
    assert (
        report.headline(found, 0, 100) == "No difference could be shown (ratio 1.02, 0.97 to 1.08)"
    )


def test_few_rounds_have_no_interval() -> None:
    html = html_of(rounds=9)
    assert shown(html, "headline").endswith("(too few rounds for an interval).")
    assert "ratio of the medians, too few rounds for an interval." in html
    assert "<b>1.50" not in html
    assert "95 % interval</span>" not in html


def test_a_failure_stands_in_the_headline() -> None:
    html = html_of(failures=3)
    assert shown(html, "headline") == "3 of 255 failed, do not use these figures"
    assert "3 of 255 operations failed" in shown(html, "foot")


def test_counts_are_exact() -> None:
    assert "Bytes for one save2,3044,1011.78exact" in shown(html_of(), "table")


def test_the_command_can_be_repeated() -> None:
    assert shown(html_of(), "command") == "python -m benchmarks --seed 41"


def test_all_hooks_are_there() -> None:
    html = html_of()
    assert set(re.findall(r'data-testid="bench-([\w-]+)"', html)) == HOOKS


def test_it_is_one_file_without_scripts_and_requests() -> None:
    html = html_of()
    assert not re.search(r"<(script|link|img|iframe|object|embed)\b", html)
    assert not re.search(r"\b(src|href|srcset|xlink:href)=", html)
    assert "url(" not in html
    assert "@import" not in html


def test_what_was_not_measured_is_left_out() -> None:
    results = results_of()
    results.first_load = None
    results.measurements = [each for each in results.measurements if each.question == "wire"]
    html = report.render(results)
    assert "not measured" in html
    assert "Bytes for one save" not in html


def test_there_is_no_report_without_saves() -> None:
    with pytest.raises(ValueError, match="no results of wire: create, 1 client"):
        report.render(Results("", 41, 30))
