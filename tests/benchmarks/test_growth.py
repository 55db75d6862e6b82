"""The growth with the number of contacts, measured on few of them."""

import pytest

from benchmarks import growth
from benchmarks.plan import Plan
from benchmarks.results import REFERENCE, REFERENCE_WAY, Results
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
    search = results.measurement("growth", "search, 20 contacts", "handler")
    assert search
    assert len(search.rounds) == 3
