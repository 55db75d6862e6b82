"""Finding, deleting, and what the list shows when it cannot show contacts."""

import re
import sqlite3

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.steps import add, ask_to_delete, button_of, delete, field, row, search
from tests.server import Server
from tests.tables import add_contacts


def add_two(page: Page) -> None:
    add(page)
    add(page, name="Grace Hopper", email="grace@navy.example", company="US Navy")


def test_another_browser_sees_nothing_and_the_same_one_everything(
    new_page: NewPage, page: Page, server: Server
) -> None:
    add(page)
    other = new_page()
    expect(other.get_by_test_id("empty-state")).to_be_visible()
    other.context.close()
    cookies = page.context.storage_state()
    page.context.close()
    server.stop()
    server.start()
    expect(row(new_page(storage_state=cookies), "Ada Lovelace")).to_be_visible()


def test_search_as_you_type_is_in_the_address(new_page: NewPage, page: Page) -> None:
    add_two(page)
    page.get_by_test_id("search").press_sequentially("gra", delay=30)
    expect(row(page, "Ada Lovelace")).to_have_count(0)
    expect(page.get_by_test_id("contact-count")).to_have_text("1")
    assert page.url.endswith("/?q=gra")
    link = new_page("/?q=gra", context=page.context)
    expect(link.get_by_test_id("contact-row")).to_have_count(1)
    expect(link.get_by_test_id("search")).to_have_value("gra")
    link.reload()
    expect(link.get_by_test_id("contact-row")).to_have_count(1)
    search(page, "")
    expect(page.get_by_test_id("contact-row")).to_have_count(2)
    assert page.url.endswith("/")


def test_nothing_matches_is_not_an_empty_list(page: Page) -> None:
    add(page)
    search(page, "smyth")
    expect(page.get_by_test_id("no-match")).to_contain_text("No match for “smyth”")
    expect(page.get_by_test_id("empty-state")).to_have_count(0)
    page.get_by_role("button", name="Clear search").click()
    expect(row(page, "Ada Lovelace")).to_be_visible()
    expect(page.get_by_test_id("search")).to_have_value("")
    expect(page.get_by_test_id("search")).to_be_focused()
    assert page.url.endswith("/")


def test_the_latest_text_wins(page: Page) -> None:
    add_two(page)
    for text in ("a", "ad", "x", "gr", "grace"):
        search(page, text)
        page.wait_for_timeout(130)
    expect(page.get_by_test_id("contact-row")).to_have_count(1)
    expect(row(page, "Grace Hopper")).to_be_visible()


def test_keys_focus_the_search(page: Page) -> None:
    for key in ("/", "Control+k"):
        page.get_by_test_id("submit").focus()
        page.keyboard.press(key)
        expect(page.get_by_test_id("search")).to_be_focused()
    expect(page.get_by_test_id("search")).to_have_value("")
    field(page, "name").press_sequentially("a/b")
    expect(field(page, "name")).to_have_value("a/b")


def test_load_more_and_the_true_total(new_page: NewPage, server: Server, page: Page) -> None:
    add(page)
    add_contacts(server, 1233)
    page.reload()
    expect(page.get_by_test_id("contact-count")).to_have_text("1,234")
    expect(page.get_by_test_id("contact-row")).to_have_count(50)
    page.get_by_test_id("load-more").click()
    expect(page.get_by_test_id("contact-row")).to_have_count(100)
    expect(page.get_by_test_id("contact-row").last).to_contain_text("Person 1134")


def test_dates_are_in_the_visitors_time_zone(new_page: NewPage, server: Server, page: Page) -> None:
    add(page)
    with sqlite3.connect(server.database) as connection:
        connection.execute(
            "UPDATE contact SET created_at = '2026-11-21 23:30:00.000000'"
            " WHERE id = (SELECT max(id) FROM contact)"
        )
    connection.close()
    page.reload()
    expect(row(page, "Ada Lovelace")).to_contain_text("Added Nov 22, 2026")
    state = page.context.storage_state()
    western = new_page(storage_state=state, timezone_id="America/Los_Angeles")
    expect(row(western, "Ada Lovelace")).to_contain_text("Added Nov 21, 2026")


def test_deleting_asks_first_and_undo_brings_back(page: Page) -> None:
    add_two(page)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    ask_to_delete(page, "Grace Hopper")
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Delete Grace Hopper?")
    expect(page.get_by_test_id("cancel-delete")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(row(page, "Grace Hopper").get_by_test_id("delete")).to_be_focused()
    delete(page, "Grace Hopper")
    expect(page.locator("#contacts-heading")).to_be_focused()
    expect(page.get_by_test_id("contact-count")).to_have_text("1")
    expect(page.get_by_test_id("notice")).to_contain_text("Grace Hopper moved to trash")
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "Grace Hopper")).to_be_visible()
    expect(page.get_by_test_id("notice")).to_have_text("Grace Hopper is back")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_test_id("notice")).to_have_count(0)
    assert dialogs == []


