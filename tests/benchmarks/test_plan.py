"""What a run of the benchmarks measures, by its options."""

import asyncio

import pytest

from benchmarks import __main__ as command
from benchmarks.clients import run_block
from benchmarks.plan import Plan, shuffled
from benchmarks.statistics import MIN_ROUNDS


def test_a_full_run_has_a_thousand_operations_of_each_way() -> None:
    plan = command.plan_of(command.parse([]))
    assert plan.rounds * plan.operations >= 1_000
    assert plan.rounds >= MIN_ROUNDS


def test_a_quick_run_has_enough_rounds_for_an_interval() -> None:
    plan = command.plan_of(command.parse(["--quick", "--seed", "7"]))
    assert (plan.rounds, plan.seed, plan.is_quick) == (MIN_ROUNDS, 7, True)


def test_the_first_round_warms_up() -> None:
    assert list(Plan(rounds=3).each_round()) == [False, True, True, True]


def test_clients_share_the_operations_of_a_round() -> None:
    assert [Plan(operations=34).repeats(clients) for clients in (1, 8, 32)] == [34, 5, 2]


def test_the_seed_decides_the_order() -> None:
    orders = [
        [shuffled(Plan(seed=seed).chance("wire"), range(20)) for _ in range(2)]
        for seed in (41, 41, 42)
    ]
    assert orders[0] == orders[1] != orders[2]


def test_unknown_questions_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.parse(["--only", "wire,weather"])
    assert "no such question: weather" in capsys.readouterr().err


def test_a_failed_operation_is_counted_and_its_time_is_not() -> None:
    outcomes = iter([True, False, True, ConnectionResetError()])

    async def operation() -> bool:
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    block = asyncio.run(run_block([operation], 4))
    assert (len(block.times), block.failures) == (2, 2)
