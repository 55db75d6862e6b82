"""The page as a whole: every width, every colour mode, keyboard, screen reader, weight."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.first_load import LAYOUT_SHIFT, load
from benchmarks.load_client import seed
from tests.browser.accessibility import violations
from tests.browser.conftest import PHONE, SIZES, WIDE, NewPage, Watch
from tests.browser.steps import add, ask_to_delete, delete, edit, field, fill, row, search, view
from tests.server import Server

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 2


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_colours_are_those_of_the_system(new_page: NewPage, mode: str) -> None:
    page = new_page(color_scheme=mode)
    assert page.evaluate("document.documentElement.classList.contains('dark')") == (mode == "dark")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_focus_and_errors_change_the_border_of_a_field(new_page: NewPage, mode: str) -> None:
    page = new_page(color_scheme=mode)
    colour = "input => getComputedStyle(input).borderTopColor"
    at_rest = field(page, "name").evaluate(colour)
    field(page, "name").focus()
    focused = field(page, "name").evaluate(colour)
    page.get_by_test_id("submit").click()
    expect(field(page, "email")).to_have_attribute("aria-invalid", "true")
    assert len({at_rest, focused, field(page, "email").evaluate(colour)}) == 3


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_no_accessibility_rule_is_broken(new_page: NewPage, size: Any) -> None:
    page = new_page(viewport=size)
    is_phone = size["width"] < 640
    assert violations(page) == []  # empty list
    if is_phone:
        page.get_by_test_id("add-contact").click()
    fill(page, name="Ada", email="x")
    page.get_by_test_id("submit").click()
    expect(field(page, "email")).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []  # field errors, and the sheet on a phone
    add(page)
    assert violations(page) == []  # message of success
    if is_phone:
        page.keyboard.press("Escape")
    add_second(page, is_phone)
    ask_to_delete(page, "Grace Hopper")
    assert violations(page) == []  # dialog
    page.get_by_test_id("confirm-delete").click()
    expect(page.get_by_test_id("notice")).to_be_visible()
    assert violations(page) == []  # notice
    page.get_by_test_id("account-menu").click()
    assert violations(page) == []  # menu
    page.keyboard.press("Escape")
    search(page, "smyth")
    expect(page.get_by_test_id("no-match")).to_be_visible()
    assert violations(page) == []  # nothing matches
    search(page, "")
    view(page, "Ada Lovelace")
    assert violations(page) == []  # opened contact
    page.keyboard.press("Escape")
    edit(page, "Ada Lovelace")
    assert violations(page) == []  # edit form, open row
    fill(page, notes="")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keep editing")).to_be_focused()
    assert violations(page) == []  # question before changes are lost


def add_second(page: Page, is_phone: bool) -> None:
    if is_phone:
        page.get_by_test_id("add-contact").click()
    add(page, name="Grace Hopper", email="grace@navy.example")
    if is_phone:
        page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [320, 390, 768, 1023, 1024, 1280, 1920])
def test_nothing_scrolls_sideways(new_page: NewPage, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    if width < 1024:
        page.get_by_test_id("add-contact").click()
    add(page, name=LONG, email=f"{'l' * 60}@{'d' * 60}.example", company=LONG, notes=LONG * 5)
    page.keyboard.press("Escape")
    assert not scrolls_sideways(page)
    ask_to_delete(page, LONG)
    assert not scrolls_sideways(page)
    page.get_by_test_id("cancel-delete").click()
    if width < 640:
        page.get_by_test_id("close-panel").click()
    search(page, "w" * 150)
    expect(page.get_by_test_id("no-match")).to_be_visible()
    assert not scrolls_sideways(page)


def test_at_double_size_the_page_is_that_of_a_small_screen(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    expect(page.get_by_test_id("add-contact")).to_be_visible()
    page.get_by_test_id("add-contact").click()
    page.get_by_test_id("submit").scroll_into_view_if_needed()
    expect(page.get_by_test_id("submit")).to_be_in_viewport()
    assert not scrolls_sideways(page)


def test_the_sheet_of_small_screens(phone: Page) -> None:
    sheet = phone.get_by_role("dialog")
    expect(field(phone, "name")).to_be_hidden()
    phone.get_by_test_id("add-contact").click()
    expect(sheet).to_be_visible()
    expect(field(phone, "name")).to_be_focused()
    assert phone.locator("header").evaluate("header => header.inert")
    fill(phone, name="Half")
    phone.keyboard.press("Escape")
    expect(field(phone, "name")).to_be_hidden()
    expect(phone.get_by_test_id("add-contact")).to_be_focused()
    phone.get_by_test_id("add-contact").click()
    expect(field(phone, "name")).to_have_value("Half")
    phone.get_by_role("button", name="Close form").click()
    expect(field(phone, "name")).to_be_hidden()


def test_the_sheet_closes_by_itself_after_success(phone: Page) -> None:
    phone.get_by_test_id("add-contact").click()
    add(phone)
    expect(field(phone, "name")).to_be_visible()
    expect(field(phone, "name")).to_be_hidden(timeout=5000)
    edit(phone, "Ada Lovelace")
    phone.get_by_test_id("cancel-edit").click()
    expect(field(phone, "name")).to_be_hidden()


def test_the_form_opens_for_a_new_contact_after_an_edit(phone: Page) -> None:
    phone.get_by_test_id("add-contact").click()
    add(phone)
    phone.keyboard.press("Escape")
    edit(phone, "Ada Lovelace")
    phone.keyboard.press("Escape")
    expect(phone.get_by_test_id("contact-name")).to_be_visible()
    phone.keyboard.press("Escape")
    phone.get_by_test_id("add-contact").click()
    expect(field(phone, "name")).to_have_value("")
    expect(phone.get_by_test_id("submit")).to_have_text("Create contact")


def test_an_edit_on_a_phone_is_still_open_after_a_reload(phone: Page) -> None:
    phone.get_by_test_id("add-contact").click()
    add(phone)
    phone.keyboard.press("Escape")
    edit(phone, "Ada Lovelace")
    fill(phone, notes="typed on the way")
    phone.reload()
    expect(field(phone, "notes")).to_be_visible()
    expect(field(phone, "notes")).to_have_value("typed on the way")


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    keys = page.keyboard
    field(page, "name").focus()
    for value in ("Ada", "ada@example.com", "", "", ""):
        keys.type(value)
        keys.press("Tab")
    expect(page.get_by_test_id("submit")).to_be_focused()
    assert (
        page.get_by_test_id("submit").evaluate("button => getComputedStyle(button).outlineStyle")
        == "solid"
    )
    keys.press("Enter")
    expect(row(page, "Ada")).to_be_visible()
    page.get_by_role("link", name="ada@example.com").focus()
    keys.press("Tab")
    expect(row(page, "Ada").get_by_test_id("copy-email")).to_be_focused()
    keys.press("Tab")
    expect(row(page, "Ada").get_by_test_id("edit")).to_be_focused()
    expect(row(page, "Ada").get_by_test_id("edit").locator("..")).to_have_css("opacity", "1")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_test_id("cancel-delete")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_test_id("empty-state")).to_be_visible()


def test_the_colour_mode_is_kept(page: Page) -> None:
    page.get_by_role("button", name="Colour mode").click()
    expect(page.locator("html.dark")).to_have_count(1)
    page.reload()
    expect(page.locator("html.dark")).to_have_count(1)


def test_motion_is_off_where_it_is_not_wanted(new_page: NewPage) -> None:
    page = new_page(reduced_motion="reduce")
    add(page)
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(element => {
            const style = getComputedStyle(element);
            return style.animationName !== "none" ||
                (style.transitionProperty !== "none" && parseFloat(style.transitionDuration) > 0);
        }).map(element => element.outerHTML.slice(0, 80))"""
    )
    assert moving == []


