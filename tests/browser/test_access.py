"""The page for everybody: the rules of WCAG, colour modes, forced colours, keyboard, motion."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import SIZES, NewPage
from tests.browser.steps import add, ask_to_delete, edit, field, fill, row, search, view


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_colours_are_those_of_the_system(new_page: NewPage, mode: str) -> None:
    page = new_page(color_scheme=mode)
    assert page.evaluate("document.documentElement.classList.contains('dark')") == (mode == "dark")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_focus_and_errors_change_the_border_of_a_field(new_page: NewPage, mode: str) -> None:
    page = new_page(color_scheme=mode)
    colour = "input => getComputedStyle(input).borderTopColor"
    at_rest = field(page, "name").evaluate(colour)
    field(page, "name").focus()
    focused = field(page, "name").evaluate(colour)
    page.get_by_test_id("submit").click()
    expect(field(page, "email")).to_have_attribute("aria-invalid", "true")
    assert len({at_rest, focused, field(page, "email").evaluate(colour)}) == 3


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_no_accessibility_rule_is_broken(new_page: NewPage, size: Any) -> None:
    page = new_page(viewport=size)
    is_phone = size["width"] < 640
    assert violations(page) == []  # empty list
    if is_phone:
        page.get_by_test_id("add-contact").click()
    fill(page, name="Ada", email="x")
    page.get_by_test_id("submit").click()
    expect(field(page, "email")).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []  # field errors, and the sheet on a phone
    add(page)
    assert violations(page) == []  # message of success
    if is_phone:
        page.keyboard.press("Escape")
    add_second(page, is_phone)
    ask_to_delete(page, "Grace Hopper")
    assert violations(page) == []  # dialog
    page.get_by_test_id("confirm-delete").click()
    expect(page.get_by_test_id("notice")).to_be_visible()
    assert violations(page) == []  # notice
    page.get_by_test_id("account-menu").click()
    assert violations(page) == []  # menu
    page.keyboard.press("Escape")
    search(page, "smyth")
    expect(page.get_by_test_id("no-match")).to_be_visible()
    assert violations(page) == []  # nothing matches
    search(page, "")
    view(page, "Ada Lovelace")
    assert violations(page) == []  # opened contact
    page.keyboard.press("Escape")
    edit(page, "Ada Lovelace")
    assert violations(page) == []  # edit form, open row
    fill(page, notes="")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keep editing")).to_be_focused()
    assert violations(page) == []  # question before changes are lost


def add_second(page: Page, is_phone: bool) -> None:
    if is_phone:
        page.get_by_test_id("add-contact").click()
    add(page, name="Grace Hopper", email="grace@navy.example")
    if is_phone:
        page.keyboard.press("Escape")


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    keys = page.keyboard
    field(page, "name").focus()
    for value in ("Ada", "ada@example.com", "", "", ""):
        keys.type(value)
        keys.press("Tab")
    expect(page.get_by_test_id("submit")).to_be_focused()
    assert (
        page.get_by_test_id("submit").evaluate("button => getComputedStyle(button).outlineStyle")
        == "solid"
    )
    keys.press("Enter")
    expect(row(page, "Ada")).to_be_visible()
    page.get_by_role("link", name="ada@example.com").focus()
    keys.press("Tab")
    expect(row(page, "Ada").get_by_test_id("copy-email")).to_be_focused()
    keys.press("Tab")
    expect(row(page, "Ada").get_by_test_id("edit")).to_be_focused()
    expect(row(page, "Ada").get_by_test_id("edit").locator("..")).to_have_css("opacity", "1")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_test_id("cancel-delete")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_test_id("empty-state")).to_be_visible()


def test_the_colour_mode_is_kept(page: Page) -> None:
    page.get_by_role("button", name="Colour mode").click()
    expect(page.locator("html.dark")).to_have_count(1)
    page.reload()
    expect(page.locator("html.dark")).to_have_count(1)


def test_motion_is_off_where_it_is_not_wanted(new_page: NewPage) -> None:
    page = new_page(reduced_motion="reduce")
    add(page)
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(element => {
            const style = getComputedStyle(element);
            return style.animationName !== "none" ||
                (style.transitionProperty !== "none" && parseFloat(style.transitionDuration) > 0);
        }).map(element => element.outerHTML.slice(0, 80))"""
    )
    assert moving == []


def test_with_forced_colours_buttons_and_messages_have_an_edge(new_page: NewPage) -> None:
    page = new_page(forced_colors="active")
    add(page)
    ask_to_delete(page, "Ada Lovelace")
    for test_id in ("submit", "confirm-delete", "nav-contacts"):
        expect(page.get_by_test_id(test_id)).to_have_css("border-top-width", "1px")
    page.get_by_test_id("confirm-delete").click()
    expect(page.get_by_test_id("notice")).to_have_css("border-top-width", "1px")
    fill(page, name="")
    page.get_by_test_id("submit").click()
    message = page.get_by_test_id("form-message").locator("*").first
    expect(message).to_have_css("border-top-width", "1px")
