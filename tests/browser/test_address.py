"""Addresses of the page: long ones, foreign parameters, and other paths of the same page."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.steps import add, edit, fill, row, search
from tests.server import Server


def test_a_long_text_in_the_search_is_cut_and_the_form_goes_on_working(page: Page) -> None:
    add(page)
    search(page, "x" * 4200)
    expect(page.get_by_test_id("search")).to_have_value("x" * 200)
    expect(page.get_by_test_id("no-match")).to_be_visible()
    fill(page, name="Grace Hopper", email="grace@navy.example")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("form-message")).to_contain_text("Contact created")
    page.reload()
    expect(page.get_by_test_id("no-match")).to_be_visible()
    search(page, "")
    expect(page.get_by_test_id("contact-row")).to_have_count(2)


@pytest.mark.parametrize(
    "address",
    [
        f"/?q=ada&other={'x' * 60_000}",
        f"/?q=ada&{'&'.join(f'p{number}=1' for number in range(150))}",
        f"/?q=ada&{'&'.join(f'p{number}=1' for number in range(5_000))}",
        f"/?q=ada#{'x' * 100_000}",
    ],
    ids=["long", "many parameters", "very many parameters", "long hash"],
)
def test_an_address_of_any_length_works(page: Page, server: Server, address: str) -> None:
    add(page)
    add(page, name="Grace Hopper", email="grace@navy.example", company="")
    page.goto(server.url + address)
    expect(page.get_by_test_id("contact-row")).to_have_count(1)
    expect(page.get_by_test_id("search")).to_have_value("ada")
    edit(page, "Ada Lovelace")
    fill(page, name="Ada King")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("form-message")).to_have_text("Contact updated")


def test_a_long_query_in_the_address_is_cut_between_characters(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?q={quote('🧑' * 5_000)}")
    expect(page.get_by_test_id("no-match")).to_contain_text(f"“{'🧑' * 200}”")
    expect(page.get_by_test_id("search")).to_have_value("🧑" * 200)


def test_an_address_that_becomes_long_later_works(page: Page) -> None:
    page.evaluate("window.location.hash = 'x'.repeat(100_000)")
    add(page)
    assert page.url.endswith("/?")


@pytest.mark.parametrize("path", ["/index.html", "//", "/%69ndex.html", "/x/../index.html/"])
def test_every_path_of_the_page_shows_the_contacts(page: Page, server: Server, path: str) -> None:
    add(page)
    add(page, name="Grace Hopper", email="grace@navy.example", company="")
    page.goto(f"{server.url}{path}?q=ada")
    expect(row(page, "Ada Lovelace")).to_be_visible()
    expect(page.get_by_test_id("contact-row")).to_have_count(1)
    assert page.url == f"{server.url}/?q=ada"


def test_the_link_to_the_contacts_ends_a_search_and_back_returns_to_it(page: Page) -> None:
    add(page)
    search(page, "nobody")
    expect(page.get_by_test_id("no-match")).to_be_visible()
    page.evaluate("window.isSamePage = true")
    page.get_by_test_id("nav-contacts").click()
    expect(row(page, "Ada Lovelace")).to_be_visible()
    expect(page.get_by_test_id("search")).to_have_value("")
    page.go_back()
    expect(page.get_by_test_id("search")).to_have_value("nobody")
    expect(page.get_by_test_id("no-match")).to_be_visible()
    assert page.evaluate("window.isSamePage")


@pytest.mark.parametrize("path", ["/404.html", "/__spa-fallback.html", "/x" * 500])
def test_every_other_path_says_that_there_is_no_page(
    new_page: NewPage, server: Server, watch: Watch, path: str
) -> None:
    page = new_page()
    page.goto(server.url + path)
    expect(page.get_by_role("heading", name="There is no page here")).to_be_visible()
    watch.console.clear()  # the browser reports the status
