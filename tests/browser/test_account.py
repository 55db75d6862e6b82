"""The account view, other tabs and other browsers: who is signed in where, and until when."""

import os
import re
import subprocess
import sys

from playwright.sync_api import Locator, Page, expect

from tests.accounts import PASSWORD, new_email
from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage
from tests.browser.steps import (
    account_input,
    add,
    expect_account,
    field,
    fill,
    open_account,
    open_sign_in,
    row,
    search,
    send,
    sign_in,
    sign_out,
    sign_up,
)
from tests.server import ROOT, Server

NEW_PASSWORD = "another-unusual-password"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SESSIONS = "session-row"


def says(page: Page, text: str) -> None:
    """Expect the account view to say this where it can be seen."""
    expect(page.get_by_test_id("account-message")).to_have_text(text)
    expect(page.get_by_test_id("account-message")).to_be_in_viewport()


def sign_in_heading(page: Page) -> Locator:
    return page.get_by_role("heading", name="Sign in to Contact Manager")


def expect_signed_out(page: Page) -> None:
    """Expect that the next action of the page, which does not know it yet, is refused."""
    search(page, "ada")
    expect(sign_in_heading(page)).to_be_visible()
    expect(page.get_by_text("Please sign in again. What you typed is kept.")).to_be_visible()
    expect(page.get_by_test_id("contact-row")).to_have_count(0)


def refuses(page: Page, email: str, password: str) -> None:
    """Expect that nobody can sign in like this, from the sign-in view."""
    send(page, "sign-in", email=email, password=password)
    expect(page.get_by_test_id("sign-in-message")).to_have_text(
        "Email address or password is wrong"
    )


def ask_to_delete_account(dialog: Locator) -> None:
    dialog.get_by_test_id("account-tab-data").click()
    dialog.get_by_test_id("delete-account").click()
    expect(dialog.get_by_test_id("confirm-delete-account")).to_be_visible()


def test_other_tabs_follow_signing_in_and_out(new_page: NewPage) -> None:
    page = new_page()
    tab = new_page(context=page.context)
    email = sign_up(page)
    expect_account(tab, email)
    add(page)
    sign_out(tab)
    expect_account(page, "")
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    sign_in(page, email)
    expect(row(tab, "Ada Lovelace")).to_be_visible()


def test_another_browser_is_listed_and_can_be_signed_out(new_page: NewPage) -> None:
    page, other = new_page(), new_page(user_agent=FIREFOX)
    email = sign_up(page)
    sign_in(other, email)
    rows = open_account(page).get_by_test_id(SESSIONS)
    expect(rows).to_have_count(2)
    own, others = rows.filter(has_text="(this browser)"), rows.filter(has_text="Firefox on Windows")
    expect(own).to_have_count(1)
    expect(own.get_by_test_id("revoke")).to_have_count(0)
    expect(others).to_contain_text(re.compile(r"Last used \w{3} \d+, 20\d\d, .* from [\d.]+"))
    fill(other, name="Half", notes="typed before")
    others.get_by_role("button", name="Sign out Firefox on Windows").click()
    says(page, "Signed out there")
    expect(rows).to_have_count(1)
    expect(page.get_by_test_id("activity")).to_contain_text("session revoked")
    expect_signed_out(other)
    sign_in(other, email)
    expect(field(other, "name")).to_have_value("Half")
    expect(field(other, "notes")).to_have_value("typed before")


def test_a_draft_is_never_shown_to_another_account(new_page: NewPage) -> None:
    page, other = new_page(), new_page()
    email = sign_up(page)
    fill(page, notes="of the first account")
    sign_in(other, email)
    open_account(other).get_by_test_id("sign-out-everywhere").click()
    expect_account(other, "")
    expect_signed_out(page)
    second = sign_up(page)
    expect(field(page, "notes")).to_have_value("")
    page.reload()
    expect_account(page, second)
    expect(field(page, "notes")).to_have_value("")


def test_a_new_password_signs_other_browsers_out(new_page: NewPage) -> None:
    page, other = new_page(), new_page()
    email = sign_up(page)
    sign_in(other, email)
    dialog = open_account(page)
    send(page, "change-password", password=PASSWORD, new_password=NEW_PASSWORD)
    says(page, "Password changed. Other browsers are signed out.")
    expect(dialog.get_by_test_id(SESSIONS)).to_have_count(1)
    expect(account_input(page, "password")).to_have_value("")
    page.reload()
    expect_account(page, email)
    expect_signed_out(other)
    refuses(other, email, PASSWORD)
    sign_in(other, email, NEW_PASSWORD)


def test_a_wrong_current_password_is_said_at_its_field(page: Page) -> None:
    sign_up(page)
    dialog = open_account(page)
    send(page, "change-password", password="guessed-password", new_password=NEW_PASSWORD)
    expect(dialog.locator("#change-password-error")).to_have_text("This is not your password")
    expect(account_input(page, "password")).to_have_attribute("aria-invalid", "true")
    send(page, "change-password", password=PASSWORD, new_password="password1")
    expect(dialog.locator("#change-new_password-error")).to_have_text(
        "Many people use this password; choose another"
    )
    expect(dialog.locator("#change-password-error")).to_be_empty()
    send(page, "change-password", new_password=NEW_PASSWORD)
    says(page, "Password changed. Other browsers are signed out.")


def test_signing_out_everywhere(new_page: NewPage) -> None:
    page, other = new_page(), new_page()
    email = sign_up(page)
    add(page)
    sign_in(other, email)
    open_account(page).get_by_test_id("sign-out-everywhere").click()
    expect_account(page, "")
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect_signed_out(other)
    sign_in(other, email)
    expect(row(other, "Ada Lovelace")).to_be_visible()


