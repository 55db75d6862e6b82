"""The inspector's routes: who may ask, and what is refused."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Message

from crm_app.inspector.actions import Statement
from crm_app.inspector.recorder import recorder
from crm_app.inspector.routes import RESTARTED, InspectorRoutes

PAGES = ("http://localhost:3000", "http://localhost:8000")
OURS = {"host": "localhost:8000", "origin": "http://localhost:3000"}


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    recorder.clear()
    yield
    recorder.clear()


def ask(
    method: str,
    path: str,
    body: Any = None,
    headers: dict[str, str] = OURS,
    client: str = "127.0.0.1",
) -> tuple[int, bytes]:
    """Send one request to the routes; what they pass on is answered with 599."""
    sent: list[Message] = []
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": (client, 50_000),
    }
    text = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def receive() -> Message:
        return {"type": "http.request", "body": text, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def passed_on(_scope: Any, _receive: Any, _send: Any) -> None:
        sent.extend(({"status": 599}, {"body": b""}))

    asyncio.run(InspectorRoutes(passed_on, PAGES)(scope, receive, send))
    return sent[0]["status"], sent[1]["body"]


def recorded() -> int:
    action = recorder.begin("state.handler")
    recorder.enter(action)
    action.add(Statement("PRAGMA query_only=1"))
    action.updates.append(0.001)
    recorder.leave(action)
    return action.id


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ({**OURS, "origin": "http://evil.example"}, "127.0.0.1"),
        ({**OURS, "origin": "http://localhost:5173"}, "127.0.0.1"),
        ({"host": "localhost:8000"}, "127.0.0.1"),
        ({**OURS, "host": "evil.example:8000"}, "127.0.0.1"),
        (OURS, "192.168.1.7"),
        ({**OURS, "x-forwarded-for": "192.168.1.7"}, "127.0.0.1"),
        (OURS, ""),
    ],
    ids=["origin", "other port", "no origin", "host", "other machine", "proxy", "no address"],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "actions"), ("POST", "plan"), ("POST", "painted"), ("POST", "clear")],
)
def test_foreign_requests_are_refused(
    method: str, path: str, headers: dict[str, str], client: str
) -> None:
    recorded()
    status, _ = ask(method, f"/_inspector/{path}", {}, headers, client)
    assert status == 403
    assert len(recorder.since(0)["actions"]) == 1


@pytest.mark.parametrize("client", ["127.0.0.1", "::1"])
def test_the_page_reads_what_is_new(client: str) -> None:
    action_id = recorded()
    status, body = ask("GET", "/_inspector/actions", client=client)
    news = json.loads(body)
    assert status == 200
    assert [action["id"] for action in news["actions"]] == [action_id]
    _, body = ask("GET", f"/_inspector/actions?after={news['revision']}")
    assert json.loads(body)["actions"] == []


def test_what_the_browser_measured_is_taken() -> None:
    report = {"id": recorded(), "updates": 1, "answered_ms": 3.5, "painted_ms": 8, "received": 418}
    assert ask("POST", "/_inspector/painted", report)[0] == 204
    _, body = ask("GET", "/_inspector/actions")
    action = json.loads(body)["actions"][0]
    assert (action["parts"]["paint"], action["bytes"]) == (8, 418)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"id": "1"}', b'{"id": 1, "statement": -1}', b"x" * 5000],
)
def test_what_does_not_fit_is_refused(body: bytes) -> None:
    for path in ("painted", "plan"):
        assert ask("POST", f"/_inspector/{path}", body)[0] in (413, 422)


def test_a_plan_of_what_is_forgotten_says_so() -> None:
    action_id = recorded()
    for question in ({"id": 5, "statement": 0}, {"id": action_id, "statement": 9}):
        assert json.loads(ask("POST", "/_inspector/plan", question)[1]) == {"plan": RESTARTED}


def test_only_a_statement_that_was_run_is_explained() -> None:
    question = {"id": recorded(), "statement": 0, "text": "DELETE FROM contact"}
    assert ask("POST", "/_inspector/plan", question)[0] == 422


def test_other_paths_are_passed_on_or_unknown() -> None:
    assert ask("GET", "/ping")[0] == 599
    assert ask("GET", "/_inspector")[0] == 599
    assert ask("GET", "/_inspector/secrets")[0] == 404
    assert ask("GET", "/_inspector/plan")[0] == 404