def test_the_focus_stays_near_when_its_button_goes(page: Page) -> None:
    add(page)
    delete(page, "Ada Lovelace")
    page.get_by_test_id("undo").press("Enter")
    expect(row(page, "Ada Lovelace")).to_be_visible()
    expect(page.locator("#contacts-heading")).to_be_focused()
    page.get_by_role("button", name="Dismiss").press("Enter")
    expect(page.get_by_test_id("notice")).to_have_count(0)
    expect(page.locator("#contacts-heading")).to_be_focused()


def test_a_query_without_a_word_is_no_search(page: Page) -> None:
    search(page, "  '")
    page.wait_for_timeout(400)
    expect(page.get_by_test_id("empty-state")).to_be_visible()


def test_an_address_in_a_link_carries_nothing_more(page: Page) -> None:
    add(page, email="ada?cc=eve@example.com")
    link = row(page, "Ada Lovelace").get_by_role("link").first
    expect(link).to_have_attribute("href", "mailto:ada%3Fcc%3Deve@example.com")


@pytest.mark.parametrize("width", [1100, 1280, 1600])
def test_long_texts_are_cut_before_the_buttons_of_a_row(new_page: NewPage, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    long = "long-" * 11
    add(page, email=f"{long}@{long}example", company=long, notes="long " * 90)
    long_row = row(page, "Ada Lovelace")
    long_row.hover()
    buttons = long_row.get_by_test_id("copy-email").bounding_box()
    assert buttons
    texts = long_row.get_by_text(re.compile("^long")).locator("visible=true")
    email, *others = texts.locator("..").all()  # a text is in an element of its own
    expect(email).to_have_css("text-overflow", "ellipsis")
    assert email.evaluate("it => it.scrollWidth > it.clientWidth")
    assert len(others) == (2 if width == 1600 else 1)
    for text in others:
        box = text.bounding_box()
        assert box
        assert box["x"] + box["width"] <= buttons["x"]
    if width == 1600:
        expect(others[-1]).to_have_css("-webkit-line-clamp", "2")


def test_offline_clicks_are_not_replayed_later(page: Page, server: Server, watch: Watch) -> None:
    add(page)
    server.stop()
    expect(page.get_by_test_id("reconnecting")).to_be_visible()
    pencil = button_of(page, "Ada Lovelace", "edit")
    expect(pencil).to_be_disabled()
    pencil.click(force=True)
    search(page, "nobody")
    page.wait_for_timeout(300)
    server.start()
    expect(page.get_by_test_id("no-match")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible()
    watch.console.clear()  # the browser reports each attempt to connect


def test_cancel_keeps_the_contact_and_focus_stays_in_the_dialog(page: Page) -> None:
    add(page)
    ask_to_delete(page, "Ada Lovelace")
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || "
            "document.activeElement.closest('dialog') !== null"
        )
    page.get_by_test_id("cancel-delete").click()
    expect(page.get_by_test_id("confirm-dialog")).to_be_hidden()
    expect(row(page, "Ada Lovelace")).to_be_visible()


def test_double_clicks_delete_and_undo_once(page: Page) -> None:
    add(page)
    ask_to_delete(page, "Ada Lovelace")
    page.get_by_test_id("confirm-delete").dblclick()
    expect(row(page, "Ada Lovelace")).to_have_count(0)
    page.wait_for_timeout(300)
    expect(page.get_by_test_id("notice")).to_have_count(1)
    page.get_by_test_id("undo").dblclick()
    expect(row(page, "Ada Lovelace")).to_be_visible()
    page.wait_for_timeout(300)
    expect(page.get_by_test_id("notice")).to_have_text("Ada Lovelace is back")


def test_undo_that_would_collide_says_so(page: Page) -> None:
    add(page)
    delete(page, "Ada Lovelace")
    add(page, name="Ada the second")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Could not undo")).to_contain_text(
        "A contact with this email already exists"
    )


def test_deleting_says_so_while_it_does(page: Page) -> None:
    add(page)
    ask_to_delete(page, "Ada Lovelace")
    seen = page.evaluate_handle(
        """() => {
            const seen = [], button = document.querySelector("[data-testid=confirm-delete]");
            new MutationObserver(() => seen.push(`${button.textContent} ${button.disabled}`))
                .observe(button, {childList: true, characterData: true, subtree: true});
            return seen;
        }"""
    )
    page.get_by_test_id("confirm-delete").click()
    expect(row(page, "Ada Lovelace")).to_have_count(0)
    assert "Deleting... true" in seen.json_value()


def test_a_page_that_is_loaded_shows_no_list_that_is_older_than_its_html(
    page: Page, server: Server
) -> None:
    add(page)
    add_contacts(server, 30)
    page.add_init_script(
        """window.firsts = new Set();
        new MutationObserver(() => {
            const row = document.querySelector("[data-contact-id]");
            if (row) firsts.add(row.dataset.contactId);
        }).observe(document, {subtree: true, childList: true});"""
    )
    page.reload()
    expect(page.get_by_test_id("contact-row")).to_have_count(31)
    newest = page.get_by_test_id("contact-row").first.get_attribute("data-contact-id")
    assert page.evaluate("[...firsts]") == [newest]
