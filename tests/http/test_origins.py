"""Requests of others: other origins, other hosts, forged addresses, other sites' forms."""

import secrets
from functools import partial
from pathlib import Path

import pytest

from crm_app.states.account import AccountState
from tests.accounts import new_email, sign_up, value_of
from tests.raw import handshake, request
from tests.server import Server, running
from tests.tables import account_id, dump, rows
from tests.visitor import Visitor, in_own_loop

PORT = "{port}"
FOREIGN = {
    "absent": [],
    "empty": [""],
    "null": ["null"],
    "another site": ["http://evil.test"],
    "another site, the same port": ["http://evil.test:{port}"],
    "ours as the name of a host": ["http://localhost:{port}.evil.test"],
    "ours as a subdomain": ["http://localhost.evil.test:{port}"],
    "ours as the end of a host": ["http://evillocalhost:{port}"],
    "a longer port": ["http://localhost:{port}1"],
    "no port": ["http://localhost"],
    "another scheme": ["https://localhost:{port}"],
    "another kind of scheme": ["ws://localhost:{port}"],
    "upper case": ["HTTP://LOCALHOST:{port}"],
    "a dot after the host": ["http://localhost.:{port}"],
    "a user": ["http://evil@localhost:{port}"],
    "ours as a user": ["http://localhost:{port}@evil.test"],
    "a path": ["http://localhost:{port}/"],
    "a list": ["http://localhost:{port}, http://evil.test"],
    "twice": ["http://localhost:{port}", "http://localhost:{port}"],
    "ours and another": ["http://localhost:{port}", "http://evil.test"],
    "another and ours": ["http://evil.test", "http://localhost:{port}"],
}
HOSTS = ["evil.test", "localhost", "localhost:1", "localhost:{port}.evil.test", "", "[::1]:1"]
FORMS = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]


def filled(server: Server, values: list[str]) -> list[str]:
    return [value.replace(PORT, str(server.port)) for value in values]


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_origin_opens_no_socket_and_changes_no_session(server: Server, kind: str) -> None:
    headers = [("Origin", origin) for origin in filled(server, FOREIGN[kind])]
    before = dump(server)
    assert handshake(server.url, headers) == 403
    for method in ("POST", "DELETE"):
        ticket = secrets.token_urlsafe(32).encode()
        response = request(server.url, "/session", method, ticket, [*headers, ("X-CRM", "1")])
        assert response.status == 403
        assert "set-cookie" not in response.headers
    assert dump(server) == before


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_the_own_origin_is_let_in(server: Server, name: str) -> None:
    headers = [("Origin", f"http://{name}:{server.port}")]
    assert handshake(server.url, headers) == 101
    response = request(server.url, "/session", "DELETE", headers=[*headers, ("X-CRM", "1")])
    assert response.status == 204


@pytest.mark.parametrize("host", HOSTS)
def test_another_host_is_not_served(server: Server, host: str) -> None:
    headers = [("Host", filled(server, [host])[0]), ("Origin", server.url)]
    for path in ("/", "/session", "/session.js", "/favicon.svg", "/nowhere", "/_event/"):
        response = request(server.url, path, headers=headers)
        assert response.status == 421, path
        assert "set-cookie" not in response.headers
        assert b"evil" not in response.body
    assert handshake(server.url, headers) == 403


def test_two_hosts_are_none(server: Server) -> None:
    own, other = f"localhost:{server.port}", "evil.test"
    for hosts in ([own, other], [other, own], [own, own]):
        headers = [("Host", host) for host in hosts]
        assert request(server.url, headers=headers).status in (400, 421)


def test_a_host_is_not_taken_from_what_a_visitor_claims_of_a_proxy(server: Server) -> None:
    claims = [("X-Forwarded-Host", "evil.test"), ("Forwarded", "host=evil.test;proto=https")]
    response = request(server.url, headers=[*claims, ("X-Forwarded-Proto", "https")])
    assert response.status == 200
    assert b"evil.test" not in response.body
    assert "evil.test" not in str(response.headers)
    assert request(server.url, headers=[*claims, ("Host", "evil.test")]).status == 421


