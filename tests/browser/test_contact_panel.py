"""The opened contact: what it shows, its address, and deleting it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage
from tests.browser.steps import (
    add,
    ask_to_delete,
    delete,
    edit,
    field,
    fill,
    form_message,
    panel,
    row,
    search,
    view,
)
from tests.factories import ADA
from tests.server import Server
from tests.tables import add_contacts


@pytest.fixture
def page(page_with_two: Page) -> Page:
    return page_with_two


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
    titles = panel(page).locator("dt").evaluate_all("terms => terms.map(term => term.title)")
    assert titles == ["Email address", "Phone", "Company"]
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
    expect(page.get_by_test_id("restore")).to_have_count(0)
    page.get_by_test_id("close-panel").click()
    expect(panel(page)).to_have_count(0)


def test_a_contact_that_was_deleted_elsewhere_can_be_restored(
    page: Page, new_page: NewPage, server: Server
) -> None:
    view(page, "Ada Lovelace")
    second = new_page(context=page.context)
    delete(second, "Ada Lovelace")
    page.reload()
    expect(panel(page)).to_contain_text("This contact no longer exists")
    panel(page).get_by_test_id("restore").click()
    expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    expect(page.get_by_test_id("history-entry").first).to_contain_text("You restored this contact")


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


def test_the_arrows_keep_the_opened_row_in_sight(page: Page, server: Server) -> None:
    add_contacts(server, 30)
    page.reload()
    rows = page.get_by_test_id("contact-row")
    expect(rows).to_have_count(32)
    rows.first.get_by_role("button").first.click()
    for _ in range(15):
        page.get_by_test_id("next-contact").click()
    expect(rows.nth(15)).to_be_in_viewport(ratio=1)
    expect(rows.first).not_to_be_in_viewport()


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


def test_an_email_is_copied(new_page: NewPage) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    add(page)
    row(page, "Ada Lovelace").hover()
    row(page, "Ada Lovelace").get_by_test_id("copy-email").click()
    expect(row(page, "Ada Lovelace").get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == ADA["email"]


def test_on_a_phone_a_contact_fills_the_screen(phone: Page) -> None:
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
    expect(panel(phone).get_by_test_id("delete")).to_have_css("border-top-width", "1px")
    assert violations(phone) == []
    phone.get_by_test_id("close-panel").click()
    expect(panel(phone)).to_have_count(0)
    expect(row(phone, "Ada Lovelace").get_by_role("button").first).to_be_focused()


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


def test_a_contact_outside_the_list_is_asked_about_as_it_is_now(
    page: Page, new_page: NewPage
) -> None:
    view(page, "Ada Lovelace")
    search(page, "grace")
    expect(row(page, "Ada Lovelace")).to_have_count(0)
    panel(page).get_by_test_id("delete").click()
    other = new_page(context=page.context)
    edit(other, "Ada Lovelace")
    fill(other, name="Ada King")
    other.get_by_test_id("submit").click()
    expect(form_message(other)).to_have_text("Contact updated")
    page.get_by_test_id("confirm-delete").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Delete Ada King?")
    page.get_by_test_id("confirm-delete").click()
    expect(panel(page)).to_have_count(0)
