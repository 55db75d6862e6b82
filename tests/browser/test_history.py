"""The history of the opened contact, on the page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.steps import add, edit, field, fill, form_message, panel, view


@pytest.fixture
def page(page_with_two: Page) -> Page:
    """Ada is open, whose phone and email were changed."""
    change(page_with_two, "Ada Lovelace", phone="1", email="king@example.com")
    view(page_with_two, "Ada Lovelace")
    return page_with_two


def change(page: Page, name: str, **fields: str) -> None:
    edit(page, name)
    fill(page, **fields)
    page.get_by_test_id("submit").click()
    expect(form_message(page)).to_contain_text("Contact updated")


def test_the_history_follows_each_change(page: Page) -> None:
    entries = page.get_by_test_id("history-entry")
    expect(entries).to_have_text(
        [re.compile("You changed email and phone.*Restore this"), re.compile("You created this")]
    )
    expect(page.get_by_test_id("history")).to_contain_text("Today")
    assert violations(page) == []
    page.get_by_test_id("restore-revision").click()
    expect(page.get_by_test_id("notice")).to_contain_text(
        "Email and phone of Ada Lovelace restored"
    )
    expect(panel(page)).to_contain_text("ada@analytical.engine")
    expect(entries).to_have_count(3)
    expect(entries.first).to_contain_text("You restored email and phone")
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("notice")).to_have_text("Ada Lovelace is as before")
    expect(entries).to_have_count(4)
    page.reload()
    expect(entries).to_have_count(4)


def test_an_email_that_is_used_again_is_put_right_in_the_form(page: Page) -> None:
    page.get_by_test_id("close-panel").click()
    add(page, name="Other", phone="")
    view(page, "Ada Lovelace")
    page.get_by_test_id("restore-revision").click()
    expect(field(page, "email")).to_have_value("ada@analytical.engine")
    expect(field(page, "email")).to_be_focused()
    form = page.get_by_test_id("contact-form")
    expect(form).to_contain_text("A contact with this email already exists")
    expect(form).to_contain_text("Was king@example.com")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    fill(page, email="third@example.com")
    expect(form).not_to_contain_text("A contact with this email already exists")
    page.get_by_test_id("submit").click()
    expect(panel(page)).to_contain_text("third@example.com")
    expect(panel(page)).to_contain_text("+44 20 7946 0958")