@pytest.mark.parametrize(
    ("proxies", "believed"),
    [
        ("0", {"203.0.113.9": "127.0.0.1"}),
        (
            "1",
            {
                "203.0.113.9": "203.0.113.9",
                "198.51.100.66, 203.0.113.9": "203.0.113.9",
                "127.0.0.1,,203.0.113.9, ": "203.0.113.9",
                "no address": "127.0.0.1",
                "2001:db8::7%eth0" + "x" * 500: "2001:db8::7",
                "2001:0db8::0007": "2001:db8::7",
                "1" * 500: "127.0.0.1",
            },
        ),
        ("2", {"198.51.100.66, 203.0.113.9, 10.0.0.1": "203.0.113.9"}),
    ],
)
def test_an_address_is_believed_as_far_as_there_are_proxies(
    tmp_path: Path, proxies: str, believed: dict[str, str]
) -> None:
    async def visit(server: Server, claimed: str) -> list[str]:
        forged = {"X-Forwarded-For": claimed, "Forwarded": "for=192.0.2.1"}
        cookie = await sign_up(server.url, new_email(), headers=forged)
        async with Visitor(server.url, cookie, headers=forged) as visitor:
            await visitor.send(AccountState.open)
            return [session["address"] for session in visitor.of(AccountState)["sessions"]]

    with running(tmp_path, CRM_TRUSTED_PROXIES=proxies) as server:
        for claimed, address in believed.items():
            assert in_own_loop(partial(visit, server, claimed)) == [address]
            trail = rows(server, "SELECT address FROM audit_event ORDER BY id DESC LIMIT 1")
            assert trail == [{"address": address}]


@pytest.mark.parametrize("content_type", FORMS)
def test_the_form_of_another_site_changes_no_session(server: Server, content_type: str) -> None:
    email = new_email()
    cookie = in_own_loop(lambda: sign_up(server.url, email))
    before = dump(server)
    sent = [("Cookie", cookie), ("Content-Type", content_type)]
    for origin in (server.url, "http://evil.test", "null"):  # without X-CRM even ours is refused
        for method in ("POST", "DELETE"):
            headers = [*sent, ("Origin", origin)]
            response = request(server.url, "/session", method, b"a" * 43, headers)
            assert (response.status, "set-cookie" in response.headers) == (403, False)
    assert dump(server) == before
    assert account_id(server, email)
    assert value_of(cookie)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_the_page_can_be_read_only(server: Server, method: str) -> None:
    for path in ("/", "/session.js", "/ping", "/_event/", "/nowhere"):
        response = request(server.url, path, method, headers=[("Origin", server.url)])
        assert (response.status, response["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "OPTIONS"])
def test_a_session_changes_by_two_methods_only(server: Server, method: str) -> None:
    headers = [("Origin", server.url), ("X-CRM", "1")]
    assert request(server.url, "/session", method, headers=headers).status == 405


def test_what_reflex_offers_besides_the_page_is_not_there(server: Server) -> None:
    for name in ("_upload", "_health", "_all_routes"):
        for path in (f"/{name}", f"/{name}/", f"/{name}?x", f"/%5f{name[1:]}", f"//{name}"):
            for method in ("GET", "HEAD"):
                assert request(server.url, path, method).status == 404, path
        assert request(server.url, f"/{name}", "POST", b"x").status == 404


def test_events_are_not_taken_over_plain_http(server: Server) -> None:
    for query in ("EIO=4&transport=polling", "EIO=4", ""):
        path = f"/_event/?{query}&token=11111111-1111-4111-8111-111111111111"
        assert request(server.url, path, headers=[("Origin", server.url)]).status == 400


def test_no_page_of_another_origin_may_read_a_response(server: Server) -> None:
    asked = [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "x-crm")]
    for origin in ("http://evil.test", "null", f"http://localhost:{server.port}1"):
        for path in ("/", "/session", "/session.js", "/ping", "/_event/"):
            for method in ("GET", "OPTIONS", "POST"):
                headers = [("Origin", origin), *(asked if method == "OPTIONS" else [])]
                response = request(server.url, path, method, headers=headers)
                assert "access-control-allow-origin" not in response.headers
                assert response.status >= 400 or method == "GET"
