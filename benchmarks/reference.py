"""The same work at any commit: by it two runs can be told apart from a slower machine."""

import hashlib
import json
import os
import time
from collections.abc import Iterator

from benchmarks.plan import Plan
from benchmarks.results import REFERENCE, REFERENCE_WAY, Results

DOCUMENT = {f"field {number}": "Ada Lovelace" * 5 for number in range(200)}
REPEATS = 20
BUSY_LOAD = 0.5


def work() -> float:
    """Do it once and return the milliseconds it took."""
    started = time.perf_counter()
    for _ in range(REPEATS):
        hashlib.sha256(json.dumps(json.loads(json.dumps(DOCUMENT))).encode()).digest()
    return (time.perf_counter() - started) * 1000


def each_round(plan: Plan, results: Results, question: str) -> Iterator[bool]:
    """Yield the rounds of the plan; those that count begin with the reference work."""
    for counts in plan.each_round():
        if counts:
            note(results, question)
        yield counts


def note(results: Results, question: str) -> None:
    results.record(question, REFERENCE, REFERENCE_WAY, [work()])


def describe_load() -> str:
    """Return a warning if the machine has other work."""
    load = os.getloadavg()[0]
    return f"The machine has other work (load {load:.1f}): expect noise.\n" * (load > BUSY_LOAD)
