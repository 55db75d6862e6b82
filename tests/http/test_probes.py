"""Probes and metrics for machines: who may read them, and what they return."""

import asyncio
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_app.database import revisions
from crm_app.database.engine import get_engine
from crm_app.database.failures import SENTENCES, Reason
from crm_app.database.transaction import transaction
from crm_app.http import probes
from crm_app.observability.queries import count_queries
from crm_app.states.contact_form import ContactFormState
from tests.conftest import new_postgres_database
from tests.driving import Tree, use_database
from tests.factories import form
from tests.raw import Headers, Response, raw_socket, request
from tests.server import Server, running
from tests.visitor import Visitor, in_own_loop

TOKEN = "a-token-for-the-tests"


@pytest.fixture(autouse=True)
def fresh_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the check of the last test's database."""
    monkeypatch.setattr(probes, "_last", probes._LastCheck())


def scrape(server: Server, headers: Headers | None = None) -> Response:
    return request(server.url, "/metrics", headers=headers)


def value(server: Server, sample: str) -> float:
    found = re.search(rf"^{re.escape(sample)} (\S+)$", scrape(server).body.decode(), re.MULTILINE)
    return float(found[1]) if found else 0


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.parametrize(
    ("host", "is_served"),
    [
        *[(host, True) for host in ("localhost", "127.0.0.1:1", "[::1]", "a.localhost")],
        *[(host, False) for host in ("evil.test", "127.0.0.1.evil.test", "", "[::1", "1.2.3.4.5")],
    ],
)
def test_a_probe_is_served_under_names_that_no_stranger_has(
    server: Server, path: str, host: str, is_served: bool
) -> None:
    response = request(server.url, path, headers=[("Host", host)])
    assert response.status == (200 if is_served else 421)


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "crm:8000", "[fd00::1]"])
def test_a_probe_from_the_network_is_served_without_metrics(server: Server, host: str) -> None:
    headers = [("Host", host)]
    assert request(server.url, "/healthz", headers=headers).body == b"ok"
    assert request(server.url, "/readyz", headers=headers).body == b'{"status":"ready"}'
    assert request(server.url, "/metrics", headers=headers).status == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_probe_can_only_be_read_and_starts_no_session(server: Server, path: str) -> None:
    assert request(server.url, path, "POST", b"x").status == 405
    response = request(server.url, path)
    assert "set-cookie" not in response.headers
    assert response["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "Forwarded", "X-Forwarded-Host", "X-Real-IP", "Via"]
)
def test_the_numbers_are_not_for_who_comes_through_a_proxy(server: Server, name: str) -> None:
    assert scrape(server).status == 200
    assert scrape(server, [(name, "127.0.0.1")]).status == 404


def test_the_token_opens_the_numbers_from_elsewhere(tmp_path: Path) -> None:
    variables = {"CRM_PUBLIC_URL": "https://crm.example.com", "CRM_METRICS_TOKEN": TOKEN}
    with running(tmp_path, **variables) as server:
        outside = [("Host", "crm.example.com"), ("X-Forwarded-For", "192.0.2.1")]
        for shown, status in ((TOKEN, 200), (f"{TOKEN}x", 404), ("", 404), ("\xe9", 404)):
            header = ("Authorization", f"Bearer {shown}")
            assert scrape(server, [*outside, header]).status == status
        assert scrape(server, [("Host", "crm.example.com")]).status == 404
        assert scrape(server, [("Host", "localhost")]).status == 200
        assert TOKEN not in server.read_log()


def test_without_a_token_none_opens(server: Server) -> None:
    outside = ("X-Forwarded-For", "192.0.2.1")
    for shown in ("Bearer ", "Bearer", ""):
        assert scrape(server, [outside, ("Authorization", shown)]).status == 404


def test_the_numbers_follow_what_people_do(server: Server) -> None:
    created = 'crm_actions_total{action="create_contact",outcome="ok"}'
    before = value(server, created)

    async def create() -> float:
        async with Visitor(server.url) as visitor:
            await visitor.send(ContactFormState.create_contact, form_data=form())
            return value(server, "crm_sockets_open")

    assert in_own_loop(create) >= 1
    assert value(server, created) == before + 1
    assert value(server, 'crm_action_seconds_count{action="create_contact"}') >= 1
    assert value(server, "crm_event_loop_lag_seconds_count") > 0
    assert scrape(server)["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_junk_is_counted(server: Server) -> None:
    async def send() -> None:
        async with raw_socket(server.url) as socket:
            for _ in range(3):
                await socket.event("nothing")
            await socket.socket.send_str("40/_event,{}")
            await socket.socket.close()

    before = value(server, "crm_frames_dropped_total")
    in_own_loop(send)
    assert value(server, "crm_frames_dropped_total") == before + 4


def test_a_server_whose_database_is_amiss_lives_and_is_not_ready(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        with closing(sqlite3.connect(server.database)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '0001'")
        behind = len(revisions.known()) - 1
        assert not_ready(server) == f'["The schema is {behind} migrations behind"]'.encode()
        with closing(sqlite3.connect(server.database)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        time.sleep(probes.CHECK_LASTS)
        assert not_ready(server) == b'["The schema (9999) is newer than this program"]'
        assert request(server.url, "/healthz").status == 200


def test_who_asks_at_once_asks_the_database_once(tree: Tree) -> None:
    assert asyncio.run(probes.find_problems()) == []  # each connection begins with a pragma
    probes._last.problem = None
    queries = count_queries()

    async def ask() -> None:
        responses = await asyncio.gather(*(probes.find_problems() for _ in range(100)))
        assert responses == [[]] * 100

    asyncio.run(ask())
    once = queries.count
    probes._last.problem = None
    assert asyncio.run(probes.find_problems()) == []
    assert queries.count == 2 * once > 0


def test_a_damaged_database_is_not_ready(tree: Tree) -> None:
    assert tree
    path = Path(str(get_engine().url.database))
    get_engine().dispose()
    path.write_bytes(b"no database at all" * 1000)
    assert asyncio.run(probes.find_problems()) == [SENTENCES[Reason.DAMAGED]]


def test_a_database_that_does_not_respond_is_not_waited_for(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "CHECK_LASTS", 0)
    url = new_postgres_database(postgres_url, "template")
    use_database(url)
    with transaction() as db:  # after a damaged one, the next write clears the suspicion
        db.execute(sa.text("SELECT 1"))
    assert asyncio.run(probes.find_problems()) == []
    with transaction() as db:
        db.execute(sa.text("LOCK alembic_version"))
        started = time.monotonic()
        problems = asyncio.run(probes.find_problems())
        assert time.monotonic() - started < 3
    assert asyncio.run(probes.find_problems()) == []  # whoever asked in vain is through
    get_engine().dispose()
    assert problems == ["The database did not respond within 2 seconds"]


def not_ready(server: Server) -> bytes:
    response = request(server.url, "/readyz")
    assert response.status == 503
    head, _, problems = response.body.partition(b'"problems":')
    assert head == b'{"status":"not ready",'
    return problems.removesuffix(b"}")
