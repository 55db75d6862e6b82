"""How does the time of each action grow from 1,000 to 100,000 contacts, or to a million?"""

import argparse
import asyncio
import itertools
import os
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from uuid import uuid4

from benchmarks.actions import timed
from benchmarks.machine import describe_machine
from benchmarks.plan import Plan
from benchmarks.reference import work
from benchmarks.results import HANDLER, REFERENCE, REFERENCE_WAY, Results
from benchmarks.statistics import quantile
from crm_app.cli.progress import Progress
from crm_app.database.engine import get_engine
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Caller
from crm_app.observability.logs import configure_logging, flush_log
from crm_app.services.samples import seeding
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import Tree, actor_of, fresh_tree, run_async
from tests.server import UNLIMITED

SIZES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
REPEATS = {1_000: 96, 10_000: 96, 100_000: 48, MILLION: 16}  # twice all queries at least
QUERIES = ("maria", "müller", "example.com", "王", "иван", "555 01", "zzz", "sø")
ACTIONS = ("create", "list", "search", "update", "delete")
QUESTION = "growth"
Times = dict[str, list[float]]


def fill(tree: Tree, size: int, former: int) -> None:
    """Add sample contacts until there are so many."""
    actor = actor_of(tree)
    with transaction(read_only=True) as db:
        plan = seeding.make_plan(db, actor, count=size - former)
    with Progress(plan.count, "contacts") as progress:
        while progress.done < plan.count:
            batch = seeding.make_batch(plan, progress.done)
            with transaction() as db:
                seeding.add_batch(db, Caller(), batch=batch)
            progress.advance(len(batch.contacts))


async def measure_size(tree: Tree, size: int) -> Times:
    """Run every action and the reference work in turn; return their seconds, 0 for a failure."""
    times: Times = {name: [] for name in (REFERENCE, *ACTIONS)}
    await run_async(tree, ContactListState.load)
    for number, query in enumerate(itertools.islice(itertools.cycle(QUERIES), REPEATS[size])):
        times[REFERENCE].append(work() / 1000)
        took = await timed(tree, ContactListState.get_contacts, query)
        times["search"].append(0 if tree[ContactListState].failure else took)
        times["list"].append(await timed(tree, ContactListState.get_contacts, ""))
        for action, seconds in await measure_writes(tree, f"{size}.{number}"):
            times[action].append(seconds)
        assert tree[ContactListState].total == size
    return times


async def measure_writes(tree: Tree, name: str) -> list[tuple[str, float]]:
    """Create a contact, update it and delete it."""
    form = {"name": name, "email": f"{name}@growth.example.com", "idempotency_key": str(uuid4())}
    create = await timed(tree, ContactFormState.create_contact, form)
    assert tree[ContactFormState].is_success
    contact_id = tree[ContactListState].contacts[0].id
    change = {**form, "contact_id": contact_id, "version": "1", "name": f"Changed {name}"}
    change["idempotency_key"] = str(uuid4())
    update = await timed(tree, ContactFormState.update_contact, change)
    assert tree[ContactFormState].is_success
    delete = await timed(tree, ConfirmDeleteState.delete_contact, contact_id)
    return [("create", create), ("update", update), ("delete", delete)]


def table(measured: dict[int, Times]) -> Iterator[str]:
    """Yield the lines of the table: a row for each action, two columns for each size."""
    yield f"{'':<10}" + "".join(f"{size:>20,}" for size in measured)
    yield f"{'action':<10}" + f"{'median':>12}{'p95':>8}" * len(measured)
    for action in ACTIONS:
        columns = (describe(times[action]) for times in measured.values())
        yield f"{action:<10}" + "".join(columns)


def describe(seconds: Sequence[float]) -> str:
    """Return the median and the p95 in milliseconds."""
    ms = [each * 1000 for each in seconds if each]
    return f"{statistics.median(ms):>12,.1f}{quantile(ms, 0.95):>8,.1f}"


def measure_sizes(sizes: Sequence[int]) -> dict[int, Times]:
    """Measure in a temporary folder that is filled from size to size."""
    os.environ.update(UNLIMITED, CRM_LIMIT_CONTACTS_PER_GUEST=str(2 * MILLION))
    configure_logging()
    measured: dict[int, Times] = {}
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        tree = fresh_tree(Path(folder))
        for former, size in itertools.pairwise((0, *sizes)):
            fill(tree, size, former)
            with redirect_stderr(nowhere):  # the log is written as always, but costs no terminal
                measured[size] = asyncio.run(measure_size(tree, size))
                flush_log()
            failures = measured[size]["search"].count(0)
            print(f"{size:,} contacts: {failures} of {REPEATS[size]} searches took too long")
        get_engine().dispose()
    return measured


def measure(plan: Plan, results: Results) -> None:
    """Measure the sizes, only the smaller ones in a quick plan."""
    sizes = SIZES[:2] if plan.is_quick else (*SIZES, MILLION)
    for size, times in measure_sizes(sizes).items():
        for each in times.pop(REFERENCE):
            results.record(QUESTION, REFERENCE, REFERENCE_WAY, [each * 1000])
        for action, seconds in times.items():
            for each in seconds:
                case, ms = f"{action}, {size:,} contacts", [each * 1000] if each else []
                results.record(QUESTION, case, HANDLER, ms, failures=not each)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("--million", action="store_true", help="measure a million contacts, too")
    sizes = (*SIZES, MILLION) if parser.parse_args().million else SIZES
    measured = measure_sizes(sizes)
    print("Handlers on SQLite (WAL, synchronous=FULL), milliseconds")
    print("\n".join(table(measured)))
    print(describe_machine("python -m benchmarks.growth" + " --million" * (MILLION in sizes)))


if __name__ == "__main__":
    main()