def test_an_address_without_a_page_leads_back(page: Page, server: Server, watch: Watch) -> None:
    response = page.goto(server.url + "/nowhere")
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("heading", name="There is no page here")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Go to your contacts").click()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    watch.console.clear()  # the browser reports the status


def test_the_first_load_weighs_little(browser: Browser, server: Server) -> None:
    ((cookie, _),) = seed(server, 1)
    found = load(browser, server, cookie)
    assert "/" in found.sizes
    assert sum(found.sizes.values()) <= 122_000
    assert all(
        min(step.waiting, step.database, step.wire, step.script) >= 0 for step in found.steps
    )


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_jumps_while_the_page_loads(new_page: NewPage, size: Any) -> None:
    page = new_page(viewport=size)
    assert page.evaluate(LAYOUT_SHIFT) == 0
    if size is PHONE:
        page.get_by_test_id("add-contact").click()
    add(page)
    page.reload()
    expect(row(page, "Ada Lovelace")).to_be_attached()
    assert page.evaluate(LAYOUT_SHIFT) == 0


def test_each_action_is_one_round_trip(page: Page) -> None:
    sent: list[str] = []
    frames: list[str] = []

    def hear(payload: str | bytes) -> None:
        text = payload if isinstance(payload, str) else payload.decode()
        if text.startswith("42"):
            event = json.loads(text[text.index(",") + 1 :])
            sent.append(event[1]["name"].rsplit(".", 1)[1])
            frames.append(text)

    # The socket is open already: a new one is heard from its beginning.
    page.on("websocket", lambda socket: socket.on("framesent", hear))
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    sent.clear()
    add(page)
    expect(page.get_by_test_id("contact-count")).to_have_text("1")
    search(page, "ada")
    page.wait_for_timeout(500)
    ask_to_delete(page, "Ada Lovelace")
    page.get_by_test_id("confirm-delete").click()
    expect(page.get_by_test_id("no-match")).to_be_visible()
    page.wait_for_timeout(3500)  # the message of success goes without a request
    assert sent == ["create_contact", "get_contacts", "delete_contact"]


