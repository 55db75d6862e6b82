"""What a person does on the page, in the words of the tests."""

from playwright.sync_api import Locator, Page, expect

from tests.factories import ADA


def fill(page: Page, **fields: str) -> None:
    form = page.get_by_test_id("contact-form")
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)


def add(page: Page, **fields: str) -> None:
    """Add a contact and wait until the page says so."""
    fill(page, **{**ADA, **fields})
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("form-message")).to_have_text("Contact created")


def row(page: Page, name: str) -> Locator:
    return page.get_by_test_id("contact-row").filter(has_text=name)


def field(page: Page, name: str) -> Locator:
    return page.get_by_test_id("contact-form").locator(f"[name={name}]")


def edit(page: Page, name: str) -> None:
    """Open a contact in the form and wait until it is there."""
    row(page, name).hover()
    row(page, name).get_by_test_id("edit").click()
    expect(field(page, "name")).to_have_value(name)


def ask_to_delete(page: Page, name: str) -> None:
    row(page, name).hover()
    row(page, name).get_by_test_id("delete").click()
    expect(page.get_by_test_id("confirm-dialog")).to_be_visible()


def delete(page: Page, name: str) -> None:
    ask_to_delete(page, name)
    page.get_by_test_id("confirm-delete").click()
    expect(row(page, name)).to_have_count(0)


def search(page: Page, text: str) -> None:
    page.get_by_test_id("search").fill(text)
