"""The log: one line a thing, nothing of what was typed, and never in anybody's way."""

import asyncio
import logging
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from sqlmodel import Session

from crm_app.database import threads
from crm_app.domain.actor import Actor, Caller
from crm_app.observability import logs
from crm_app.observability.logs import EVENT_LOGGERS, flush_log, log
from crm_app.observability.metrics import REGISTRY
from crm_app.observability.traces import outline_of, trace_of
from crm_app.operations.perform import perform_here
from crm_app.operations.results import Ok
from crm_app.services import contacts
from crm_app.states import actions
from crm_app.states.contact_form import ContactFormState
from tests.conftest import ReadLog
from tests.driving import Tree
from tests.factories import form
from tests.server import ROOT


def caller(tree: Tree) -> Caller:
    return Caller(token_hash=tree.token_hash, request_id="request-1")


def fail(_session: Session, _actor: Actor) -> None:
    people = {"known": 1}
    people["typed by Zaphod"]


def test_a_line_names_action_outcome_times_account_and_request(
    tree: Tree, read_log: ReadLog
) -> None:
    assert isinstance(
        perform_here(contacts.create_contact, caller(tree), arguments={"data": form()}), Ok
    )
    line = read_log()
    assert line.count("\n") == 1
    for part in ("action=create_contact", "outcome=ok", "request=request-1", "ms=", "query_ms="):
        assert part in line


def test_who_waits_in_vain_for_a_thread_is_in_log_and_numbers(
    tree: Tree, read_log: ReadLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "RESULT_SECONDS", 0.3)
    number = threads.WRITERS["sqlite"] + 2
    state = tree[ContactFormState]
    labels = {"action": "take_long", "outcome": "DATABASE_ERROR"}
    is_over = threading.Event()

    def take_long(_session: Session, _actor: Actor) -> None:
        is_over.wait(5)

    async def ask() -> None:
        await asyncio.gather(*(actions.run(state, take_long) for _ in range(number)))
        assert REGISTRY.get_sample_value("crm_actions_total", labels) == 2  # those never began
        is_over.set()
        while not threads.get_writers().is_idle:
            await asyncio.sleep(0.02)

    asyncio.run(ask())
    assert REGISTRY.get_sample_value("crm_actions_total", labels) == number
    log = read_log()
    assert log.count("outcome=DATABASE_ERROR") == 2
    assert log.count("action takes too long") == threads.WRITERS["sqlite"]
    assert log.count("shown=DATABASE_ERROR") == threads.WRITERS["sqlite"]


def test_a_failure_says_its_code_as_the_outcome(tree: Tree, read_log: ReadLog) -> None:
    perform_here(contacts.create_contact, caller(tree), arguments={"data": {}})
    assert "outcome=VALIDATION_ERROR" in read_log()


def test_after_an_action_nothing_is_said_of_it_any_more(tree: Tree, read_log: ReadLog) -> None:
    perform_here(contacts.create_contact, caller(tree), arguments={"data": form()})
    read_log()
    perform_here(fail, Caller(token_hash=tree.token_hash))
    line = read_log()
    assert "create_contact" not in line
    assert "request-1" not in line


def test_a_trace_has_places_and_kinds_and_not_the_words(tree: Tree, read_log: ReadLog) -> None:
    perform_here(fail, caller(tree))
    log = read_log()
    assert "in fail\nKeyError\n" in log
    assert "Zaphod" not in log
    assert "crm_app/operations/perform.py:" in log
    assert sys.prefix not in log


def test_a_trace_has_the_code_of_the_driver() -> None:
    with pytest.raises(sqlite3.OperationalError) as raised:
        sqlite3.connect(":memory:").execute("SELECT 'Zaphod' FROM nowhere")
    with pytest.raises(RuntimeError) as outer:
        raise RuntimeError("Zaphod") from raised.value
    trace = trace_of(outer.value)
    assert "OperationalError: SQLITE_ERROR\n" in trace
    assert trace.endswith("RuntimeError")
    assert "Zaphod" not in trace
    raised.value.__traceback__ = None


