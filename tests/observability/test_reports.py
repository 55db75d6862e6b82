"""Reports to Sentry: what is in them, what is not, and none at all without a DSN."""

import gzip
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from crm_app.domain.actor import Actor, Caller
from crm_app.errors import ErrorCode
from crm_app.observability import reports
from crm_app.operations.perform import perform_here
from crm_app.services import contacts
from crm_app.version import VERSION
from tests.conftest import Configure
from tests.driving import Tree
from tests.server import ROOT


@contextmanager
def stand_in() -> Iterator[tuple[str, list[bytes]]]:
    """Run a server that takes reports; its DSN and what it got."""
    received: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://key@127.0.0.1:{server.server_port}/1", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fail(_session: Session, _actor: Actor) -> None:
    secret = "typed by Zaphod"
    raise KeyError(secret)


def sent_by(tree: Tree, configure: Configure, *services: Any) -> tuple[list[Any], list[bytes]]:
    """Run the services as actions and return their failures and the bytes that were sent."""
    with stand_in() as (dsn, received):
        configure(CRM_SENTRY_DSN=dsn, NO_PROXY="*")
        reports.start()
        try:
            caller = Caller(token_hash=tree.token_hash, request_id="request-1")
            results = [perform_here(service, caller) for service in services]
        finally:
            reports.stop()
    return results, received


def readable(envelope: bytes) -> str:
    """Return the envelope's text; Sentry compresses it."""
    return (gzip.decompress(envelope) if envelope[:2] == b"\x1f\x8b" else envelope).decode()


def test_an_unknown_error_is_reported_without_what_was_typed(
    tree: Tree, configure: Configure
) -> None:
    (result,), (envelope,) = sent_by(tree, configure, fail)
    text = readable(envelope)
    event = json.loads(text.splitlines()[2])
    assert event["tags"] == {
        "reference": result.failure.incident,
        "code": ErrorCode.UNKNOWN,
        "action": "fail",
        "request": "request-1",
    }
    (value,) = event["exception"]["values"]
    assert (value["type"], value["value"]) == ("KeyError", "")
    assert value["stacktrace"]["frames"][-1]["function"] == "fail"
    assert event["release"] == VERSION
    for secret in ("Zaphod", tree.token_hash, str(ROOT), "vars", "breadcrumbs"):
        assert secret not in text
    assert socket.gethostname() not in str(event.get("server_name"))
    assert "user" not in event
    assert "modules" not in event


def test_expected_failures_are_not_reported(tree: Tree, configure: Configure) -> None:
    def invalid(db: Session, actor: Actor) -> None:
        contacts.create_contact(db, actor, data={})

    assert sent_by(tree, configure, invalid)[1] == []


def test_when_nobody_takes_reports_an_action_goes_on(tree: Tree, configure: Configure) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configure(CRM_SENTRY_DSN=f"http://key@127.0.0.1:{port}/1", NO_PROXY="*")
    reports.start()
    result = perform_here(fail, Caller(token_hash=tree.token_hash))
    reports.stop()
    assert result.failure.code == ErrorCode.UNKNOWN  # pyright: ignore[reportAttributeAccessIssue]


BROKEN_HANDLER = """
import socket, sys
connections = []
sys.addaudithook(lambda event, _: event == "socket.connect" and connections.append(event))
from crm_app.crm_app import on_backend_error
from crm_app.observability import reports
reports.start()
on_backend_error(ValueError("typed by Zaphod"))
reports.stop()
print("sentry_sdk" in sys.modules, len(connections))
"""


def break_a_handler(folder: Path, dsn: str) -> subprocess.CompletedProcess[str]:
    own = {"CRM_DATABASE_URL": f"sqlite:///{folder}/crm.db", "CRM_SENTRY_DSN": dsn, "NO_PROXY": "*"}
    command = [sys.executable, "-c", BROKEN_HANDLER]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | own, capture_output=True, text=True, check=True
    )


def test_a_handler_that_fails_is_reported_by_the_reference_in_the_log(tmp_path: Path) -> None:
    with stand_in() as (dsn, received):
        done = break_a_handler(tmp_path, dsn)
    event = json.loads(readable(received[0]).splitlines()[2])
    assert len(received) == 1
    assert event["exception"]["values"][0]["type"] == "ValueError"
    assert done.stderr.count(event["tags"]["reference"]) == 1
    assert "Zaphod" not in done.stderr + readable(received[0])


def test_without_a_dsn_nothing_is_imported_and_nobody_is_connected_to(tmp_path: Path) -> None:
    assert break_a_handler(tmp_path, "").stdout.splitlines()[-1] == "False 0"


@pytest.fixture(autouse=True)
def _stop() -> Iterator[None]:
    yield
    reports.stop()
