"""The addresses of the views: the same page at each of them."""

import pytest

from tests.raw import request
from tests.server import Server


@pytest.fixture(scope="module")
def built(server: Server) -> bytes:
    return request(server.url).body


def test_a_view_is_the_page_with_a_session_for_a_new_visitor(server: Server, built: bytes) -> None:
    response = request(server.url, "/trash?account=status")
    assert (response.status, response.body) == (200, built)
    assert response.headers["set-cookie"]
    assert response.headers["cache-control"] == ["private, no-cache"]
    assert "script-src 'self'" in response.headers["content-security-policy"][0]


def test_it_is_the_page_for_head_too(server: Server) -> None:
    response = request(server.url, "/trash", "HEAD")
    assert (response.status, response.body) == (200, b"")


@pytest.mark.parametrize(
    "path",
    ["/trash/", "//trash", "/trash.html", "/trash/index.html", "/x/../trash", "/tr%61sh/"],
)
def test_other_spellings_lead_to_its_address(server: Server, path: str) -> None:
    response = request(server.url, f"{path}?account=status")
    assert (response.status, response.headers["location"]) == (308, ["/trash?account=status"])


@pytest.mark.parametrize("path", ["/trash/x", "/trashes", "/Trash", "/trash.htm"])
def test_what_only_begins_like_it_is_no_page(server: Server, path: str) -> None:
    assert request(server.url, path).status == 404


def test_a_form_cannot_be_sent_to_it(server: Server) -> None:
    assert request(server.url, "/trash", "POST").status == 405
