"""The trash and the ways between the views, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import PHONE, SIZES, NewPage
from tests.browser.steps import (
    add,
    delete,
    expect_account,
    field,
    fill,
    open_account,
    row,
    search,
    sign_in,
    sign_up,
)
from tests.server import Server

AT_TRASH = re.compile(r"/trash$")


def trashed(page: Page, name: str = "") -> Locator:
    rows = page.get_by_test_id("trash-row")
    return rows.filter(has_text=name) if name else rows


def delete_two(page: Page) -> None:
    add(page)
    add(page, name="Grace Hopper", email="grace@navy.example", company="")
    delete(page, "Ada Lovelace")
    delete(page, "Grace Hopper")


def open_trash(page: Page) -> None:
    page.get_by_test_id("nav-trash").click()
    expect(page.get_by_test_id("trash")).to_be_visible()


def stays_open(page: Page) -> bool:
    return page.evaluate("window.isSamePage === true")


def test_a_contact_is_restored_from_the_trash_and_undo_moves_it_back(page: Page) -> None:
    delete_two(page)
    open_trash(page)
    expect(page.get_by_test_id("trash-count")).to_have_text("2")
    expect(trashed(page)).to_have_text([re.compile("Grace Hopper"), re.compile("Ada Lovelace")])
    expect(trashed(page).last).to_contain_text(re.compile(r"Deleted by you, today at \d\d:\d\d"))
    expect(trashed(page).last).to_contain_text("30 days left")
    trashed(page, "Ada").get_by_test_id("restore").click()
    expect(trashed(page)).to_have_count(1)
    notice = page.get_by_test_id("notice").filter(has_text="Ada Lovelace restored")
    notice.get_by_test_id("undo").click()
    expect(trashed(page)).to_have_count(2)
    page.get_by_test_id("restore-all").click()
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    expect(page.get_by_test_id("notice").filter(has_text="2 restored")).to_be_visible()
    page.get_by_test_id("nav-contacts").click()
    expect(page.get_by_test_id("contact-row")).to_have_count(2)


def test_the_page_stays_while_views_change_and_back_returns(page: Page) -> None:
    delete_two(page)
    page.evaluate("window.isSamePage = true")
    search(page, "nobody")
    open_trash(page)
    expect(page).to_have_url(AT_TRASH)
    expect(page.get_by_test_id("nav-trash")).to_have_attribute("aria-current", "page")
    expect(page.get_by_test_id("contact-list")).to_be_hidden()
    expect(page.get_by_test_id("search")).to_have_value("")
    page.go_back()
    expect(page.get_by_test_id("search")).to_have_value("nobody")
    expect(page.get_by_test_id("trash")).to_have_count(0)
    page.go_forward()
    expect(trashed(page)).to_have_count(2)
    page.get_by_test_id("search").press_sequentially("ada")
    expect(page).to_have_url(re.compile(r"/\?q=ada$"))
    expect(page.get_by_test_id("contact-list")).to_be_visible()
    page.go_back()
    expect(trashed(page)).to_have_count(2)
    page.get_by_test_id("add-contact").click()
    expect(field(page, "name")).to_be_focused()
    assert stays_open(page)


def test_the_trash_opens_at_its_address_and_after_signing_in(
    new_page: NewPage, server: Server
) -> None:
    page = new_page()
    delete_two(page)
    page.goto(f"{server.url}/trash/")
    expect(trashed(page)).to_have_count(2)
    page.reload()
    expect(trashed(page)).to_have_count(2)
    email, other = sign_up(page), new_page("/trash")
    sign_in(other, email)
    expect(trashed(other)).to_have_count(2)
    open_account(page).get_by_test_id("sign-out-everywhere").click()
    expect_account(page, "")
    other.get_by_test_id("trash-row").first.get_by_test_id("restore").click()
    expect(other.get_by_role("heading", name="Sign in to Contact Manager")).to_be_visible()
    expect(other.get_by_test_id("trash")).to_have_count(0)
    other.reload()
    sign_in(other, email)
    expect(trashed(other)).to_have_count(2)
    expect(other).to_have_url(AT_TRASH)


def test_what_has_a_used_email_is_restored_by_the_form(page: Page) -> None:
    add(page)
    delete(page, "Ada Lovelace")
    add(page, name="Leonie Falk")
    open_trash(page)
    expect(trashed(page)).to_contain_text("Email is now used by Leonie Falk")
    trashed(page).get_by_test_id("restore").click()
    expect(field(page, "name")).to_have_value("Ada Lovelace")
    expect(page.get_by_test_id("contact-form")).to_contain_text("Used by Leonie Falk")
    page.get_by_test_id("open-other").click()
    expect(page.get_by_test_id("contact-name")).to_have_text("Leonie Falk")
    page.go_back()
    trashed(page).get_by_test_id("restore").click()
    expect(field(page, "email")).to_be_focused()
    fill(page, email="ada@other.example")
    page.get_by_test_id("submit").click()
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    expect(page.get_by_test_id("notice").filter(has_text="Ada Lovelace restored")).to_be_visible()
    page.get_by_test_id("nav-contacts").click()
    expect(row(page, "Ada Lovelace")).to_contain_text("ada@other.example")


def test_emptying_asks_and_breaks_no_rule(page: Page) -> None:
    delete_two(page)
    open_trash(page)
    expect(trashed(page)).to_have_count(2)
    assert violations(page) == []
    page.get_by_test_id("empty-trash").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Delete 2 contacts for good?")
    expect(dialog.get_by_test_id("cancel-delete")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("empty-trash")).to_be_focused()
    trashed(page, "Ada").get_by_test_id("delete-forever").click()
    expect(dialog).to_contain_text("Delete Ada Lovelace for good?")
    dialog.get_by_test_id("confirm-empty-trash").click()
    expect(trashed(page)).to_have_count(1)
    page.get_by_test_id("empty-trash").click()
    dialog.get_by_test_id("confirm-empty-trash").click()
    expect(page.get_by_text("Deleted contacts stay here for 30 days.")).to_be_visible()
    expect(page.get_by_test_id("notice").filter(has_text="Undo")).to_have_count(0)
    expect(page.locator("#trash-heading")).to_be_focused()
    assert violations(page) == []


HALF = {"width": 640, "height": 450}  # a window of 1280 x 900 at 200 % zoom


@pytest.mark.parametrize("size", [PHONE, SIZES["narrow"], HALF], ids=["phone", "narrow", "zoom"])
def test_the_bar_at_the_bottom_covers_nothing(
    new_page: NewPage, new_context: Callable[..., BrowserContext], size: dict[str, int]
) -> None:
    context = new_context()
    page = new_page(context=context)
    for number in range(8):
        add(page, name=f"Person {number}", email=f"{number}@x.example")
        delete(page, f"Person {number}")
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.locator("[data-testid=nav-trash]:visible").click()
    expect(trashed(page)).to_have_count(8)
    bar = page.locator("nav:visible").last
    box = bar.bounding_box()
    assert box
    assert (box["height"], box["y"] + box["height"]) == (64, size["height"])
    trashed(page).last.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    notice = page.get_by_test_id("notice").last.bounding_box()
    last = trashed(page).last.get_by_test_id("restore").bounding_box()
    assert notice
    assert last
    assert notice["y"] + notice["height"] <= box["y"]
    top = page.get_by_test_id("notice").first.bounding_box()
    assert top
    assert last["y"] + last["height"] <= top["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for left in reversed(range(page.get_by_test_id("notice").count())):
        page.get_by_role("button", name="Dismiss").first.click()
        expect(page.get_by_test_id("notice")).to_have_count(left)
    assert violations(page) == []
    page.get_by_test_id("nav-contacts").click()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    page.get_by_test_id("add-contact").click()
    submit = page.get_by_test_id("submit").bounding_box()
    assert submit
    assert submit["y"] + submit["height"] <= size["height"]
