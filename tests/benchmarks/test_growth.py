"""The growth with the number of contacts, measured on few of them."""

import pytest

from benchmarks import growth
from benchmarks.plan import Plan
from benchmarks.results import HANDLER, REFERENCE, REFERENCE_WAY, Results
from tests.server import UNLIMITED


def test_the_reference_work_is_timed_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*UNLIMITED, "CRM_LIMIT_CONTACTS_PER_GUEST"):  # which it sets
        monkeypatch.setenv(variable, "1000000/minute")
    monkeypatch.setattr(growth, "SIZES", (10, 20))
    monkeypatch.setattr(growth, "REPEATS", {10: 2, 20: 3})
    results = Results("python -m benchmarks", 1, 1)
    growth.measure(Plan.quick(), results)
    reference = results.measurement("growth", REFERENCE, REFERENCE_WAY)
    assert reference
    assert len(reference.values) == 5
    search = results.measurement("growth", "search, 20 contacts", HANDLER)
    assert search
    assert len(search.values) == 3
    assert results.failed_and_all == (0, 25)


def test_a_search_that_fails_is_counted_and_its_time_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = {"list": [0.1, 0.2], "search": [0.3, 0.0], REFERENCE: [0.1, 0.1]}
    monkeypatch.setattr(growth, "measure_sizes", lambda _sizes: {10: times})
    results = Results("python -m benchmarks", 1, 1)
    growth.measure(Plan.quick(), results)
    search = results.measurement("growth", "search, 10 contacts", HANDLER)
    assert search
    assert (search.values, search.failures) == ([300], 1)
    assert results.failed_and_all == (1, 4)
