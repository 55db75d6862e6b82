"""The right column: Add, View or Edit; its addresses, Back and the focus."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage
from tests.browser.steps import (
    add,
    edit,
    field,
    fill,
    panel,
    row,
    search,
    view,
)
from tests.server import Server


@pytest.fixture
def page(page_with_two: Page) -> Page:
    return page_with_two


def test_editing_leads_back_to_the_opened_contact(page: Page) -> None:
    view(page, "Ada Lovelace")
    panel(page).get_by_test_id("edit").click()
    expect(field(page, "name")).to_have_value("Ada Lovelace")
    fill(page, phone="+44 1")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    expect(page.get_by_text("Was +44 20 7946 0958")).to_be_visible()
    page.get_by_test_id("submit").click()
    expect(panel(page)).to_contain_text("+44 1")
    panel(page).get_by_test_id("edit").click()
    page.get_by_test_id("cancel-edit").click()
    expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    expect(panel(page).get_by_test_id("edit")).to_be_focused()


def test_the_draft_of_a_new_contact_outlives_what_is_opened(page: Page) -> None:
    fill(page, name="Half a name")
    view(page, "Ada Lovelace")
    page.get_by_test_id("close-panel").click()
    expect(field(page, "name")).to_have_value("Half a name")


def test_a_closed_column_stays_closed_and_the_list_takes_its_width(page: Page) -> None:
    width = "element => element.getBoundingClientRect().width"
    before = page.get_by_test_id("contact-list").evaluate(width)
    page.get_by_test_id("close-form").click()
    expect(field(page, "name")).to_be_hidden()
    assert page.get_by_test_id("contact-list").evaluate(width) > before + 300
    page.reload()
    expect(row(page, "Ada Lovelace")).to_be_visible()
    expect(field(page, "name")).to_be_hidden()
    view(page, "Ada Lovelace")
    page.keyboard.press("Escape")
    expect(field(page, "name")).to_be_hidden()
    page.get_by_test_id("add-contact").click()
    expect(field(page, "name")).to_be_focused()


def test_searches_and_sheets_are_undone_by_back(page: Page, phone: Page) -> None:
    search(page, "ada")
    expect(page.get_by_test_id("contact-row")).to_have_count(1)
    search(page, "grace")
    expect(row(page, "Grace Hopper")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("search")).to_have_value("ada")
    expect(row(page, "Ada Lovelace")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("contact-row")).to_have_count(2)
    phone.get_by_test_id("add-contact").click()
    fill(phone, name="Half")
    phone.go_back()
    expect(field(phone, "name")).to_be_hidden()
    phone.get_by_test_id("add-contact").click()
    expect(field(phone, "name")).to_have_value("Half")


def test_the_first_contacts_need_no_script(
    new_context: Callable[..., BrowserContext], page: Page, server: Server
) -> None:
    cookies = page.context.storage_state()
    plain = new_context(storage_state=cookies, java_script_enabled=False).new_page()
    plain.goto(server.url)
    expect(plain.get_by_test_id("contact-row")).to_have_count(2)
    expect(plain.get_by_test_id("contact-count")).to_have_text("2")
    expect(plain.get_by_test_id("skeleton")).to_be_hidden()


def test_add_shows_an_empty_form_whatever_was_edited(page: Page) -> None:
    edit(page, "Ada Lovelace")
    view(page, "Grace Hopper")
    page.get_by_test_id("add-contact").click()
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible()
    expect(field(page, "name")).to_have_value("")
    expect(field(page, "name")).to_be_focused()


def test_a_contact_is_closed_where_the_address_has_a_hash(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/#x")
    view(page, "Ada Lovelace")
    page.get_by_test_id("close-panel").click()
    expect(panel(page)).to_have_count(0)
    view(page, "Grace Hopper")
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)


def test_a_sheet_that_is_used_again_stays_open(phone: Page) -> None:
    phone.get_by_test_id("add-contact").click()
    add(phone)
    phone.get_by_test_id("close-form").click()
    phone.get_by_test_id("add-contact").click()
    phone.wait_for_timeout(3500)
    expect(field(phone, "name")).to_be_visible()


def test_editing_begins_in_the_name(page: Page) -> None:
    view(page, "Ada Lovelace")
    panel(page).get_by_test_id("edit").press("Enter")
    expect(field(page, "name")).to_be_focused()


def test_closing_a_contact_returns_the_focus_to_its_row(page: Page) -> None:
    view(page, "Ada Lovelace")
    page.get_by_test_id("close-panel").click()
    expect(row(page, "Ada Lovelace").get_by_role("button").first).to_be_focused()


def test_on_paper_all_is_black_on_white(new_page: NewPage) -> None:
    page = new_page(color_scheme="dark")
    add(page)
    page.emulate_media(media="print", color_scheme="dark")
    colours = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3))
            .map(e => getComputedStyle(e).color)"""
    )
    assert len(colours) > 5
    assert set(colours) == {"rgb(0, 0, 0)"}
    expect(row(page, "Ada Lovelace")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.get_by_test_id("contact-form")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_an_opened_contact_is_printed_below_the_list(new_page: NewPage, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 800}, color_scheme="dark")
    if width < 1024:
        page.get_by_test_id("add-contact").click()
    add(page, notes="Line\n" * 60)
    if width < 1024:
        page.keyboard.press("Escape")
    view(page, "Ada Lovelace")
    page.emulate_media(media="print", color_scheme="dark")
    for shown in (page.get_by_test_id("contact-name"), panel(page).get_by_text("Line").last):
        expect(shown).to_have_css("color", "rgb(0, 0, 0)")
        expect(shown).to_have_css("background-color", "rgb(255, 255, 255)")
    for button in panel(page).get_by_role("button").all():
        expect(button).to_be_hidden()
    listed, opened = (it.bounding_box() for it in (row(page, "Ada Lovelace"), panel(page)))
    assert listed
    assert opened
    assert opened["y"] >= listed["y"] + listed["height"]
    assert opened["height"] > 1200  # nothing is left to be scrolled to


def test_leaving_an_edit_with_changes_asks_first(page: Page) -> None:
    view(page, "Ada Lovelace")
    panel(page).get_by_test_id("edit").click()
    fill(page, phone="+44 1")
    page.keyboard.press("Escape")
    expect(page.get_by_role("group", name="You have unsaved changes.")).to_be_visible()
    expect(page.get_by_role("button", name="Keep editing")).to_be_focused()
    expect(page.get_by_test_id("submit")).to_have_count(0)
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(field(page, "phone")).to_be_focused()
    expect(field(page, "phone")).to_have_value("+44 1")
    page.get_by_test_id("close-form").click()
    page.get_by_role("button", name="Discard changes").click()
    expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    expect(panel(page).get_by_test_id("edit")).to_be_focused()
    panel(page).get_by_test_id("edit").click()
    expect(field(page, "phone")).to_have_value("+44 20 7946 0958")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("contact-name")).to_be_visible()
