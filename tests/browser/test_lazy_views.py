"""The views about accounts are loaded when they are needed, or a little before."""

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage, Watch
from tests.browser.steps import add, expect_account, open_account, row, sign_in, sign_up

CODE = re.compile(r"/assets/lazy-[\w-]+\.js$")


def watch_code(page: Page) -> list[str]:
    """Return the list of requests for the code of the views, which grows."""
    requests: list[str] = []

    def see(request: Request) -> None:
        if CODE.search(request.url):
            requests.append(request.url)

    page.on("request", see)
    return requests


def refuse(route: Route) -> None:
    """Answer like a server after a deploy, which has the file under another name."""
    route.fulfill(status=404, content_type="text/html", body="There is no page here")


def test_the_account_views_are_loaded_after_the_page(new_page: NewPage) -> None:
    page = new_page()
    requests = watch_code(page)
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    page.wait_for_timeout(1_000)
    assert requests == []
    page.wait_for_timeout(5_000)
    assert requests


@pytest.mark.parametrize("way", ["pointer", "keyboard"])
def test_the_account_views_are_loaded_before_their_menu_is_opened(
    new_page: NewPage, way: str
) -> None:
    page = new_page()
    with page.expect_request(CODE):
        if way == "pointer":
            page.get_by_test_id("account-menu").hover()
        else:
            page.get_by_test_id("account-menu").focus()
    assert not page.get_by_test_id("sign-in").is_visible()


def test_who_has_to_sign_in_need_not_wait_for_the_view(new_page: NewPage) -> None:
    page, other = new_page(), new_page()
    email = sign_up(page)
    sign_in(other, email)
    open_account(page)
    page.get_by_test_id("sign-out-everywhere").click()
    other.route_web_socket(re.compile("/_event"), lambda _: None)  # which says the same later
    with other.expect_request(CODE, timeout=4_000):
        other.reload()
    expect(other.locator("html.signed-out")).to_have_count(1)


def test_an_account_dialog_that_cannot_be_loaded_says_so_and_can_be_loaded_again(
    new_page: NewPage, watch: Watch
) -> None:
    page = new_page()
    email = sign_up(page)
    expect_account(page, email)
    page.route(CODE, refuse)
    page.reload()
    add(page)
    page.keyboard.press("Escape")
    page.get_by_test_id("account-menu").click()
    page.get_by_test_id("open-account").click()
    alert = page.get_by_test_id("not-loaded")
    expect(alert).to_contain_text("This part of the page could not be loaded")
    expect(alert.locator("xpath=ancestor::dialog")).to_be_visible()
    assert violations(page) == []
    page.get_by_test_id("load-again").click()
    expect(alert).to_be_visible()
    page.keyboard.press("Escape")
    expect(alert).to_have_count(0)
    expect(row(page, "Ada Lovelace")).to_be_visible()
    page.unroute(CODE)
    watch.console.clear()  # the browser reports the status
    dialog = open_account(page)
    expect(dialog.get_by_test_id("close-account")).to_be_focused()
    expect(dialog).to_contain_text(email)


def test_a_sign_in_view_that_cannot_be_loaded_says_so_and_can_be_loaded_again(
    new_page: NewPage, watch: Watch
) -> None:
    page = new_page()
    page.route(CODE, refuse)
    page.reload()
    page.get_by_test_id("account-menu").click()
    page.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("not-loaded")).to_be_visible()
    assert violations(page) == []
    page.unroute(CODE)
    page.get_by_test_id("load-again").click()
    expect(page.get_by_role("heading", name="Sign in to Contact Manager")).to_be_visible()
    expect(page.locator("[name=email]")).to_be_focused()
    watch.console.clear()
