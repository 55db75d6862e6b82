"""API tokens in the account view: made, shown once, used by a script, revoked."""

import httpx
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage
from tests.browser.steps import open_account, sign_up
from tests.server import Server


def create(page: Page, name: str = "nightly-report", *scopes: str) -> str:
    """Create a token in the open account view and return its secret."""
    page.get_by_test_id("new-token").click()
    page.locator("[name=token_name]").fill(name)
    for scope in scopes:
        page.get_by_test_id(f"scope-{scope}").check()
    page.get_by_test_id("create-token").click()
    expect(page.get_by_test_id("token-created")).to_contain_text(f"Token “{name}” created")
    return page.get_by_test_id("token-value").input_value()


def status(server: Server, secret: str, method: str = "GET") -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    return httpx.request(method, f"{server.url}/api/v1/contacts", headers=headers).status_code


def test_a_token_is_shown_once_works_and_is_revoked(page: Page, server: Server) -> None:
    sign_up(page)
    open_account(page, "tokens")
    secret = create(page, "nightly-report", "write")
    assert status(server, secret) == 200
    row = page.get_by_test_id("token-row")
    expect(row).to_contain_text("nightly-report")
    expect(row).to_contain_text("read")
    expect(row).to_contain_text("write")
    expect(row).to_contain_text("never used")
    page.get_by_test_id("token-done").click()
    expect(page.get_by_test_id("token-created")).to_have_count(0)
    page.get_by_test_id("close-account").click()
    open_account(page, "tokens")
    expect(row).to_contain_text("last used")
    expect(row).to_contain_text("from 127.0.0.1")
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke nightly-report").click()
    expect(page.get_by_test_id("keep-token")).to_be_focused()
    page.get_by_test_id("keep-token").click()
    assert status(server, secret) == 200
    page.get_by_role("button", name="Revoke nightly-report").click()
    page.get_by_role("button", name="Revoke nightly-report now").click()
    expect(row).to_have_count(0)
    assert status(server, secret) == 401
    page.get_by_test_id("close-account").click()
    open_account(page, "security")
    expect(page.get_by_test_id("activity")).to_contain_text("API token revoked")


def test_the_secret_is_gone_when_the_view_was_closed_or_the_page_loaded_again(page: Page) -> None:
    sign_up(page)
    open_account(page, "tokens")
    first = create(page, "first")
    page.get_by_test_id("close-account").click()
    open_account(page, "tokens")
    expect(page.get_by_test_id("token-row")).to_have_count(1)
    assert first not in page.content()
    second = create(page, "second")
    page.reload()  # the view stays open
    expect(page.get_by_test_id("token-row")).to_have_count(2)
    expect(page.get_by_test_id("token-created")).to_have_count(0)
    assert second not in page.content()


def test_the_focus_follows_the_making_of_a_token(page: Page) -> None:
    sign_up(page)
    open_account(page, "tokens")
    page.get_by_test_id("new-token").press("Enter")
    page.get_by_test_id("token-cancel").press("Enter")
    expect(page.get_by_test_id("new-token")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[name=token_name]")).to_be_focused()
    page.keyboard.type("nightly-report")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("copy-token")).to_be_focused()
    page.get_by_test_id("token-done").press("Enter")
    expect(page.get_by_test_id("new-token")).to_be_focused()


def test_the_form_says_what_is_missing_and_keeps_the_rest(page: Page) -> None:
    sign_up(page)
    open_account(page, "tokens")
    page.get_by_test_id("new-token").click()
    expect(page.locator("[name=token_name]")).to_be_focused()
    page.get_by_test_id("scope-read").uncheck()
    page.get_by_test_id("token-expires").select_option("30")
    page.get_by_test_id("create-token").click()
    form = page.get_by_test_id("token-form")
    expect(form).to_contain_text("Enter a name")
    expect(form).to_contain_text("Tick at least one")
    expect(page.get_by_test_id("token-expires")).to_have_value("30")
    page.get_by_test_id("token-cancel").click()
    expect(page.get_by_test_id("new-token")).to_be_visible()
    expect(page.get_by_test_id("token-row")).to_have_count(0)


def test_a_name_is_shown_as_it_is(page: Page) -> None:
    sign_up(page)
    open_account(page, "tokens")
    name = "<b>תוכנית</b> & \N{ROCKET}"
    create(page, name)
    expect(page.get_by_test_id("token-row")).to_contain_text(name)


def test_copy_puts_the_token_on_the_clipboard(new_page: NewPage) -> None:
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_up(page)
    open_account(page, "tokens")
    secret = create(page)
    page.get_by_test_id("copy-token").click()
    expect(page.get_by_test_id("copy-token")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == secret


def test_the_tokens_are_accessible_and_fit_a_phone(new_page: NewPage) -> None:
    for width in (320, 390, 1280, 1600):
        page = new_page(viewport={"width": width, "height": 844})
        sign_up(page)
        open_account(page, "tokens")
        create(page, "a-name-" + "x" * 40, "write", "delete", "export")
        assert violations(page) == []
        page.get_by_test_id("token-done").click()
        page.get_by_test_id("new-token").click()
        expect(page.get_by_test_id("token-form")).to_be_visible()
        assert violations(page) == []
        dialog = page.get_by_test_id("account")
        assert dialog.evaluate("it => it.scrollWidth <= it.clientWidth")
