"""`python -m crm_app seed`: fill an address book with sample contacts."""

import argparse
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event
from typing import Any

from crm_app.cli.progress import Progress
from crm_app.domain.actor import Caller
from crm_app.operations.perform import INTERNAL, INTERNAL_READ, perform_here
from crm_app.operations.results import unwrap
from crm_app.services.samples import seeding


def fill(options: argparse.Namespace) -> None:
    """Add the contacts batch by batch; Ctrl-C stops after the batch that is being written.

    Raises:
        SystemExit: There is no such account, or it was stopped.
        CrmError: The quota is reached, or a batch could not be written; former ones stay.
    """
    wanted = {"email": options.email, "count": options.count, "seed": options.seed}
    plan = unwrap(perform_here(seeding.plan_for_email, Caller(), INTERNAL_READ, wanted))
    if plan is None:
        sys.exit(f"There is no account with the email address {options.email}")
    progress = Progress(plan.count, "contacts")
    with _stopping() as is_stopped, progress:
        _add_batches(plan, progress, is_stopped)
    if progress.done < plan.count:
        sys.exit(130)  # as a shell says it: 128 and the number of SIGINT
    added, took = _counted(plan.count, "contact"), _counted(round(progress.seconds), "second")
    print(f"Added {added} for {options.email} in {took}")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _add_batches(plan: seeding.Plan, progress: Progress, is_stopped: Event) -> None:
    while progress.done < plan.count and not is_stopped.is_set():
        batch = seeding.make_batch(plan, progress.done)
        unwrap(perform_here(seeding.add_batch, Caller(), INTERNAL, {"batch": batch}))
        progress.advance(len(batch.contacts))


@contextmanager
def _stopping() -> Generator[Event]:
    """Let the first Ctrl-C set the event, and a second one end the program.

    In the middle of a statement SQLite would take the exception for an interrupted query.
    """
    is_stopped = Event()

    def stop(_number: int, _frame: Any) -> None:
        is_stopped.set()
        signal.signal(signal.SIGINT, former)

    former = signal.signal(signal.SIGINT, stop)
    try:
        yield is_stopped
    finally:
        signal.signal(signal.SIGINT, former)
