"""The page with the visitor's first contacts in its HTML."""

import gzip
import re
from html import unescape
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from crm_app.states.contact_form import ContactFormState
from tests.factories import form
from tests.server import Server
from tests.tables import add_contacts, without_contacts
from tests.visitor import Visitor, fetch_cookie, in_own_loop

EVIL = "<script>alert(1)</script> & ~email~ \\1"


def get(server: Server, cookie: str, path: str = "/", **headers: str) -> tuple[str, dict[str, str]]:
    request = Request(server.url + path, headers={"Cookie": cookie, **headers})
    with urlopen(request) as response:
        body = response.read()
        given = {name.lower(): value for name, value in response.headers.items()}
    if given.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return body.decode(), given


def rows(html: str) -> list[str]:
    return re.findall(r'<li [^>]*data-testid="contact-row".*?</li>', html, re.DOTALL)


def words(row: str) -> str:
    return unescape(re.sub("<[^>]+>", " ", re.sub("</?mark>", "", row)))


def count(html: str) -> str:
    found = re.search(r'data-testid="contact-count"[^>]*>([^<]*)<', html)
    return found[1] if found else ""


def visitor_with(server: Server, *contacts: dict[str, object]) -> str:
    """Return the cookie of a new visitor who added these contacts."""
    cookie = fetch_cookie(server.url)

    async def add() -> None:
        async with Visitor(server.url, cookie) as visitor:
            for contact in contacts:
                await visitor.send(ContactFormState.create_contact, form_data=form(**contact))

    in_own_loop(add)
    return cookie


@pytest.fixture(scope="module")
def cookie(server: Server) -> str:
    others = {"email": "o'neill+a?b@example.com", "company": "", "phone": "", "notes": ""}
    return visitor_with(server, {}, {"name": EVIL, **others})


def test_the_first_contacts_are_in_the_html(server: Server, cookie: str) -> None:
    html, headers = get(server, cookie)
    newest, oldest = rows(html)
    assert count(html) == "2"
    for value in ("Ada Lovelace", "ada@analytical.engine", "Analytical Engines", "Royal Society"):
        assert value in words(oldest)
    assert 'href="tel:+442079460958"' in oldest
    assert "<p" in newest
    assert "Analytical" not in newest
    assert headers["cache-control"] == "private, no-store"
    assert "accept-encoding" in headers["vary"]


def test_text_in_the_html_is_text(server: Server, cookie: str) -> None:
    newest = rows(get(server, cookie)[0])[0]
    assert EVIL in words(newest)
    assert "<script>" not in newest
    assert 'href="mailto:o&#x27;neill%2Ba%3Fb@example.com"' in newest


def test_only_what_the_address_searches_for_is_there(server: Server, cookie: str) -> None:
    html, _ = get(server, cookie, "/?q=" + quote("lovelace"))
    assert [words(row).count("Ada Lovelace") > 0 for row in rows(html)] == [True]
    assert count(html) == "1"
    assert rows(get(server, cookie, "/?q=nobody")[0]) == []
    assert rows(get(server, cookie, "/?q=" + "%ff" * 3000)[0]) == []


def test_matches_of_the_search_are_marked(server: Server) -> None:
    name = "👍 <Łucja> & Lucja"
    row = rows(get(server, visitor_with(server, {"name": name}), "/?q=lucja")[0])[0]
    assert "<span>👍 &lt;<mark>Łucja</mark>&gt; &amp; <mark>Lucja</mark></span>" in row
    assert 'aria-label="Edit 👍 &lt;Łucja&gt; &amp; Lucja"' in row


def test_a_page_without_a_session_has_no_contacts(server: Server, cookie: str) -> None:
    assert cookie
    for other in ("", fetch_cookie(server.url)):
        html, _ = get(server, other)
        assert rows(html) == []
        assert count(html) == ""
        assert "row-templates" not in html
        assert "~name~" not in html


def test_it_is_compressed_where_that_is_wanted(server: Server, cookie: str) -> None:
    plain, headers = get(server, cookie)
    assert "content-encoding" not in headers
    packed, headers = get(server, cookie, **{"Accept-Encoding": "gzip, br"})
    assert headers["content-encoding"] == "gzip"
    assert packed == plain


def test_a_long_list_begins_with_its_first_rows(server: Server) -> None:
    cookie = visitor_with(server, {})
    add_contacts(server, 1233)
    html, _ = get(server, cookie)
    assert count(html) == "1,234"
    assert len(rows(html)) == 16


def test_without_the_database_the_page_is_as_it_was_built(server: Server, cookie: str) -> None:
    with without_contacts(server):
        html, _ = get(server, cookie)
    assert rows(html) == []
    assert "Loading contacts" in html
