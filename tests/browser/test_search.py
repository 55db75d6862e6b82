"""Search: matches are marked, and a search without one leads on."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage
from tests.browser.steps import add, field, row, search


def marks(page: Page) -> list[str]:
    return page.locator("[data-testid=contact-row] mark:visible").all_text_contents()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_matches_are_marked_where_they_are(new_page: NewPage, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    add(page, name="Łucja Brandt", email="lucja@example.com", phone="+48 22 555 01 84", notes="tea")
    assert marks(page) == []
    search(page, "lucja 2255501 tea")
    expect(page.locator("mark").first).to_be_visible()
    assert marks(page) == ["Łucja", "lucja", "22 555 01"]
    expect(page.get_by_title("tea")).to_have_css("border-radius", "2px")  # notes have no room
    expect(page.get_by_role("status").filter(has_text="1 contact")).to_be_attached()
    assert violations(page) == []
    search(page, "")
    expect(page.locator("mark")).to_have_count(0)


def test_phones_show_the_field_that_matched(page: Page) -> None:
    add(page, name="Ada", company="Engines", notes="tea at five")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(row(page, "Ada").get_by_text("Engines").first).to_be_visible()
    search(page, "five")
    expect(page.locator("mark:visible")).to_have_text("five")
    assert marks(page) == ["five"]
    expect(row(page, "Ada").get_by_text("Engines").locator("visible=true")).to_have_count(0)


def test_a_spelling_that_matches_is_offered(page: Page) -> None:
    add(page, name="Łucja Brandt")
    search(page, "Brantd")
    button = page.get_by_test_id("did-you-mean")
    expect(button).to_have_text("brandt1")
    assert violations(page) == []
    button.click()
    expect(row(page, "Łucja Brandt")).to_be_visible()
    expect(page.get_by_test_id("search")).to_have_value("brandt")
    page.go_back()
    expect(page.get_by_test_id("no-match")).to_contain_text("No match for “Brantd”")


def test_what_was_searched_for_becomes_a_contact(page: Page) -> None:
    add(page)
    search(page, "brantd")
    page.get_by_test_id("add-from-search").click()
    expect(field(page, "name")).to_have_value("brantd")
    expect(field(page, "name")).to_be_focused()