def test_a_create_and_a_delete_receive_three_kilobytes_at_most(
    new_page: NewPage, new_context: Callable[..., BrowserContext], server: Server
) -> None:
    ((cookie, _),) = seed(server, 1)
    name, value = cookie.split("=", 1)
    context = new_context()
    context.add_cookies([{"name": name, "value": value, "url": server.url}])
    page = new_page(context=context)
    frames: list[bytes] = []

    def hear(payload: str | bytes) -> None:
        frames.append(payload if isinstance(payload, bytes) else payload.encode())

    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    page.reload()
    page.locator("[data-contact-id]").nth(49).wait_for()
    page.wait_for_timeout(500)
    for number in range(3):
        frames.clear()
        add(page, name=f"New {number}", email=f"{number}@example.com", notes="long " * 99)
        expect(row(page, f"New {number}")).to_be_visible()
        assert sum(map(len, frames)) <= 3_000
    frames.clear()
    delete(page, "New 2")
    page.wait_for_timeout(500)
    assert 0 < sum(map(len, frames)) <= 3_000


@pytest.mark.parametrize("width", [320, 640, 800, 1024, 1280])
def test_a_notice_stays_in_the_window(new_page: NewPage, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    if width < 1024:
        page.get_by_test_id("add-contact").click()
    add(page, name=LONG)
    page.keyboard.press("Escape")
    ask_to_delete(page, LONG)
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


def test_with_forced_colours_buttons_and_messages_have_an_edge(new_page: NewPage) -> None:
    page = new_page(forced_colors="active")
    add(page)
    ask_to_delete(page, "Ada Lovelace")
    for test_id in ("submit", "confirm-delete", "nav-contacts"):
        expect(page.get_by_test_id(test_id)).to_have_css("border-top-width", "1px")
    page.get_by_test_id("confirm-delete").click()
    expect(page.get_by_test_id("notice")).to_have_css("border-top-width", "1px")
    fill(page, name="")
    page.get_by_test_id("submit").click()
    message = page.get_by_test_id("form-message").locator("*").first
    expect(message).to_have_css("border-top-width", "1px")


def test_fields_are_not_corrected_where_that_would_spoil_them(page: Page) -> None:
    expect(field(page, "name")).to_have_attribute("autocapitalize", "words")
    expect(field(page, "name")).to_have_attribute("spellcheck", "false")
    for attribute, value in (("autocapitalize", "none"), ("autocorrect", "off")):
        expect(field(page, "email")).to_have_attribute(attribute, value)
    expect(field(page, "email")).to_have_attribute("spellcheck", "false")


def test_scripts_need_no_eval_and_nothing_comes_from_elsewhere(
    new_page: NewPage, server: Server, watch: Watch
) -> None:
    page = new_page()

    def forbid(route: Any) -> None:
        response = route.fetch()
        policy = "default-src 'self' 'unsafe-inline'; img-src 'self' data:"
        route.fulfill(
            response=response, headers={**response.headers, "content-security-policy": policy}
        )

    page.route(server.url + "/**", forbid)
    page.reload()
    add(page)
    edit(page, "Ada Lovelace")
    fill(page, name="Ada King")
    page.get_by_test_id("submit").click()
    expect(row(page, "Ada King")).to_be_visible()
    page.get_by_role("button", name="Colour mode").click()
    expect(page.locator("html.dark")).to_have_count(1)
    delete(page, "Ada King")
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "Ada King")).to_be_visible()
    assert watch.console == []
