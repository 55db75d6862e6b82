"""The first visit: an empty list, sample contacts, and Undo."""

import re

from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage
from tests.browser.steps import add, delete, edit, fill, form_message, labels_of, row

ADDED = "25 sample contacts added"


def load(page: Page) -> None:
    page.get_by_test_id("load-samples").click()
    expect(page.get_by_test_id("contact-row")).to_have_count(25)


def test_a_click_loads_them_and_undo_removes_them(page: Page) -> None:
    labels = labels_of(page, "load-samples")
    load(page)
    expect(page.get_by_test_id("contact-count")).to_have_text("25")
    expect(page.get_by_test_id("notice")).to_contain_text(ADDED)
    expect(page.get_by_test_id("empty-state")).to_have_count(0)
    assert "Loading... true" in labels.json_value()
    page.reload()
    expect(page.get_by_test_id("contact-row")).to_have_count(25)
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("empty-state")).to_contain_text("No contacts yet")
    expect(page.get_by_test_id("notice")).to_have_text("Sample contacts removed")
    load(page)


def test_undo_keeps_what_was_changed(page: Page) -> None:
    load(page)
    edit(page, "Mara Lindqvist")
    fill(page, notes="Called back.")
    page.get_by_test_id("submit").click()
    expect(form_message(page)).to_have_text("Contact updated")
    add(page)
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("notice")).to_have_text(
        "24 sample contacts removed. 1 was changed and stays."
    )
    expect(page.get_by_test_id("contact-row")).to_have_count(2)
    expect(row(page, "Mara Lindqvist")).to_be_visible()
    expect(row(page, "Ada Lovelace")).to_be_visible()


def test_a_double_click_loads_them_once(page: Page) -> None:
    page.get_by_test_id("load-samples").dblclick()
    expect(page.get_by_test_id("contact-count")).to_have_text("25")
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("contact-count")).to_have_text("25")
    expect(page.get_by_test_id("notice")).to_have_count(1)
    expect(page.get_by_test_id("notice")).to_contain_text(ADDED)


def test_by_keyboard_the_focus_stays_near(page: Page) -> None:
    page.get_by_test_id("load-samples").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("contact-row")).to_have_count(25)
    expect(page.locator("#contacts-heading")).to_be_focused()
    page.get_by_test_id("undo").focus()
    page.keyboard.press("Space")
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect(page.locator("#contacts-heading")).to_be_focused()


def test_they_are_offered_while_there_are_no_contacts(page: Page) -> None:
    add(page)
    expect(page.get_by_test_id("load-samples")).to_have_count(0)
    page.get_by_test_id("search").fill("smyth")
    expect(page.get_by_test_id("no-match")).to_be_visible()
    expect(page.get_by_test_id("load-samples")).to_have_count(0)
    page.get_by_test_id("search").fill("")
    delete(page, "Ada Lovelace")
    expect(page.get_by_test_id("load-samples")).to_have_text("Load 25 sample contacts")


def test_a_tab_that_shows_an_old_empty_list_is_refused(new_page: NewPage, page: Page) -> None:
    add(page)
    delete(page, "Ada Lovelace")
    other = new_page(context=page.context)
    add(page, name="Grace Hopper")
    other.get_by_test_id("load-samples").click()
    expect(other.get_by_test_id("notice")).to_have_text(re.compile("You have contacts already"))
    expect(other.get_by_test_id("contact-row")).to_have_count(1)


def test_on_phones_add_contact_is_the_primary_button(phone: Page) -> None:
    add_button, samples = phone.get_by_test_id("empty-add"), phone.get_by_test_id("load-samples")
    color = "element => getComputedStyle(element).backgroundColor"
    assert add_button.evaluate(color) != samples.evaluate(color) == "rgba(0, 0, 0, 0)"
    box = samples.bounding_box()
    assert box
    assert box["height"] >= 44
    samples.tap()
    expect(phone.get_by_test_id("contact-row")).to_have_count(25)
    phone.get_by_test_id("undo").tap()
    expect(phone.get_by_test_id("empty-state")).to_be_visible()


def test_the_empty_list_is_accessible(page: Page) -> None:
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    assert violations(page) == []
    load(page)
    assert violations(page) == []


def test_the_hint_names_the_form_while_it_is_beside_the_list(page: Page, phone: Page) -> None:
    hint, add_button = page.get_by_test_id("empty-state").locator("p").nth(1), "empty-add"
    expect(hint).to_have_text(
        "Add the first person with the form on the right.", use_inner_text=True
    )
    expect(page.get_by_test_id(add_button)).to_be_hidden()
    page.get_by_test_id("close-form").click()
    expect(hint).to_have_text("Add the first person.", use_inner_text=True)
    page.get_by_test_id(add_button).click()
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible()
    expect(page.get_by_test_id(add_button)).to_be_hidden()
    hint = phone.get_by_test_id("empty-state").locator("p").nth(1)
    expect(hint).to_have_text("Add the first person.", use_inner_text=True)
