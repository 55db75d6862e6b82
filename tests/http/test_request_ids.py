"""Request ids: on responses that are not cached indefinitely, and in the log."""

import re
from pathlib import Path

import pytest

from crm_app.states.contact_form import ContactFormState
from tests.factories import form
from tests.http.test_headers import first_asset
from tests.raw import request
from tests.server import Server, running
from tests.visitor import Visitor, in_own_loop

OWN = re.compile(r"[0-9a-f]{12}")
NAMED = [("X-Request-ID", "from-the-proxy.1")]


@pytest.mark.parametrize(
    "path", ["/", "/session.js", "/favicon.svg", "/ping", "/healthz", "/nowhere"]
)
def test_every_response_has_an_id_of_its_own(server: Server, path: str) -> None:
    ids = [request(server.url, path).headers["x-request-id"] for _ in range(2)]
    assert all(len(each) == 1 and OWN.fullmatch(each[0]) for each in ids)
    assert ids[0] != ids[1]


def test_what_is_kept_for_ever_has_none(server: Server) -> None:
    assert "x-request-id" not in request(server.url, first_asset(server, "js")).headers


def test_a_visitor_does_not_choose_the_id(server: Server) -> None:
    assert OWN.fullmatch(request(server.url, headers=NAMED)["x-request-id"])


def test_behind_a_proxy_its_id_is_taken_over_as_far_as_it_is_one(tmp_path: Path) -> None:
    async def create(server: Server) -> None:
        async with Visitor(server.url, headers=dict(NAMED)) as visitor:
            await visitor.send(ContactFormState.create_contact, form_data=form())

    with running(tmp_path, CRM_TRUSTED_PROXIES="1") as server:
        assert request(server.url, headers=NAMED)["x-request-id"] == "from-the-proxy.1"
        for bad in ("short", "x" * 65, "with space", "quote'quote", "\xe9\xe9\xe9\xe9\xe9\xe9\xe9"):
            headers = [("X-Request-ID", bad)]
            assert OWN.fullmatch(request(server.url, headers=headers)["x-request-id"])
        assert OWN.fullmatch(request(server.url, headers=NAMED * 2)["x-request-id"])
        in_own_loop(lambda: create(server))
        lines = [line for line in server.read_log().splitlines() if "create_contact" in line]
    assert len(lines) == 1
    assert "request=from-the-proxy.1" in lines[0]
