"""What the page shows of a lost connection, in the words of the tests."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.steps import field
from tests.factories import ADA

WAITING = "Connection problem. Reconnecting... It is sent then."
UNSENT = "Not sent yet."
BACK = 20_000  # milliseconds in which a connection is back, and what waited for it is done
GRACE = {"name": "Grace Hopper", "email": "grace@navy.example"}


def banner(page: Page) -> Any:
    return page.get_by_test_id("reconnecting")


def lost(page: Page) -> Any:
    """Return what a form or dialog says while it is pending without a connection."""
    return page.locator("[data-says-lost]:visible")


def submit(page: Page) -> None:
    page.get_by_test_id("submit").click()


def expect_saved(page: Page, message: str) -> None:
    expect(page.get_by_test_id("form-message")).to_have_text(message, timeout=BACK)
    expect(page.get_by_test_id("submit")).to_be_enabled()


def values(page: Page) -> dict[str, str]:
    return {name: field(page, name).input_value() for name in ADA}
