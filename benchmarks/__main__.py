"""Run the questions in order on real servers; print a table, write JSON and an HTML report."""

import argparse
import gc
import importlib
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import report
from benchmarks.load_client import CONTACTS
from benchmarks.plan import Plan
from benchmarks.reference import describe_load
from benchmarks.results import Measurement, Results
from benchmarks.table import describe
from crm_app.cli import build

QUESTIONS = ("wire", "person", "link", "checkout", "first_load", "cost", "growth")
"""Modules with a function `measure`."""

FOLDER = Path("bench")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and cases")
    parser.add_argument("--only", default="", help=f"some of {','.join(QUESTIONS)}")
    parser.add_argument("--seed", type=int, default=Plan.seed, help="of all that is random")
    parser.add_argument("--rounds", type=int, help="each with all ways, in random order")
    parser.add_argument("--operations", type=int, help="of each way in a round")
    parser.add_argument("--beside", type=Path, help="another checkout, for person")
    parser.add_argument("--json", type=Path, default=FOLDER / "results.json")
    parser.add_argument("--html", type=Path, default=FOLDER / "report.html")
    options = parser.parse_args(arguments)
    options.questions = options.only.split(",") if options.only else list(QUESTIONS)
    if unknown := set(options.questions) - set(QUESTIONS):
        parser.error(f"no such question: {', '.join(sorted(unknown))}")
    return options


def plan_of(options: argparse.Namespace) -> Plan:
    plan = Plan.quick(options.seed) if options.quick else Plan(seed=options.seed)
    return Plan(
        options.rounds or plan.rounds,
        options.operations or plan.operations,
        plan.seed,
        plan.is_quick,
        options.beside and options.beside.absolute(),
    )


def main(arguments: Sequence[str]) -> int:
    """Return 1 if an operation failed."""
    options = parse(arguments)
    plan = plan_of(options)
    command = shlex.join(["python", "-m", "benchmarks", *arguments])
    if "--seed" not in " ".join(arguments):
        command += f" --seed {options.seed}"
    results = Results(command, plan.seed, plan.rounds, f"{CONTACTS} contacts in an address book")
    if not build.is_built():
        build.build_page()
    print(describe_load(), end="")
    gc.freeze()  # looking through all that was imported would delay acknowledgements
    for question in options.questions:
        started = time.perf_counter()
        known = len(results.measurements)
        importlib.import_module(f"benchmarks.{question}").measure(plan, results)
        print_question(question, results.measurements[known:], plan.seed)
        print(f"({time.perf_counter() - started:.0f} s)\n", flush=True)
        results.save(options.json)
    print(f"{results.machine}\n{results.command}\n{options.json}")
    try:
        options.html.parent.mkdir(parents=True, exist_ok=True)
        options.html.write_text(report.render(results))
        print(options.html)
    except ValueError as error:
        print(f"There is no report: {error}")
    failed, total = results.failed_and_all
    print(f"{failed:,} of {total:,} operations failed")
    return 1 if failed else 0


def print_question(question: str, measurements: Sequence[Measurement], seed: int) -> None:
    about = importlib.import_module(f"benchmarks.{question}").__doc__ or ""
    print(about.splitlines()[0])
    print(describe(measurements, seed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
