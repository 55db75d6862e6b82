"""Where the notices are: beside what a person reads, types and presses."""

from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.steps import add, delete, field, row, view
from tests.factories import ADA

LONG = "Ada " + "Augusta " * 11


def box(element: Locator) -> FloatRect:
    found = element.bounding_box()
    assert found
    return found


def load_samples(page: Page) -> None:
    page.get_by_test_id("load-samples").click()
    expect(page.get_by_test_id("notice")).to_have_count(1)


def delete_newest(page: Page, times: int) -> None:
    for _ in range(times):
        name = row(page, "").first.get_by_role("button").first.inner_text()
        delete(page, name)


def test_on_a_phone_notices_leave_a_sheet_usable(phone: Page) -> None:
    load_samples(phone)
    delete_newest(phone, 3)
    notices = phone.get_by_test_id("notice")
    expect(notices.filter(visible=True)).to_have_count(4)
    name = row(phone, "").first.get_by_role("button").first.inner_text()
    view(phone, name)
    expect(notices.filter(visible=True)).to_have_count(2)
    expect(notices.last).to_be_visible()
    newest = box(notices.last)
    assert newest["y"] + newest["height"] <= box(phone.get_by_test_id("delete").last)["y"] - 16
    assert box(notices.nth(2))["y"] > PHONE["height"] / 2
    phone.get_by_test_id("edit").last.click()
    for each in ("name", "email", "phone", "company", "notes"):
        field(phone, each).click()
        expect(field(phone, each)).to_be_focused()


def test_a_long_name_wraps_in_its_notice(page: Page) -> None:
    add(page, name=LONG.strip(), email=ADA["email"])
    delete(page, LONG.strip())
    assert box(page.get_by_test_id("notice"))["width"] <= 384


def test_the_last_row_can_be_scrolled_above_the_notices(page: Page) -> None:
    load_samples(page)
    for count in (1, 4):
        delete_newest(page, count - page.get_by_test_id("notice").count())
        notices = page.get_by_test_id("notice")
        expect(notices).to_have_count(count)
        row(page, "").last.hover()
        page.mouse.wheel(0, 10_000)
        page.wait_for_timeout(300)
        last = box(row(page, "").last)
        assert last["y"] + last["height"] <= box(notices.first)["y"]
