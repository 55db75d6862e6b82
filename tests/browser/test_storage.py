"""What the browser keeps for the page: blocked, or with nonsense in it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.steps import add, delete, edit, fill, row

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


@pytest.mark.parametrize("token", ["junk", "x" * 10_000, ""], ids=["short", "long", "empty"])
def test_a_token_that_is_none_is_replaced(page: Page, token: str) -> None:
    page.evaluate("token => sessionStorage.setItem('token', token)", token)
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    add(page)
