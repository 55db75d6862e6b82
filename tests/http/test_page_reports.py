"""Beacons of the page: taken from an active session's page only, and only in this shape."""

import json
from pathlib import Path

import pytest
from reflex.state import FrontendEventExceptionState

from crm_app.states.section_error import SectionErrorState
from tests.http.test_probes import value
from tests.raw import Headers, Response, request
from tests.server import Server, running
from tests.visitor import Visitor, fetch_cookie, in_own_loop

ACTION = {"action": "create_contact", "ms": 120.5}
ERRORS = 'crm_page_errors_total{{kind="{}"}}'
BEACON_KINDS = ("script", "promise", "csp")
KINDS = (*BEACON_KINDS, "section", "update")
SCRIPT_ERROR = FrontendEventExceptionState.handle_frontend_exception
SECONDS = 'crm_page_action_seconds_{}{{action="create_contact"}}'
BAD = {
    "no list": ACTION,
    "nothing": [],
    "too many": [ACTION] * 21,
    "another action": [{"action": "sign_in", "ms": 1}],
    "another error": [{"error": "Zaphod"}],
    "an error of the socket": [{"error": "section"}],
    "more than asked": [{**ACTION, "name": "Zaphod"}],
    "both": [{**ACTION, "error": "csp"}],
    "too long": [{**ACTION, "ms": 600_001}],
    "back in time": [{**ACTION, "ms": -1}],
    "no number": [{**ACTION, "ms": "1"}],
    "no time": [{"action": "create_contact"}],
}


@pytest.fixture(scope="module")
def cookie(server: Server) -> str:
    return fetch_cookie(server.url)


def send(server: Server, body: bytes, cookie: str, headers: Headers | None = None) -> Response:
    own = [("Origin", server.url)] if headers is None else headers
    sent = [("Cookie", cookie), ("Content-Type", "text/plain;charset=UTF-8"), *own]
    return request(server.url, "/report", "POST", body, sent)


def test_what_the_page_reports_is_counted(server: Server, cookie: str) -> None:
    before = {name: value(server, SECONDS.format(name)) for name in ("count", "sum")}
    errors = {kind: value(server, ERRORS.format(kind)) for kind in BEACON_KINDS}
    sent = [{"error": kind} for kind in BEACON_KINDS]
    body = json.dumps([ACTION, *sent, {**ACTION, "ms": 0}]).encode()
    response = send(server, body, cookie)
    assert (response.status, response.body) == (204, b"")
    assert value(server, SECONDS.format("count")) == before["count"] + 2
    assert value(server, SECONDS.format("sum")) == pytest.approx(before["sum"] + 0.1205)
    for kind, number in errors.items():
        assert value(server, ERRORS.format(kind)) == number + 1


@pytest.mark.parametrize("kind", BAD)
def test_another_shape_is_refused_and_nothing_is_counted(
    server: Server, cookie: str, kind: str
) -> None:
    before = value(server, SECONDS.format("count"))
    response = send(server, json.dumps(BAD[kind]).encode(), cookie)
    assert (response.status, response.body) == (422, b"Not a report")
    assert value(server, SECONDS.format("count")) == before
    assert "Zaphod" not in server.read_log()


@pytest.mark.parametrize("body", [b"", b"\xff", b"[NaN]", b"[" * 4000, b'[{"ms":NaN}]'])
def test_what_is_no_json_is_refused(server: Server, cookie: str, body: bytes) -> None:
    assert send(server, body, cookie).status == 422


def test_a_long_body_is_refused(server: Server, cookie: str) -> None:
    padding = b" " * 4096
    assert send(server, json.dumps([ACTION]).encode() + padding, cookie).status == 413


def test_another_page_or_method_is_refused(server: Server, cookie: str) -> None:
    body = json.dumps([ACTION]).encode()
    for headers in ([], [("Origin", "http://evil.test")], [("Origin", "null")]):
        assert send(server, body, cookie, headers).status == 403
    for method in ("GET", "PUT", "DELETE"):
        response = request(server.url, "/report", method, headers=[("Cookie", cookie)])
        assert (response.status, response["allow"]) == (405, "POST")
    assert request(server.url, "/report", headers=[("Host", "evil.test")]).status == 421


def test_what_nobody_in_particular_reports_is_dropped(server: Server, cookie: str) -> None:
    body = json.dumps([ACTION]).encode()
    name = cookie.split("=")[0]
    counted = 'crm_page_action_seconds_count{action="create_contact"}'
    before = value(server, counted)
    for shown in ("", f"{name}=guess"):
        response = send(server, body, shown)
        assert response.status == 204  # else an error in the console of who was just signed out
        assert "set-cookie" not in response.headers
    assert value(server, counted) == before


def test_errors_over_the_socket_are_logged_and_counted_unless_a_beacon_counts_them(
    server: Server, cookie: str
) -> None:
    counts = {kind: value(server, ERRORS.format(kind)) for kind in KINDS}
    lines = server.read_log().count("page failed")

    async def report() -> None:
        async with Visitor(server.url, cookie) as visitor:
            text = "Error: Zaphod\n    at x (http://h/assets/a.js:1:2)"
            await visitor.send(SCRIPT_ERROR, info=text, component_stack="")
            await visitor.report_error(message="Zaphod")
            await visitor.settle()

    in_own_loop(report)
    log = server.read_log()
    assert log.count("page failed") == lines + 2
    assert "Error /assets/a.js:1:2" in log
    assert "Zaphod" not in log
    now = {kind: value(server, ERRORS.format(kind)) for kind in KINDS}
    assert now == {**counts, "update": counts["update"] + 1}


def test_too_many_sections_that_break_are_not_logged(tmp_path: Path) -> None:
    async def report() -> None:
        async with Visitor(server.url) as visitor:
            for _ in range(6):
                await visitor.send(
                    SectionErrorState.report, section="list", error="E", component_stack=""
                )

    with running(tmp_path, CRM_LIMIT_REPORTS_PER_ADDRESS="2/minute") as server:
        in_own_loop(report)
        assert server.read_log().count("section failed") == 2


def test_too_many_are_refused(tmp_path: Path) -> None:
    with running(tmp_path, CRM_LIMIT_REPORTS_PER_ADDRESS="2/minute") as server:
        cookie = fetch_cookie(server.url)
        body = json.dumps([ACTION]).encode()
        responses = [send(server, body, cookie) for _ in range(3)]
        assert [response.status for response in responses] == [204, 204, 429]
        assert int(responses[-1]["retry-after"]) > 0
        hit = 'crm_rate_limits_hit_total{limit="limit_reports_per_address"}'
        assert value(server, hit) == 1
