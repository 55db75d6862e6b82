"""Unsent text outlives reloads, other tabs and deleted contacts."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.steps import add, delete, edit, field, fill, form_message, row
from tests.factories import ADA
from tests.server import Server


def test_a_draft_survives_a_reload(page: Page) -> None:
    fill(page, name="Half a na", notes="first line\nsecond line")
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect(field(page, "name")).to_have_value("Half a na")
    expect(field(page, "notes")).to_have_value("first line\nsecond line")
    fill(page, name="Half a name", email="half@example.com")
    page.get_by_test_id("submit").click()
    expect(row(page, "Half a name")).to_be_visible()
    page.reload()
    expect(row(page, "Half a name")).to_be_visible()
    expect(field(page, "name")).to_have_value("")


def test_an_edit_survives_a_reload_and_a_second_form(page: Page) -> None:
    add(page)
    add(page, name="Grace Hopper", email="grace@navy.example")
    fill(page, name="Third, not sent yet")
    edit(page, "Ada Lovelace")
    fill(page, notes="changed, not sent yet")
    page.reload()
    expect(field(page, "name")).to_have_value("Ada Lovelace")
    expect(field(page, "notes")).to_have_value("changed, not sent yet")
    edit(page, "Grace Hopper")
    expect(field(page, "notes")).to_have_value(ADA["notes"])
    edit(page, "Ada Lovelace")
    expect(field(page, "notes")).to_have_value("changed, not sent yet")
    page.get_by_test_id("submit").click()
    expect(row(page, "Ada Lovelace")).to_contain_text("changed, not sent yet")
    expect(field(page, "name")).to_have_value("Third, not sent yet")


def test_a_draft_stays_its_own_when_the_browser_restores_the_fields(
    page: Page, server: Server
) -> None:
    add(page)
    fill(page, name="My draft", notes="precious")
    edit(page, "Ada Lovelace")
    page.goto(f"{server.url}/api/docs")
    page.go_back()
    expect(field(page, "name")).to_have_value("Ada Lovelace")
    page.get_by_test_id("cancel-edit").click()
    expect(field(page, "name")).to_have_value("My draft")
    expect(field(page, "notes")).to_have_value("precious")


def test_text_for_a_missing_contact_is_kept(new_page: NewPage, page: Page) -> None:
    add(page)
    second = new_page(context=page.context)
    edit(page, "Ada Lovelace")
    fill(page, notes="typed meanwhile")
    delete(second, "Ada Lovelace")
    page.get_by_test_id("submit").click()
    expect(form_message(page)).to_have_text("This contact no longer exists")
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect(field(page, "notes")).to_have_value("typed meanwhile")
    page.get_by_test_id("submit").click()
    expect(row(page, "Ada Lovelace")).to_contain_text("typed meanwhile")


@pytest.mark.parametrize("meanwhile", ["nothing", "edited", "deleted"])
def test_a_copied_tab_never_takes_a_text_for_another(page: Page, meanwhile: str) -> None:
    fill(page, name="Anna", email="anna@example.com")
    with page.expect_popup() as popup:  # the copy has the draft, its key too
        page.evaluate("window.open('/')")
    copy = popup.value
    expect(field(copy, "name")).to_have_value("Anna")
    page.get_by_test_id("submit").click()
    expect(row(page, "Anna")).to_be_visible()
    if meanwhile == "edited":
        edit(page, "Anna")
        fill(page, notes="changed")
        page.get_by_test_id("submit").click()
        expect(row(page, "Anna")).to_contain_text("changed")
    if meanwhile == "deleted":
        delete(page, "Anna")
    fill(copy, name="Berta", email="berta@example.com")
    copy.get_by_test_id("submit").click()
    expect(form_message(copy)).to_contain_text("This form was sent before")
    expect(field(copy, "name")).to_have_value("Berta")
    copy.get_by_test_id("submit").click()
    expect(row(copy, "Berta")).to_be_visible()


def test_a_form_that_was_sent_is_sent_again_after_a_reload_and_another_once_refused(
    page: Page,
) -> None:
    fill(page, name="Ada", email="not valid yet")
    first = draft(page)
    # Sent, and the acknowledgement lost: only the draft of the tab is left.
    page.evaluate(
        """draft => {
            const name = Object.keys(sessionStorage).find(name => name.startsWith("crm-draft:"));
            sessionStorage.setItem(name, JSON.stringify(draft));
        }""",
        first | {"isPending": True, "wasSent": True},
    )
    page.reload()
    expect(field(page, "email")).to_have_attribute("aria-invalid", "true")
    expect(field(page, "name")).to_have_value("Ada")
    assert draft(page)["key"] != first["key"]


def draft(page: Page) -> dict[str, Any]:
    """Return the draft that the tab keeps."""
    text = page.evaluate("Object.entries(sessionStorage).find(([n]) => n.startsWith('crm-draft:'))")
    return json.loads(text[1])


@pytest.mark.parametrize("text", ["ä" * 6000, "\x01" * 6000], ids=["letters", "controls"])
def test_what_is_too_long_to_be_sent_says_so_and_stays(page: Page, text: str) -> None:
    fill(page, name="Ada", email="ada@example.com", notes=text)
    page.get_by_test_id("submit").click()
    notes = field(page, "notes")
    expect(notes).to_have_js_property(
        "validationMessage", "This is too long to be sent: 6000 characters."
    )
    expect(notes).to_have_value(text)
    fill(page, notes="shorter")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("form-message")).to_have_text("Contact created")


def test_a_message_goes_with_a_page_load_and_not_with_a_reconnect(
    page: Page, server: Server, watch: Watch
) -> None:
    fill(page, name="Ada", email="nonsense")
    page.get_by_test_id("submit").click()
    expect(field(page, "email")).to_have_attribute("aria-invalid", "true")
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    expect(page.get_by_test_id("reconnecting")).to_be_visible()
    expect(page.get_by_test_id("reconnecting")).to_be_hidden(timeout=15_000)
    expect(field(page, "email")).to_have_attribute("aria-invalid", "true")
    expect(form_message(page)).to_have_text("Please check the marked fields")
    fill(page, name="", email="")
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect(form_message(page)).to_be_empty()
    expect(field(page, "email")).to_have_attribute("aria-invalid", "false")
