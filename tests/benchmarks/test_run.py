"""A run of the questions on real servers, as short as it can be."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.clients import Book
from tests.server import ROOT


@pytest.mark.timeout(200)
def test_the_questions_run_to_their_end(tmp_path: Path) -> None:
    files = ["--json", tmp_path / "results.json", "--html", tmp_path / "report.html"]
    short = ["--quick", "--only", "wire,checkout", "--rounds", "1", "--operations", "1"]
    command = [sys.executable, "-m", "benchmarks", *short, *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 of" in done.stdout
    cases = {each["case"] for each in json.loads(files[1].read_text())["measurements"]}
    assert {"create, 1 client", "create, 32 clients", "create, cold", "checkout, 1 client"} <= cases
    assert "bench-headline" in files[3].read_text()


def test_all_books_have_the_same_queries_in_the_same_order() -> None:
    first, second = Book.of(["1"]), Book.of(["2"])
    queries = [first.next_query() for _ in range(20)]
    assert [second.next_query() for _ in range(20)] == queries
    assert len(set(queries)) == 8
