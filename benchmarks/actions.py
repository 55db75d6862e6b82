"""How long do the four handlers take on SQLite with 10,000 contacts, without the network?"""

import asyncio
import itertools
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.machine import describe_machine, describe_times
from crm_app.database.engine import get_engine
from crm_app.database.models import Contact
from crm_app.database.transaction import transaction
from crm_app.observability.logs import configure_logging, flush_log
from crm_app.services.contact_list import versions
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import Tree, actor_of, fresh_tree, run_async
from tests.server import UNLIMITED

CONTACTS = 10_000
REPEATS = 300
FIRST = ("Ada", "Grace", "José", "Zoë", "Katherine", "Linus", "Søren", "Łukasz", "Mei", "Jürgen")
LAST = ("Lovelace", "Hopper", "Núñez", "Washburne", "Johnson", "Pauling", "Kowalski", "Müller")
QUERIES = ("", "ada", "müller", "example.com", "person 4711", "lovelace ada", "zzz", "sø")


def sample_contacts(book_id: int, count: int) -> Iterator[Contact]:
    """Make contacts as the service would; all but the number repeats after 80."""
    people = itertools.cycle(itertools.product(FIRST, LAST))
    for number, (first, last) in enumerate(itertools.islice(people, count)):
        contact = Contact(book_id=book_id)
        contact.set_values(
            {
                "name": f"{first} {last} {number}",
                "email": f"person{number}@example.com",
                "company": f"{last} & Sons",
                "phone": f"+1 202 555 {number:04}",
            }
        )
        versions.derive(contact)
        yield contact


def fill(tree: Tree) -> None:
    """Store the contacts in one transaction."""
    with transaction() as db:
        db.add_all(sample_contacts(actor_of(tree).book_id, CONTACTS))


async def timed(tree: Tree, handler: Any, *arguments: Any) -> float:
    """Run a handler to its end and return the seconds it took."""
    started = time.perf_counter()
    await run_async(tree, handler, *arguments)
    return time.perf_counter() - started


async def measure(tree: Tree) -> dict[str, list[float]]:
    """Run every action `REPEATS` times, each on other input."""
    times: dict[str, list[float]] = {}
    await run_async(tree, ContactListState.load)

    def note(name: str, seconds: float) -> None:
        times.setdefault(name, []).append(seconds)

    for number in range(REPEATS):
        new = {"name": f"New {number}", "email": f"new{number}@example.com"}
        form = {**new, "idempotency_key": str(uuid4())}
        note("create_contact", await timed(tree, ContactFormState.create_contact, form))
        assert tree[ContactFormState].is_success
        query = QUERIES[number % len(QUERIES)]
        note("get_contacts", await timed(tree, ContactListState.get_contacts, query))
        await run_async(tree, ContactListState.get_contacts, "")
        contact_id = tree[ContactListState].contacts[0].id
        change = {**form, "contact_id": contact_id, "version": "1", "name": f"Changed {number}"}
        change["idempotency_key"] = str(uuid4())
        note("update_contact", await timed(tree, ContactFormState.update_contact, change))
        assert tree[ContactFormState].is_success
        note("delete_contact", await timed(tree, ConfirmDeleteState.delete_contact, contact_id))
        assert tree[ContactListState].total == CONTACTS
    return times


def main() -> None:
    """Measure in a temporary folder and print the figures."""
    os.environ.update(UNLIMITED)
    configure_logging()
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        tree = fresh_tree(Path(folder))
        fill(tree)
        with redirect_stderr(nowhere):  # the log is written as always, but costs no terminal
            times = asyncio.run(measure(tree))
            flush_log()
        get_engine().dispose()
    print(f"Handlers on SQLite (WAL, synchronous=FULL) with {CONTACTS:,} contacts, milliseconds")
    for name, seconds in times.items():
        print(describe_times(name, seconds))
    print(describe_machine("python -m benchmarks.actions"))


if __name__ == "__main__":
    main()
