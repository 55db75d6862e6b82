"""What is named as changed between two runs, and what is taken for noise."""

import random
from pathlib import Path

import pytest

from benchmarks import compare
from benchmarks.results import ACTION, REFERENCE, ROUTE, FirstLoad, Results, Step

CASES = ("create, 1 client", "list, 1 client", "delete, cold")


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "RESAMPLES", 1_000)  # least that has 99.9 %


def a_run(seed: int, *, speed: float = 1, action: float = 1, size: int = 900) -> Results:
    """Make results; `speed` is of the machine, `action` what the server action takes."""
    chance = random.Random(seed)
    results = Results("python -m benchmarks", seed, 20, machine="one", commit=str(seed))
    for _ in range(20):
        for case in CASES:
            for way, factor in ((ACTION, 5 * action), (ROUTE, 7)):
                times = [factor * speed * chance.lognormvariate(0, 0.3) for _ in range(20)]
                results.record("wire", case, way, times)
    results.record("wire", REFERENCE, "harness", [speed] * 40)
    results.count("cost", "create, bytes", ACTION, [size] * 3, "bytes")
    return results


def test_the_same_again_is_no_difference() -> None:
    old, new = a_run(1), a_run(2)
    assert compare.compare(old, new) == []
    assert "No difference beyond noise in 7 figures." in compare.describe(old, new)


def test_a_slower_action_is_named() -> None:
    old, new = a_run(1), a_run(2, action=1.3)
    changes = compare.compare(old, new)
    assert [change.name for change in changes] == [f"wire, {case}, action" for case in CASES]
    assert not any(change.is_better for change in changes)
    text = compare.describe(old, new)
    assert "worse  wire, create, 1 client, action: 5." in text
    assert "ratio  wire, create, 1 client, route to action: 1." in text


def test_a_faster_action_is_better() -> None:
    assert all(change.is_better for change in compare.compare(a_run(1), a_run(2, action=0.7)))


def test_a_slower_machine_is_noise() -> None:
    old, new = a_run(1), a_run(2, speed=1.3)
    assert compare.compare(old, new) == []
    assert "The machine's own work differs by a factor of up to 1.30." in compare.describe(old, new)


def test_a_slower_machine_and_a_little_more_are_noise() -> None:
    old, new = a_run(1), a_run(2, speed=1.3, action=1.07)
    assert compare.compare(old, new) == []
    assert compare.compare(old, a_run(2, speed=1.3, action=1.5)) != []


def test_counts_are_compared_exactly() -> None:
    (change,) = compare.compare(a_run(1), a_run(2, size=950))
    expected = "worse  cost, create, bytes, action: 900.00 -> 950.00 bytes, factor 1.06 (exact)"
    assert str(change) == expected


def test_a_few_bytes_more_are_no_difference() -> None:
    assert compare.compare(a_run(1), a_run(2, size=901)) == []


def test_a_count_that_varied_within_a_run_is_not_compared() -> None:
    old, new = a_run(1), a_run(2)
    new.measurements.pop()
    new.count("cost", "create, bytes", ACTION, [950, 960, 950], "bytes")
    assert compare.compare(old, new) == []


def test_few_rounds_are_not_compared() -> None:
    old, new = a_run(1), a_run(2, action=2)
    for each in new.measurements:
        each.rounds = each.rounds[:9]
    new.rounds = 9
    assert compare.compare(old, new) == []
    assert "A run has too few rounds for an interval" in compare.describe(old, new)


def test_another_machine_is_mentioned() -> None:
    old, new = a_run(1), a_run(2)
    new.machine = "another"
    assert "different machines" in compare.describe(old, new)


def test_a_file_holds_all_of_it(tmp_path: Path) -> None:
    results = a_run(1)
    step = Step("Page", "GET /", 8_100, 0, waiting=12, wire=14)
    results.first_load = FirstLoad(30, 52, 116, 62_400, [step])
    results.save(tmp_path / "bench/results.json")
    assert Results.load(tmp_path / "bench/results.json") == results


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 0}', '{"format": 1, "x": 2}'])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="no results of this version"):
        Results.load(path)


def test_the_command_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="Give two files"):
        compare.main([])
    with pytest.raises(SystemExit, match="No such file"):
        compare.main([str(tmp_path / "a.json"), str(tmp_path / "b.json")])
