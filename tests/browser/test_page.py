"""The page at every width: sheets, forms, addresses."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage, Watch
from tests.browser.steps import add, ask_to_delete, edit, field, fill, search
from tests.server import Server

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 2


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("width", [320, 390, 768, 1023, 1024, 1280, 1920])
def test_nothing_scrolls_sideways(new_page: NewPage, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    if width < 1024:
        page.get_by_test_id("add-contact").click()
    add(page, name=LONG, email=f"{'l' * 60}@{'d' * 60}.example", company=LONG, notes=LONG * 5)
    page.keyboard.press("Escape")
    assert not scrolls_sideways(page)
    ask_to_delete(page, LONG)
    assert not scrolls_sideways(page)
    page.get_by_test_id("cancel-delete").click()
    if width < 640:
        page.get_by_test_id("close-panel").click()
    search(page, "w" * 150)
    expect(page.get_by_test_id("no-match")).to_be_visible()
    assert not scrolls_sideways(page)


def test_at_double_size_the_page_is_that_of_a_small_screen(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    expect(page.get_by_test_id("add-contact")).to_be_visible()
    page.get_by_test_id("add-contact").click()
    page.get_by_test_id("submit").scroll_into_view_if_needed()
    expect(page.get_by_test_id("submit")).to_be_in_viewport()
    assert not scrolls_sideways(page)


def test_the_sheet_of_small_screens(phone: Page) -> None:
    sheet = phone.get_by_role("dialog")
    expect(field(phone, "name")).to_be_hidden()
    phone.get_by_test_id("add-contact").click()
    expect(sheet).to_be_visible()
    expect(field(phone, "name")).to_be_focused()
    assert phone.locator("header").evaluate("header => header.inert")
    fill(phone, name="Half")
    phone.keyboard.press("Escape")
    expect(field(phone, "name")).to_be_hidden()
    expect(phone.get_by_test_id("add-contact")).to_be_focused()
    phone.get_by_test_id("add-contact").click()
    expect(field(phone, "name")).to_have_value("Half")
    phone.get_by_role("button", name="Close form").click()
    expect(field(phone, "name")).to_be_hidden()


def test_the_sheet_closes_by_itself_after_success(phone: Page) -> None:
    phone.get_by_test_id("add-contact").click()
    add(phone)
    expect(field(phone, "name")).to_be_visible()
    expect(field(phone, "name")).to_be_hidden(timeout=5000)
    edit(phone, "Ada Lovelace")
    phone.get_by_test_id("cancel-edit").click()
    expect(field(phone, "name")).to_be_hidden()


def test_the_form_opens_for_a_new_contact_after_an_edit(phone: Page) -> None:
    phone.get_by_test_id("add-contact").click()
    add(phone)
    phone.keyboard.press("Escape")
    edit(phone, "Ada Lovelace")
    phone.keyboard.press("Escape")
    expect(phone.get_by_test_id("contact-name")).to_be_visible()
    phone.keyboard.press("Escape")
    phone.get_by_test_id("add-contact").click()
    expect(field(phone, "name")).to_have_value("")
    expect(phone.get_by_test_id("submit")).to_have_text("Create contact")


def test_an_edit_on_a_phone_is_still_open_after_a_reload(phone: Page) -> None:
    phone.get_by_test_id("add-contact").click()
    add(phone)
    phone.keyboard.press("Escape")
    edit(phone, "Ada Lovelace")
    fill(phone, notes="typed on the way")
    phone.reload()
    expect(field(phone, "notes")).to_be_visible()
    expect(field(phone, "notes")).to_have_value("typed on the way")


def test_an_address_without_a_page_leads_back(page: Page, server: Server, watch: Watch) -> None:
    response = page.goto(server.url + "/nowhere")
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("heading", name="There is no page here")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Go to your contacts").click()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    watch.console.clear()  # the browser reports the status


def test_fields_are_not_corrected_where_that_would_spoil_them(page: Page) -> None:
    expect(field(page, "name")).to_have_attribute("autocapitalize", "words")
    expect(field(page, "name")).to_have_attribute("spellcheck", "false")
    for attribute, value in (("autocapitalize", "none"), ("autocorrect", "off")):
        expect(field(page, "email")).to_have_attribute(attribute, value)
    expect(field(page, "email")).to_have_attribute("spellcheck", "false")
