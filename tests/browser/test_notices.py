"""Where the notices are: beside what a person reads, types and presses."""

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import PHONE, NewPage
from tests.browser.steps import add, ask_to_delete, delete, field, row, view
from tests.factories import ADA

LONG = "Ada " + "Augusta " * 11
UNBROKEN = "Wolfeschlegelsteinhausenbergerdorff" * 2


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


@pytest.mark.parametrize("width", [320, 640, 800, 1024, 1280])
def test_a_notice_stays_in_the_window(new_page: NewPage, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    if width < 1024:
        page.get_by_test_id("add-contact").click()
    add(page, name=UNBROKEN)
    page.keyboard.press("Escape")
    ask_to_delete(page, UNBROKEN)
    page.get_by_test_id("confirm-delete").click()
    box = page.get_by_test_id("notice").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_a_name_from_right_to_left_stands_before_the_words_of_its_notice(page: Page) -> None:
    add(page, name="فاطمة الزهراء")
    delete(page, "فاطمة الزهراء")
    notice = page.get_by_test_id("notice")
    expect(notice).to_contain_text("فاطمة الزهراء moved to trash")
    first, last = notice.get_by_text("moved to trash").last.evaluate(
        """element => {
            const text = element.firstChild, range = document.createRange();
            return [0, text.length - 1].map(place => {
                range.setStart(text, place);
                range.setEnd(text, place + 1);
                return range.getBoundingClientRect().x;
            });
        }"""
    )
    assert first < last
