"""What the browser keeps for the page: blocked, or with nonsense in it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.steps import add, delete, edit, fill, row
from tests.server import Server

BLOCK = """
for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, {
        configurable: true,
        get() { throw new DOMException("Access is denied for this document.", "SecurityError"); },
    });
}
"""


def test_the_page_works_where_site_data_is_blocked(new_page: NewPage, page: Page) -> None:
    page.add_init_script(BLOCK)
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    add(page)
    edit(page, "Ada Lovelace")
    fill(page, name="Ada King")
    page.get_by_test_id("submit").click()
    expect(row(page, "Ada King")).to_be_visible()
    delete(page, "Ada King")
    page.get_by_role("button", name="Colour mode").click()
    expect(page.locator("html.dark")).to_have_count(1)
    fill(page, name="Half")
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()


def test_who_blocks_cookies_too_is_shown_what_the_page_needs(
    server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    page = context.new_page()
    page.add_init_script(BLOCK)
    # The socket waits for this script, and then there is no cookie any more.
    page.route("**/session.js", lambda route: (context.clear_cookies(), route.fulfill(body="")))
    page.goto(server.url)
    expect(page.get_by_text("Your browser blocks cookies for this page.")).to_be_visible()


@pytest.mark.parametrize("token", ["junk", "x" * 10_000, ""], ids=["short", "long", "empty"])
def test_a_token_that_is_none_is_replaced(page: Page, token: str) -> None:
    page.evaluate("token => sessionStorage.setItem('token', token)", token)
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    add(page)