def test_a_pipe_that_nobody_reads_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    flush_log()
    monkeypatch.setattr(logs, "MAX_WAITING", 500)
    reading, writing = os.pipe()
    read = ""
    with open(writing, "w") as pipe, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", pipe)
        started = time.monotonic()
        for number in range(2000):
            log.info("line", number=number, long="x" * 100)
        assert time.monotonic() - started < 5
        while sum(numbers("lines", read)) + len(numbers("number", read)) < 2000:
            read += os.read(reading, 1_000_000).decode()
        log.info("again", long="x" * 10_000)
        flush_log()
        read += os.read(reading, 1_000_000).decode()
    os.close(reading)
    assert numbers("lines", read)
    assert len(numbers("number", read)) >= 500
    assert numbers("number", read) == sorted(numbers("number", read))
    assert "x" * 10_000 in read


def numbers(name: str, lines: str) -> list[int]:
    """Return the numbers with this name at the end of lines."""
    return [int(number) for number in re.findall(rf" {name}=(\d+)$", lines, re.MULTILINE)]


@pytest.mark.parametrize("wait", ["", "import os; logs.flush_log(); os._exit(0)"])
def test_a_process_ends_when_its_last_line_is_written(wait: str) -> None:
    script = f"logs.configure_logging()\nlogs.log.info('last')\n{wait}"
    assert "last" in in_own_process(script, stderr=subprocess.PIPE).stderr


@pytest.mark.parametrize("output", ["a pipe that nobody reads", "nothing"])
def test_a_process_ends_though_no_line_can_be_written(output: str) -> None:
    script = """
logs.configure_logging()
for _ in range(2000):
    logs.log.info("x" * 100)
import time
print(time.time())
"""
    reading, writing = os.pipe()
    with open(reading), open(writing, "w") as pipe:
        options = {"preexec_fn": lambda: os.close(2)} if output == "nothing" else {"stderr": pipe}
        done = in_own_process(script, **options)
    assert done.returncode == 0
    assert time.time() - float(done.stdout) < 5


def in_own_process(script: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a script that can use `logs`."""
    command = [sys.executable, "-c", f"from crm_app.observability import logs\n{script}"]
    return subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, timeout=60, **options
    )


def test_a_full_disk_under_the_log_stops_no_action(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, read_log: ReadLog
) -> None:
    with open("/dev/full", "w") as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", full)
        arguments = {"data": form()}
        result = perform_here(contacts.create_contact, caller(tree), arguments=arguments)
        flush_log()
    assert isinstance(result, Ok)
    assert read_log() == ""
    log.info("there is room again")
    lines = read_log()
    assert "there is room again" in lines
    assert "log lines were lost" in lines
    assert "lines=1\n" in lines


def test_a_line_in_the_middle_of_a_line_stops_nothing(read_log: ReadLog) -> None:
    """Collecting garbage can log: that a task's exception was never retrieved, for one."""
    inner = 0

    def interrupt(*_: object) -> None:
        nonlocal inner
        inner += 1
        log.info("inner")

    before = signal.signal(signal.SIGVTALRM, interrupt)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.0005, 0.0005)
    for _ in range(5000):
        log.info("outer")
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)
    lines = read_log()
    assert inner
    assert (lines.count("inner"), lines.count("outer")) == (inner, 5000)


def test_what_a_library_complains_about_has_our_form(read_log: ReadLog) -> None:
    logger = logging.getLogger("reflex.app")
    logger.warning(f"Attempting to send delta to disconnected client {'a-token'!r}")
    logger.warning("%s of %d", "typed", 3)
    first, second = read_log().splitlines()
    assert "[warning  ] library complains" in first
    assert "[reflex.app]" in first
    assert "place=test_what_a_library_complains_about_has_our_form:" in first
    assert "a-token" not in first
    assert "template='%s of %d'" in second
    assert "typed" not in second


def test_an_event_that_reflex_cannot_process_leaves_its_payload_behind(read_log: ReadLog) -> None:
    for name in EVENT_LOGGERS:
        try:
            raise ValueError("typed")
        except ValueError:
            logging.getLogger(name).exception("Error in {'password': 'typed'}")
    log = read_log()
    assert log.count("An event was refused: %s") == 2
    assert "typed" not in log


def test_of_the_pages_errors_the_kind_and_the_places_are_kept() -> None:
    report = "TypeError: cannot read Zaphod\n    at x (http://h/assets/_index-B2.js:3:14)"
    assert outline_of(report) == "TypeError /assets/_index-B2.js:3:14"
    assert outline_of("Zaphod said so") == ""
    assert len(outline_of("/assets/a.js:1:1 " * 1000)) < 300
