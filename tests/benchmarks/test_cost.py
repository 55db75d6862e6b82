"""What an action costs: exact counts are those of which all tries agree."""

import asyncio
from pathlib import Path

import pytest

from benchmarks import cost
from benchmarks.plan import Plan
from benchmarks.results import ACTION, Results
from tests.server import running


@pytest.mark.parametrize(("tries", "is_exact"), [([5, 5, 5], True), ([5, 6, 5], False)])
def test_a_count_is_exact_if_all_tries_agree(tries: list[float], is_exact: bool) -> None:
    results = Results("python -m benchmarks", 1, 1)
    results.count("cost", "create, statements", ACTION, tries, "")
    (measured,) = results.measurements
    assert (measured.is_exact, measured.values) == (is_exact, tries)


def test_the_memory_of_a_session_is_measured_three_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "QUICK_SESSIONS", 10)
    results = Results("python -m benchmarks", 1, 1)
    with running(tmp_path) as server:
        asyncio.run(cost.measure_memory(Plan.quick(), results, server))
    (measured,) = results.measurements
    assert len(measured.values) == 3
    assert min(measured.values) > 0


@pytest.mark.parametrize("query", ["", "zzz"])
def test_the_log_counts_the_statements_of_fast_actions_too(tmp_path: Path, query: str) -> None:
    with running(tmp_path, **cost.SLOWEST) as server:

        async def count() -> int:
            async with cost.clients_of(server, 1) as clients:
                await asyncio.sleep(cost.QUIET_SECONDS)
                written = server.log.stat().st_size
                await clients.routes[0].send("GET", f"/api/v1/contacts?q={query}")
                await asyncio.sleep(cost.QUIET_SECONDS)
                return cost.count_statements(server, written)

        assert asyncio.run(count()) > 0
