"""The right column: Add, View or Edit, each with an address, and Back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage
from tests.browser.steps import add, ask_to_delete, edit, field, fill, form_message, row, search
from tests.factories import ADA
from tests.server import Server

GRACE = {"name": "Grace Hopper", "email": "grace@navy.example", "company": "US Navy"}


def panel(page: Page) -> Locator:
    return page.get_by_test_id("contact-panel")


def view(page: Page, name: str) -> None:
    """Open a contact by its name and wait until it is there."""
    row(page, name).get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_test_id("contact-name")).to_have_text(name)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """The page of a visitor with two contacts, Grace above Ada."""
    page = new_page()
    add(page)
    add(page, **GRACE, phone="", notes="")
    return page


def test_a_contact_is_shown_with_all_there_is(page: Page) -> None:
    view(page, "Ada Lovelace")
    for value in ADA.values():
        expect(panel(page)).to_contain_text(value)
    expect(panel(page)).to_contain_text(re.compile(r"Added \w{3} \d+, \d{4}"))
    expect(panel(page).get_by_role("link", name=ADA["email"])).to_have_attribute(
        "href", f"mailto:{ADA['email']}"
    )
    expect(panel(page).get_by_role("link", name=ADA["phone"])).to_have_attribute(
        "href", "tel:+442079460958"
    )
    view(page, "Grace Hopper")
    expect(panel(page)).not_to_contain_text("Notes")
    expect(page.get_by_test_id("copy-phone")).to_have_count(0)
    assert violations(page) == []


def test_pointing_anywhere_in_a_row_opens_it(page: Page) -> None:
    row(page, "Ada Lovelace").click(position={"x": 400, "y": 60})
    expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    expect(row(page, "Ada Lovelace")).to_have_css("background-color", re.compile("oklab|oklch|rgb"))


def test_the_opened_contact_has_an_address_and_back_closes_it(page: Page, server: Server) -> None:
    view(page, "Ada Lovelace")
    assert re.fullmatch(rf"{server.url}/\?contact=[\w-]{{36}}", page.url)
    page.reload()
    expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    page.goto(server.url)
    view(page, "Ada Lovelace")
    page.go_back()
    expect(panel(page)).to_have_count(0)
    expect(field(page, "name")).to_be_visible()
    page.go_forward()
    expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)
    assert page.url == f"{server.url}/"


def test_a_contact_that_is_gone_says_so(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?contact=0192d1c8-0000-7000-8000-000000000000")
    expect(panel(page)).to_contain_text("This contact no longer exists")
    page.get_by_test_id("close-panel").click()
    expect(panel(page)).to_have_count(0)


def test_the_arrows_open_the_contacts_beside_it(page: Page) -> None:
    view(page, "Grace Hopper")
    expect(page.get_by_test_id("previous-contact")).to_be_disabled()
    page.get_by_test_id("next-contact").click()
    expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    expect(page.get_by_test_id("next-contact")).to_be_disabled()
    page.get_by_test_id("previous-contact").click()
    expect(page.get_by_test_id("contact-name")).to_have_text("Grace Hopper")
    page.go_back()
    expect(panel(page)).to_have_count(0)


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


def test_a_deleted_contact_is_closed(page: Page) -> None:
    view(page, "Ada Lovelace")
    panel(page).get_by_test_id("delete").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Delete Ada Lovelace?")
    page.get_by_test_id("confirm-delete").click()
    expect(panel(page)).to_have_count(0)
    expect(row(page, "Ada Lovelace")).to_have_count(0)


def test_a_contact_outside_the_search_stays_open(page: Page) -> None:
    view(page, "Ada Lovelace")
    search(page, "grace")
    expect(row(page, "Ada Lovelace")).to_have_count(0)
    expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    page.reload()
    expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    expect(page.get_by_test_id("next-contact")).to_be_disabled()


def test_what_another_tab_changed_is_asked_about_before_it_is_deleted(
    page: Page, new_page: NewPage
) -> None:
    ask_to_delete(page, "Ada Lovelace")
    other = new_page(context=page.context)
    edit(other, "Ada Lovelace")
    fill(other, name="Ada King")
    other.get_by_test_id("submit").click()
    expect(form_message(other)).to_have_text("Contact updated")
    page.get_by_test_id("confirm-delete").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Delete Ada King?")
    expect(page.get_by_role("alert")).to_have_text(
        "This contact was changed meanwhile. Delete it all the same?"
    )
    page.get_by_test_id("confirm-delete").click()
    expect(row(page, "Ada King")).to_have_count(0)


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


def test_an_email_is_copied(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    add(page)
    row(page, "Ada Lovelace").hover()
    row(page, "Ada Lovelace").get_by_test_id("copy-email").click()
    expect(row(page, "Ada Lovelace").get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == ADA["email"]


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_a_contact_fills_the_screen(new_page: NewPage, scheme: str) -> None:
    phone = new_page(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme=scheme
    )
    phone.get_by_test_id("add-contact").click()
    add(phone)
    phone.keyboard.press("Escape")
    row(phone, "Ada Lovelace").tap()
    expect(phone.get_by_role("dialog", name="Contact")).to_be_visible()
    for name, href in {
        "call": "tel:+442079460958",
        "text": "sms:+442079460958",
        "email": f"mailto:{ADA['email']}",
    }.items():
        expect(phone.get_by_test_id(name)).to_have_attribute("href", href)
    assert violations(phone) == []
    phone.get_by_test_id("close-panel").click()
    expect(panel(phone)).to_have_count(0)
    expect(row(phone, "Ada Lovelace").get_by_role("button").first).to_be_focused()


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


def test_a_contact_that_is_deleted_while_it_is_edited_is_closed_too(page: Page) -> None:
    view(page, "Ada Lovelace")
    panel(page).get_by_test_id("edit").click()
    expect(field(page, "name")).to_have_value("Ada Lovelace")
    ask_to_delete(page, "Ada Lovelace")
    page.get_by_test_id("confirm-delete").click()
    expect(row(page, "Ada Lovelace")).to_have_count(0)
    expect(panel(page)).to_have_count(0)
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible()
    expect(page.get_by_text("This contact no longer exists")).to_have_count(0)


def test_the_opened_contact_is_as_it_is_now(page: Page, new_page: NewPage) -> None:
    other = new_page(context=page.context)
    edit(other, "Ada Lovelace")
    fill(other, notes="from the other tab")
    other.get_by_test_id("submit").click()
    expect(form_message(other)).to_have_text("Contact updated")
    view(page, "Ada Lovelace")
    expect(panel(page)).to_contain_text("from the other tab")


def test_a_deletion_that_fails_after_a_reload_asks_again(page: Page, new_page: NewPage) -> None:
    other = new_page(context=page.context)
    edit(other, "Ada Lovelace")
    fill(other, name="Ada King")
    other.get_by_test_id("submit").click()
    expect(form_message(other)).to_have_text("Contact updated")
    other.close()
    contact_id = row(page, "Ada Lovelace").get_attribute("data-contact-id")
    page.evaluate(
        """contactId => {
            const draft = {contactId, version: 1, name: "Ada Lovelace", isPending: true,
                wasSent: true, key: "0192d1c8-0000-7000-8000-000000000000"};
            sessionStorage.setItem(`crm-draft:${crmAccount}:deletion`, JSON.stringify(draft));
        }""",
        contact_id,
    )
    page.reload()
    expect(page.get_by_role("alertdialog")).to_contain_text("Delete Ada King?")
    page.get_by_test_id("cancel-delete").click()
    expect(row(page, "Ada King")).to_be_visible()


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


def test_editing_what_another_tab_deleted_says_that_it_is_gone(
    page: Page, new_page: NewPage
) -> None:
    view(page, "Ada Lovelace")
    other = new_page(context=page.context)
    ask_to_delete(other, "Ada Lovelace")
    other.get_by_test_id("confirm-delete").click()
    expect(row(other, "Ada Lovelace")).to_have_count(0)
    panel(page).get_by_test_id("edit").click()
    expect(panel(page)).to_contain_text("This contact no longer exists")
    expect(row(page, "Ada Lovelace")).to_have_count(0)


def test_closing_a_contact_returns_the_focus_to_its_row(page: Page) -> None:
    view(page, "Ada Lovelace")
    page.get_by_test_id("close-panel").click()
    expect(row(page, "Ada Lovelace").get_by_role("button").first).to_be_focused()


def test_on_paper_all_is_black_on_white(new_page: NewPage) -> None:
    page = new_page(color_scheme="dark")
    add(page)
    page.emulate_media(media="print", color_scheme="dark")
    for shown in (row(page, "Ada Lovelace").get_by_role("button").first, page.locator("h2").first):
        expect(shown).to_have_css("color", "rgb(0, 0, 0)")
    expect(row(page, "Ada Lovelace")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.get_by_test_id("contact-form")).to_be_hidden()
