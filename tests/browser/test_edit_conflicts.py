"""Two tabs edit one contact: both values are shown, either can be taken, nothing is lost."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage
from tests.browser.steps import add, edit, field, fill, form_message, row
from tests.factories import ADA


def note(page: Page, name: str) -> Locator:
    return page.locator(f"[data-other={name}]")


def save(page: Page) -> None:
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("submit")).to_be_enabled()


@pytest.fixture
def second(new_page: NewPage, page: Page) -> Page:
    """Another tab, with the contact open like in the first."""
    add(page)
    second = new_page(context=page.context)
    edit(page, "Ada Lovelace")
    edit(second, "Ada Lovelace")
    return second


def collide(page: Page, second: Page) -> None:
    """Let the second tab change four fields, of which the first changed two otherwise."""
    fill(second, name="Ada King", company="", phone="555", notes="")
    save(second)
    expect(form_message(second)).to_have_text("Contact updated")
    fill(page, name="Ada Byron", notes="Countess\nof Lovelace")
    save(page)
    expect(form_message(page)).to_contain_text("This contact was changed meanwhile: name, notes.")
    expect(form_message(page)).to_contain_text("Filled in from there: company, phone.")


def test_fields_that_do_not_collide_are_merged_and_said(page: Page, second: Page) -> None:
    fill(second, phone="555", notes="")
    save(second)
    fill(page, name="Ada King")
    save(page)
    expect(form_message(page)).to_have_text(
        "Contact updated. Changed meanwhile and kept: phone, notes."
    )
    expect(row(page, "Ada King")).to_contain_text("555")
    expect(row(page, "Ada King")).not_to_contain_text(ADA["notes"])


def test_both_values_are_shown_and_mine_can_stay(page: Page, second: Page) -> None:
    collide(page, second)
    expect(field(page, "name")).to_have_value("Ada Byron")
    expect(note(page, "name")).to_contain_text("Saved: Ada King")
    expect(note(page, "notes")).to_contain_text("Saved: (empty)")
    expect(page.locator("[data-other]:visible")).to_have_count(2)
    expect(field(page, "company")).to_have_value("")
    expect(field(page, "phone")).to_have_value("555")
    expect(row(page, "Ada King")).to_be_visible()
    save(page)
    expect(form_message(page)).to_have_text("Contact updated")
    expect(row(page, "Ada Byron")).to_contain_text("Countess")
    expect(row(page, "Ada Byron")).to_contain_text("555")
    expect(page.locator("[data-other]:visible")).to_have_count(0)


def test_theirs_is_taken_with_the_keyboard_and_mine_comes_back(page: Page, second: Page) -> None:
    collide(page, second)
    expect(field(page, "name")).to_be_focused()
    page.keyboard.press("Tab")
    use_this = page.get_by_role("button", name="Use this for Full name")
    expect(use_this).to_be_focused()
    expect(page.locator("[aria-live]").filter(has=use_this)).to_have_attribute("id", "name-note")
    expect(field(page, "name")).to_have_attribute("aria-describedby", "name-error name-note")
    page.keyboard.press("Enter")
    expect(field(page, "name")).to_have_value("Ada King")
    expect(note(page, "name")).to_contain_text("Yours: Ada Byron")
    expect(use_this).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page, "name")).to_have_value("Ada Byron")
    expect(note(page, "name")).to_contain_text("Saved: Ada King")
    page.keyboard.press("Enter")
    save(page)
    expect(form_message(page)).to_have_text("Contact updated")
    expect(row(page, "Ada King")).to_contain_text("Countess")


def test_the_choice_survives_a_reload(page: Page, second: Page) -> None:
    collide(page, second)
    note(page, "name").get_by_role("button").click()
    page.reload()
    expect(field(page, "name")).to_have_value("Ada King")
    expect(field(page, "phone")).to_have_value("555")
    expect(field(page, "notes")).to_have_value("Countess\nof Lovelace")
    expect(note(page, "name")).to_contain_text("Yours: Ada Byron")
    expect(note(page, "notes")).to_contain_text("Saved: (empty)")
    save(page)
    expect(form_message(page)).to_have_text("Contact updated")
    expect(row(page, "Ada King")).to_contain_text("555")


def test_an_edit_that_was_only_typed_is_merged_after_a_reload(page: Page, second: Page) -> None:
    fill(page, name="Ada King")
    fill(second, notes="There")
    save(second)
    page.reload()
    expect(field(page, "name")).to_have_value("Ada King")
    save(page)
    expect(row(page, "Ada King")).to_contain_text("There")


def test_cancelling_keeps_theirs(page: Page, second: Page) -> None:
    collide(page, second)
    page.get_by_test_id("cancel-edit").click()
    expect(field(page, "name")).to_have_value("")
    expect(page.locator("[data-other]:visible")).to_have_count(0)
    edit(page, "Ada King")
    expect(field(page, "notes")).to_have_value("")


def test_a_third_change_meanwhile_is_another_conflict(page: Page, second: Page) -> None:
    collide(page, second)
    edit(second, "Ada King")
    fill(second, name="Ada, Countess", email="countess@lovelace.example")
    save(second)
    save(page)
    expect(form_message(page)).to_contain_text("This contact was changed meanwhile: name.")
    expect(note(page, "name")).to_contain_text("Saved: Ada, Countess")
    expect(note(page, "notes")).to_be_hidden()
    expect(field(page, "email")).to_have_value("countess@lovelace.example")
    expect(field(page, "notes")).to_have_value("Countess\nof Lovelace")
    save(page)
    expect(row(page, "Ada Byron")).to_contain_text("countess@lovelace.example")


def test_a_draft_without_its_base_conflicts_and_can_replace(page: Page, second: Page) -> None:
    fill(page, name="Ada Byron")
    page.evaluate(
        """() => {
            const name = Object.keys(sessionStorage).find(key => key.startsWith("crm-draft:"));
            const {base, others, ...draft} = JSON.parse(sessionStorage.getItem(name));
            sessionStorage.setItem(name, JSON.stringify(draft));
        }"""
    )
    page.reload()
    expect(field(page, "name")).to_have_value("Ada Byron")
    fill(second, name="Ada King")
    save(second)
    save(page)
    expect(form_message(page)).to_contain_text("Update again to replace it with your text")
    expect(page.locator("[data-other]:visible")).to_have_count(0)
    save(page)
    expect(row(page, "Ada Byron")).to_be_visible()


def test_text_from_elsewhere_is_shown_and_never_run(page: Page, second: Page) -> None:
    evil = "<img src=x onerror=document.title='run'>\u202e reversed"
    fill(second, name=evil)
    save(second)
    fill(page, name="Ada Byron")
    save(page)
    expect(note(page, "name").locator("bdi")).to_have_text(evil)
    assert page.title() == "Contact Manager"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_conflict_fits_and_is_accessible(new_page: NewPage, width: int) -> None:
    second = new_page()
    add(second)
    page = new_page(context=second.context)
    page.set_viewport_size({"width": width, "height": 900})
    for tab in (page, second):
        edit(tab, "Ada Lovelace")
    fill(second, name="L" * 90, phone="5" * 20, company="Other & Co", notes="")
    save(second)
    fill(page, name="Ada Byron", phone="+44 1", company="Here & Co", notes="Mine")
    save(page)
    expect(page.locator("[data-other]:visible")).to_have_count(4)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.locator("[data-swaps]:visible").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 24
        assert box["x"] + box["width"] <= width
