"""Who is asking: the cookie, what is kept of it, and that nothing is done without it."""

import re
import sqlite3
from http.client import HTTPMessage
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from crm_app.services.sessions import hash_token
from crm_app.states.account import AccountState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState
from tests.factories import form
from tests.server import Server, running
from tests.tables import locked, read_files
from tests.visitor import Visitor, fetch_cookie, in_own_loop


def get(url: str, cookie: str = "", method: str = "GET", **headers: str) -> HTTPMessage:
    headers |= {"Cookie": cookie} if cookie else {}
    with urlopen(Request(url, headers=headers, method=method)) as response:
        return response.headers


def rows(server: Server, table: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(server.database)
    try:
        return connection.execute(f"SELECT * FROM {table}").fetchall()
    finally:
        connection.close()


def test_a_new_visitor_gets_a_cookie_that_scripts_and_other_sites_cannot_use(
    server: Server,
) -> None:
    headers = get(server.url)
    assert re.fullmatch(
        r"crm_session_\w{8}=guest-[\w-]{43}; Path=/; HttpOnly; SameSite=Lax; Max-Age=34560000",
        headers["set-cookie"],
    )
    assert headers["cache-control"] == "private, no-cache"


def test_a_valid_cookie_is_renewed_and_an_invalid_one_replaced(server: Server) -> None:
    cookie = fetch_cookie(server.url)
    name = cookie.split("=")[0]
    for sent in (cookie, f'bad"=["; {cookie}; other=1'):
        assert get(server.url, sent)["set-cookie"].startswith(f"{cookie}; Path=/")
    for invalid in (f"{name}=guess", f"{name}=", f"{name}=%00; x", "=;;=,", "crm_session=x"):
        renewed = get(server.url, invalid)["set-cookie"]
        assert renewed.startswith(f"{name}=")
        assert not renewed.startswith((f"{cookie};", f"{invalid};"))


def test_two_installations_on_one_host_leave_each_other_alone(
    server: Server, tmp_path: Path
) -> None:
    cookie = fetch_cookie(server.url)
    with running(tmp_path) as second:
        both = f"{cookie}; {fetch_cookie(second.url)}"
        assert get(second.url, cookie)["set-cookie"].split("=")[0] != cookie.split("=")[0]
        assert get(server.url, both)["set-cookie"].startswith(cookie)


def test_over_tls_the_cookie_is_secure(tmp_path: Path) -> None:
    with running(tmp_path, CRM_PUBLIC_URL="https://crm.example.com") as server:
        cookie = get(server.url, Host="crm.example.com")["set-cookie"]
    assert cookie.startswith("__Host-crm_session_")
    assert cookie.endswith("; Secure")


def test_only_the_page_starts_a_session(server: Server) -> None:
    before = len(rows(server, "account"))
    for path in ("/ping", "/favicon.svg"):
        assert get(server.url + path)["set-cookie"] is None
    assert get(server.url, method="HEAD")["set-cookie"] is None
    try:
        get(server.url + "/nowhere")
    except HTTPError as error:
        assert error.code == 404
        assert error.headers["set-cookie"] is None
    assert len(rows(server, "account")) == before
    assert get(server.url + "/session.js")["set-cookie"] is not None


def test_who_only_looks_leaves_no_row(server: Server) -> None:
    tables = ("account", "browser_session", "address_book")
    before = [len(rows(server, table)) for table in tables]

    async def look() -> tuple[int, bool]:
        async with Visitor(server.url) as visitor:
            await visitor.hydrate()
            await visitor.send(ContactListState.get_contacts, query="ada")
            await visitor.send(AccountState.open)
            return visitor.of(ContactListState)["total"], visitor.of(SessionState)["is_guest"]

    for _ in range(50):
        fetch_cookie(server.url)
    assert in_own_loop(look) == (0, True)
    assert [len(rows(server, table)) for table in tables] == before


def test_the_first_write_makes_a_guest_who_keeps_the_tag(server: Server) -> None:
    cookie = fetch_cookie(server.url)

    def tag() -> str:
        with urlopen(Request(f"{server.url}/session.js", headers={"Cookie": cookie})) as response:
            return response.read().decode()

    async def write() -> None:
        async with Visitor(server.url, cookie) as one, Visitor(server.url, cookie) as other:
            for visitor, number in ((one, 1), (other, 2)):
                await visitor.post(
                    ContactFormState.create_contact,
                    form_data=form(email=f"{number}@first.example"),
                )
            for visitor in (one, other):
                await visitor.until(ContactFormState, message="Contact created")

    before, accounts = tag(), len(rows(server, "account"))
    in_own_loop(write)
    assert tag() == before
    assert len(rows(server, "account")) == accounts + 1


def test_the_database_and_the_log_know_the_hash_only(server: Server) -> None:
    cookie = fetch_cookie(server.url)
    token = cookie.split("=", 1)[1]

    async def visit() -> list[object]:
        async with Visitor(server.url, cookie) as visitor:
            await visitor.send(ContactFormState.create_contact, form_data=form())
            return visitor.frames

    frames = in_own_loop(visit)
    everything = read_files(server.database.parent.glob("crm.db*"))
    assert token.encode() not in everything
    assert hash_token(token).encode() in everything
    assert token not in server.read_log()
    assert token not in str(frames)
    assert hash_token(token) not in str(frames)


def test_without_a_cookie_nothing_is_done(server: Server) -> None:
    before = rows(server, "contact")

    async def visit() -> str:
        async with Visitor(server.url, cookie="") as nobody:
            await nobody.send(ContactFormState.create_contact, form_data=form())
            return nobody.of(SessionState)["message"]

    assert in_own_loop(visit) == "Please sign in again"
    assert rows(server, "contact") == before


def test_a_hash_from_the_database_is_no_credential(server: Server) -> None:
    cookie_name = fetch_cookie(server.url).split("=")[0]
    token_hash = str(rows(server, "browser_session")[-1][2])
    assert len(token_hash) == 64

    async def visit() -> str:
        async with Visitor(server.url, cookie=f"{cookie_name}={token_hash}") as thief:
            await thief.send(ContactListState.load)
            return thief.of(SessionState)["message"]

    assert in_own_loop(visit) == "Please sign in again"


def test_the_same_cookie_finds_its_contacts_after_a_restart(server: Server) -> None:
    cookie = fetch_cookie(server.url)

    async def create() -> None:
        async with Visitor(server.url, cookie) as visitor:
            await visitor.send(ContactFormState.create_contact, form_data=form())

    async def total() -> int:
        async with Visitor(server.url, cookie) as visitor:
            await visitor.send(ContactListState.load)
            return visitor.of(ContactListState)["total"]

    in_own_loop(create)
    server.stop()
    server.start()
    assert in_own_loop(total) == 1


def test_while_others_write_a_first_visitor_gets_the_page(server: Server) -> None:
    with locked(server):
        assert get(server.url)["set-cookie"] is not None


def test_without_a_database_a_first_visitor_gets_503(server: Server) -> None:
    moved = server.database.rename(server.database.with_suffix(".moved"))
    with pytest.raises(HTTPError) as caught:
        urlopen(server.url)
    moved.rename(server.database)
    with caught.value as error:
        assert error.code == 503
        assert error.headers["retry-after"] == "5"
        assert "Nothing was lost" in error.read().decode()
    assert get(server.url)["set-cookie"] is not None
