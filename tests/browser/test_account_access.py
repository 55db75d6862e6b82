"""The sign-in view and the account view for everybody: rules, widths, keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accounts import PASSWORD, new_email
from tests.browser.accessibility import violations
from tests.browser.conftest import SIZES, NewPage
from tests.browser.steps import (
    account_input,
    expect_account,
    fill,
    open_account,
    open_sign_in,
    open_sign_up,
    send,
    sign_in,
    sign_up,
)

RESET = "/#reset=a-link-that-was-never-given-out"


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("dialog[open]")]
            .some(element => element.scrollWidth > element.clientWidth)"""
    )


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_no_view_breaks_a_rule_or_scrolls_sideways(new_page: NewPage, size: Any) -> None:
    page = new_page(RESET, viewport=size)

    def check(view: str) -> None:
        assert violations(page) == [], view
        assert not scrolls_sideways(page), view

    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    check("reset")
    send(page, "set-password", new_password=PASSWORD)
    expect(page.get_by_test_id("sign-in-message")).to_contain_text("no longer valid")
    check("reset, refused")
    open_sign_in(page)
    send(page, "sign-in", email=new_email(), password=PASSWORD)
    expect(page.get_by_test_id("sign-in-message")).not_to_be_empty()
    check("sign in, refused")
    open_sign_up(page)
    send(page, "sign-up", email="x", password="password1")
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    check("sign up, refused")
    page.get_by_test_id("back").click()
    page.get_by_test_id("account-menu").click()
    expect(page.get_by_text("Your contacts belong to this browser.")).to_be_visible()
    check("menu of a guest")
    page.keyboard.press("Escape")
    email = sign_up(page, f"{'l' * 30}{new_email()}")
    page.get_by_test_id("account-menu").click()
    expect(page.get_by_text(email)).to_be_visible()
    check("menu of an account")
    page.keyboard.press("Escape")
    dialog = open_account(page)
    check("account")
    send(page, "change-password", password="guessed-password", new_password="short")
    expect(dialog.locator("[aria-invalid=true]")).not_to_have_count(0)
    dialog.get_by_test_id("account-tab-data").click()
    dialog.get_by_test_id("delete-account").click()
    expect(dialog.get_by_test_id("confirm-delete-account")).to_be_visible()
    check("account, asked to delete it")
    send(page, "confirm-delete-account", password="guessed-password")
    expect(dialog.locator("#delete-password-error")).to_have_text("This is not your password")
    expect(dialog.locator("#delete-password-error")).to_be_in_viewport()
    expect(account_input(dialog, "password")).to_be_focused()
    check("account, refused to delete it")


def test_the_keyboard_alone_signs_up_and_in(page: Page) -> None:
    keys, email = page.keyboard, new_email()
    page.get_by_test_id("account-menu").focus()
    keys.press("Enter")
    keys.press("Tab")
    expect(page.get_by_test_id("sign-up")).to_be_focused()
    keys.press("Enter")
    expect(account_input(page, "email")).to_be_focused()
    keys.type(email)
    keys.press("Tab")
    keys.type("short")
    keys.press("Tab")
    expect(page.get_by_test_id("sign-up")).to_be_focused()
    keys.press("Enter")
    expect(account_input(page, "password")).to_have_attribute("aria-invalid", "true")
    expect(account_input(page, "password")).to_be_focused()
    keys.press("Control+A")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect_account(page, email)


def test_the_focus_stays_where_a_form_was_refused(page: Page) -> None:
    open_sign_in(page)
    expect(account_input(page, "email")).to_be_focused()
    send(page, "sign-in")
    expect(page.locator("#password-error")).not_to_be_empty()
    expect(account_input(page, "email")).to_be_focused()
    send(page, "sign-in", email=new_email(), password=PASSWORD)
    expect(page.get_by_test_id("sign-in-message")).not_to_be_empty()
    expect(page.get_by_test_id("sign-in")).to_be_focused()


def test_escape_closes_the_account_view_and_leads_back_to_the_menu(page: Page) -> None:
    sign_up(page)
    dialog = open_account(page)
    expect(dialog.get_by_role("button", name="Close account")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_test_id("account-menu")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("open-account")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close account").click()
    expect(page.get_by_test_id("account-menu")).to_be_focused()


def test_the_focus_follows_what_happens_in_the_account_view(new_page: NewPage) -> None:
    page, other = new_page(), new_page()
    email = sign_up(page)
    sign_in(other, email)
    dialog = open_account(page)
    dialog.get_by_test_id("revoke").click()
    expect(dialog.get_by_test_id("session-row")).to_have_count(1)
    expect(dialog.get_by_role("button", name="Close account")).to_be_focused()
    dialog.get_by_test_id("account-tab-data").click()
    dialog.get_by_test_id("delete-account").click()
    expect(account_input(dialog, "password")).to_be_focused()
    dialog.get_by_role("button", name="Keep account").press("Enter")
    expect(dialog.get_by_test_id("delete-account")).to_be_focused()
    page.keyboard.press("Enter")
    expect(account_input(dialog, "password")).to_be_focused()
    expect(dialog.get_by_test_id("confirm-delete-account")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    fill(page, name="Ada")
