"""The log: one line a thing, nothing of what was typed, and never in anybody's way."""

import asyncio
import io
import logging
import os
import sqlite3
import sys
import threading
import time
from contextlib import suppress

import pytest
from sqlmodel import Session

from crm_app.database import threads
from crm_app.domain.actor import Actor, Caller
from crm_app.observability.logs import EVENT_LOGGERS, log
from crm_app.observability.metrics import REGISTRY
from crm_app.observability.traces import outline_of, trace_of
from crm_app.operations.perform import perform_here
from crm_app.operations.results import Ok
from crm_app.services import contacts
from crm_app.states import actions
from crm_app.states.contact_form import ContactFormState
from tests.driving import Tree
from tests.factories import form

Output = pytest.CaptureFixture[str]


def caller(tree: Tree) -> Caller:
    return Caller(token_hash=tree.token_hash, request_id="request-1")


def fail(_session: Session, _actor: Actor) -> None:
    people = {"known": 1}
    people["typed by Zaphod"]


def test_a_line_names_action_outcome_times_account_and_request(tree: Tree, capsys: Output) -> None:
    assert isinstance(
        perform_here(contacts.create_contact, caller(tree), arguments={"data": form()}), Ok
    )
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    for part in ("action=create_contact", "outcome=ok", "request=request-1", "ms=", "query_ms="):
        assert part in line


def test_who_waits_in_vain_for_a_thread_is_in_log_and_numbers(
    tree: Tree, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "RESULT_SECONDS", 0.3)
    number = threads.WRITERS + 2
    state = tree[ContactFormState]
    labels = {"action": "take_long", "outcome": "DATABASE_ERROR"}
    is_over = threading.Event()

    def take_long(_session: Session, _actor: Actor) -> None:
        is_over.wait(5)

    async def ask() -> None:
        await asyncio.gather(*(actions.run(state, take_long) for _ in range(number)))
        assert REGISTRY.get_sample_value("crm_actions_total", labels) == 2  # those never began
        is_over.set()
        while not threads.writers.is_idle:
            await asyncio.sleep(0.02)

    asyncio.run(ask())
    assert REGISTRY.get_sample_value("crm_actions_total", labels) == number
    log = capsys.readouterr().err
    assert log.count("outcome=DATABASE_ERROR") == 2
    assert log.count("action takes too long") == threads.WRITERS
    assert log.count("shown=DATABASE_ERROR") == threads.WRITERS


def test_a_failure_says_its_code_as_the_outcome(tree: Tree, capsys: Output) -> None:
    perform_here(contacts.create_contact, caller(tree), arguments={"data": {}})
    assert "outcome=VALIDATION_ERROR" in capsys.readouterr().err


def test_after_an_action_nothing_is_said_of_it_any_more(tree: Tree, capsys: Output) -> None:
    perform_here(contacts.create_contact, caller(tree), arguments={"data": form()})
    capsys.readouterr()
    perform_here(fail, Caller(token_hash=tree.token_hash))
    line = capsys.readouterr().err
    assert "create_contact" not in line
    assert "request-1" not in line


def test_a_trace_has_places_and_kinds_and_not_the_words(tree: Tree, capsys: Output) -> None:
    perform_here(fail, caller(tree))
    log = capsys.readouterr().err
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
    reading, writing = os.pipe()
    with open(writing, "w") as pipe, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", pipe)
        started = time.monotonic()
        for number in range(2000):
            log.info("line", number=number, long="x" * 100)
        long = time.monotonic() - started
        read = os.read(reading, 1_000_000).decode()
        log.info("again", long="x" * 10_000)
        read += os.read(reading, 1_000_000).decode()
    os.close(reading)
    assert long < 5
    written = read.count("number=")
    assert 100 < written < 2000
    assert f"lines={2000 - written}" in read
    assert "x" * 10_000 in read


def test_a_full_disk_under_the_log_stops_no_action(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    with open("/dev/full", "wb", buffering=0) as full, monkeypatch.context() as patch:
        output = io.TextIOWrapper(full, write_through=True)
        patch.setattr(sys, "stderr", output)
        with pytest.raises(OSError, match="No space left"):
            print("x", file=sys.stderr)
        arguments = {"data": form()}
        result = perform_here(contacts.create_contact, caller(tree), arguments=arguments)
        with suppress(OSError):
            output.detach()
    assert isinstance(result, Ok)
    log.info("there is room again")
    lines = capsys.readouterr().err
    assert "log lines were lost" in lines
    assert "lines=1\n" in lines


def test_a_line_in_the_middle_of_a_line_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Collecting garbage can log: that a task's exception was never retrieved, for one."""

    class Terminal(io.StringIO):
        def write(self, text: str) -> int:
            if "outer" in text:
                log.info("inner")
            return super().write(text)

    output = Terminal()
    monkeypatch.setattr(sys, "stderr", output)
    thread = threading.Thread(target=lambda: log.info("outer"), daemon=True)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
    assert all(text in output.getvalue() for text in ("inner", "outer"))


def test_what_a_library_complains_about_has_our_form(capsys: Output) -> None:
    logger = logging.getLogger("reflex.app")
    logger.warning(f"Attempting to send delta to disconnected client {'a-token'!r}")
    logger.warning("%s of %d", "typed", 3)
    first, second = capsys.readouterr().err.splitlines()
    assert "[warning  ] library complains" in first
    assert "[reflex.app]" in first
    assert "place=test_what_a_library_complains_about_has_our_form:" in first
    assert "a-token" not in first
    assert "template='%s of %d'" in second
    assert "typed" not in second


def test_an_event_that_reflex_cannot_process_leaves_its_payload_behind(capsys: Output) -> None:
    for name in EVENT_LOGGERS:
        try:
            raise ValueError("typed")
        except ValueError:
            logging.getLogger(name).exception("Error in {'password': 'typed'}")
    log = capsys.readouterr().err
    assert log.count("An event was refused: %s") == 2
    assert "typed" not in log


def test_of_the_pages_errors_the_kind_and_the_places_are_kept() -> None:
    report = "TypeError: cannot read Zaphod\n    at x (http://h/assets/_index-B2.js:3:14)"
    assert outline_of(report) == "TypeError /assets/_index-B2.js:3:14"
    assert outline_of("Zaphod said so") == ""
    assert len(outline_of("/assets/a.js:1:1 " * 1000)) < 300
