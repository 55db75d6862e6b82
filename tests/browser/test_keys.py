"""The keys of the list and of the opened contact, and the sheet that names them."""

from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage
from tests.browser.steps import add, field, panel, row


def test_a_list_is_worked_through_by_keys(page_with_two: Page) -> None:
    page = page_with_two
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#contacts-heading").focus()
    for key in ("j", "j"):
        page.keyboard.press(key)
        page.wait_for_timeout(300)  # the first loads what the keys do
    ada = row(page, "Ada Lovelace")
    expect(ada.get_by_role("button", name="Ada Lovelace", exact=True)).to_be_focused()
    page.keyboard.press("y")
    expect(ada.get_by_test_id("copy-email")).to_have_attribute("aria-label", "Copied")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    page.keyboard.press("k")
    expect(page.get_by_test_id("contact-name")).to_have_text("Grace Hopper")
    page.keyboard.press("e")
    expect(field(page, "name")).to_be_focused()
    page.keyboard.type("jn#")
    expect(field(page, "name")).to_have_value("Grace Hopperjn#")
    page.keyboard.press("Escape")
    page.get_by_test_id("discard-changes").click()
    expect(panel(page)).to_be_visible()
    page.keyboard.press("#")
    expect(page.get_by_test_id("confirm-dialog")).to_contain_text("Delete Grace Hopper?")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(field(page, "name")).to_be_focused()
    expect(field(page, "name")).to_have_value("")


def test_the_sheet_names_the_keys_and_switches_them_off(new_page: NewPage) -> None:
    page = new_page()
    add(page)
    sheet = page.get_by_test_id("shortcuts")
    page.get_by_role("button", name="all keys").click()
    expect(sheet).to_contain_text("Next, previous")
    assert violations(page) == []
    page.get_by_test_id("single-keys").click()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.reload()
    expect(row(page, "Ada Lovelace")).to_be_visible()
    for key in ("j", "?", "/"):
        page.keyboard.press(key)
        page.wait_for_timeout(100)
    expect(page.locator("body")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("search")).to_be_focused()
