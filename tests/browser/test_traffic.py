"""What the page sends and receives, what it weighs, and that nothing jumps meanwhile."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.first_load import LAYOUT_SHIFT, load
from benchmarks.load_client import seed
from tests.browser.conftest import PHONE, WIDE, NewPage, Watch
from tests.browser.steps import add, ask_to_delete, delete, edit, fill, row, search
from tests.server import Server


def test_the_first_load_weighs_little(browser: Browser, server: Server) -> None:
    ((cookie, _),) = seed(server, 1)
    found = load(browser, server, cookie)
    assert "/" in found.sizes
    assert sum(found.sizes.values()) <= 126_000
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