def test_deleting_the_account_asks_for_the_password_first(page: Page) -> None:
    email = sign_up(page)
    add(page)
    dialog = open_account(page)
    ask_to_delete_account(dialog)
    send(page, "confirm-delete-account")
    error = dialog.locator("#delete-password-error")
    expect(error).to_have_text("Enter your password")
    send(page, "confirm-delete-account", password="guessed-password")
    expect(error).to_have_text("This is not your password")
    expect(dialog.locator("#change-password-error")).to_be_empty()
    dialog.get_by_role("button", name="Keep account").click()
    expect(dialog.get_by_test_id("confirm-delete-account")).to_have_count(0)
    ask_to_delete_account(dialog)
    send(page, "confirm-delete-account", password=PASSWORD)
    expect_account(page, "")
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect(page.get_by_test_id("notice")).to_have_text("Account deleted")
    open_sign_in(page)
    refuses(page, email, PASSWORD)


def test_on_a_phone_a_refusal_is_in_sight_of_its_button(phone: Page) -> None:
    sign_up(phone)
    dialog = open_account(phone)
    ask_to_delete_account(dialog)
    for _ in range(3):
        send(phone, "confirm-delete-account", password="guessed-password")
        expect(dialog.locator("#delete-password-error")).to_have_text("This is not your password")
        expect(dialog.get_by_test_id("confirm-delete-account")).to_be_enabled()
    send(phone, "confirm-delete-account", password="guessed-password")
    said = dialog.get_by_test_id("account-message")
    expect(said).to_contain_text("Too many requests. Try again in")
    expect(said).to_be_in_viewport()
    expect(dialog.get_by_test_id("confirm-delete-account")).to_be_in_viewport()


def reset_link(server: Server, email: str) -> str:
    """Ask for a one-time link on the command line, as the person who runs the server does."""
    own = {"CRM_DATABASE_URL": server.database_url, "CRM_PUBLIC_URL": server.url}
    done = subprocess.run(
        [sys.executable, "-m", "crm_app", "reset-password", "--email", email],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


def test_a_one_time_link_sets_a_new_password_once(new_page: NewPage, server: Server) -> None:
    forgetful = new_page()
    email = sign_up(forgetful)
    add(forgetful)
    path = reset_link(server, email).removeprefix(server.url)
    page = new_page(path)
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    expect(account_input(page, "new_password")).to_be_focused()
    assert page.url == f"{server.url}/"
    send(page, "set-password", new_password="short")
    expect(page.locator("#new_password-error")).to_have_text("Use at least 8 characters")
    send(page, "set-password", new_password=NEW_PASSWORD)
    expect_account(page, email)
    expect(row(page, "Ada Lovelace")).to_be_visible()
    expect_signed_out(forgetful)
    refuses(forgetful, email, PASSWORD)
    sign_in(forgetful, email, NEW_PASSWORD)
    again = new_page(path)
    send(again, "set-password", new_password="a-third-unusual-password")
    expect(again.get_by_test_id("sign-in-message")).to_have_text(
        "This link is no longer valid. Ask for another one."
    )


def test_a_one_time_link_works_in_a_tab_that_is_open_already(page: Page, server: Server) -> None:
    email = sign_up(page)
    page.goto(reset_link(server, email))
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    assert page.url == f"{server.url}/"
    send(page, "set-password", new_password=NEW_PASSWORD)
    expect_account(page, email)


def test_the_account_view_has_an_address_and_back_closes_it(page: Page, server: Server) -> None:
    sign_up(page)
    dialog = open_account(page)
    assert page.url == f"{server.url}/?account=security"
    page.get_by_test_id("account-tab-tokens").click()
    assert page.url == f"{server.url}/?account=tokens"
    page.reload()
    expect(page.get_by_test_id("new-token")).to_be_visible()
    page.go_back()
    expect(dialog).to_be_hidden()
    assert page.url == f"{server.url}/"
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect(dialog).to_be_hidden()
    open_account(page)
    page.get_by_test_id("close-account").click()
    expect(dialog).to_be_hidden()
    assert page.url == f"{server.url}/"
    expect(page.get_by_test_id("empty-state")).to_be_visible()


def test_the_tabs_are_chosen_by_arrow_keys_and_keep_what_is_typed(page: Page) -> None:
    sign_up(page)
    dialog = open_account(page)
    account_input(page, "password").fill("typed before")
    tab = dialog.get_by_role("tab", name="Security")
    expect(tab).to_have_attribute("aria-selected", "true")
    tab.press("ArrowDown")
    expect(dialog.get_by_role("tab", name="API tokens")).to_be_focused()
    expect(dialog.get_by_role("tabpanel", name="API tokens")).to_be_visible()
    page.keyboard.press("End")
    expect(dialog.get_by_role("tabpanel", name="Your data")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(tab).to_be_focused()
    expect(account_input(page, "password")).to_have_value("typed before")


def test_signing_out_in_the_account_view_leaves_nothing_of_it(page: Page, server: Server) -> None:
    sign_up(page)
    open_account(page).get_by_test_id("sign-out").click()
    expect_account(page, "")
    expect(page.get_by_test_id("account")).to_be_hidden()
    assert page.url == f"{server.url}/"


def test_a_guest_reads_what_an_account_is_for(new_page: NewPage) -> None:
    page = new_page("/?account=tokens")
    dialog = page.get_by_test_id("account")
    expect(dialog.get_by_role("tab")).to_have_count(1)
    expect(dialog).to_contain_text("Your contacts belong to this browser.")
    assert violations(page) == []
    dialog.get_by_test_id("sign-up").click()
    expect(page.get_by_role("heading", name="Create your account")).to_be_visible()
    send(page, "sign-up", email=new_email(), password=PASSWORD)
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect(page.get_by_test_id("account")).to_be_hidden()
