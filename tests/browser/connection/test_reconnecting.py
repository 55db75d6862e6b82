"""A lost connection is shown, tried again with pauses, and followed by what changed meanwhile."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import PHONE, NewPage, Watch
from tests.browser.connection.steps import (
    BACK,
    GRACE,
    banner,
    lost,
    submit,
)
from tests.browser.steps import add, ask_to_delete, delete, edit, field, fill, row, search
from tests.factories import ADA
from tests.http.test_page_reports import ERRORS
from tests.http.test_probes import value
from tests.proxy import Proxy
from tests.server import Server, running


def test_the_rows_are_marked_old_while_nobody_knows_better(page: Page, proxy: Proxy) -> None:
    add(page)
    rows = page.get_by_role("list").filter(has=row(page, "Ada Lovelace"))
    expect(rows).to_have_css("filter", "none")
    proxy.cut()
    expect(banner(page)).to_be_visible()
    expect(rows).to_have_css("filter", "grayscale(1)")
    proxy.heal()
    expect(banner(page)).to_be_hidden(timeout=BACK)
    expect(rows).to_have_css("filter", "none")


def test_the_account_menu_opens_below_the_top_bar(page: Page, proxy: Proxy) -> None:
    page.get_by_test_id("account-menu").click()
    gaps = []
    for is_lost in (False, True):
        if is_lost:
            proxy.cut()
            expect(banner(page)).to_be_visible()
        menu, bar = (
            page.locator("#account-menu").bounding_box(),
            page.locator("header").bounding_box(),
        )
        assert menu
        assert bar
        gaps.append(menu["y"] - bar["y"])
    assert gaps == [56, 56]


def test_what_was_brought_back_can_be_deleted_again(page: Page) -> None:
    add(page)
    for _ in range(2):
        delete(page, "Ada Lovelace")
        page.get_by_test_id("undo").click()
        expect(row(page, "Ada Lovelace")).to_be_visible()


def test_a_form_is_sent_again_after_a_restart_of_the_server(
    page: Page, proxied_server: Server
) -> None:
    add(page)
    add(page, **GRACE)
    edit(page, "Ada Lovelace")
    fill(page, name="Ada King")
    proxied_server.stop()
    expect(banner(page)).to_be_visible()
    submit(page)
    proxied_server.start()
    expect(row(page, "Ada King")).to_be_visible(timeout=BACK)
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible(timeout=BACK)
    ask_to_delete(page, "Grace Hopper")
    proxied_server.kill()
    expect(banner(page)).to_be_visible()
    page.get_by_test_id("confirm-delete").click()
    proxied_server.start()
    expect(page.get_by_test_id("notice")).to_contain_text("Grace Hopper moved", timeout=BACK)
    expect(page.get_by_test_id("contact-row")).to_have_count(1)
    expect(page.get_by_test_id("confirm-dialog")).to_be_hidden()


def test_changes_of_another_tab_are_there_with_the_connection(
    page: Page, proxy: Proxy, new_page: NewPage, proxied_server: Server, browser: Browser
) -> None:
    add(page)
    edit(page, "Ada Lovelace")
    fill(page, notes="typed before")
    page.context.set_offline(True)
    expect(banner(page)).to_be_visible()
    fill(page, company="typed meanwhile")
    other = with_cookies_of(page.context, browser).new_page()
    other.goto(proxy.url)
    add(other, **GRACE)
    other.context.close()
    page.context.set_offline(False)
    expect(row(page, "Grace Hopper")).to_be_visible(timeout=BACK)
    expect(field(page, "notes")).to_have_value("typed before")
    expect(field(page, "company")).to_have_value("typed meanwhile")


def with_cookies_of(context: BrowserContext, browser: Browser) -> BrowserContext:
    """Return another window of the same visitor, with a network of its own."""
    return browser.new_context(storage_state=context.storage_state())


def test_the_text_for_a_missing_contact_can_become_a_new_one(
    page: Page, proxy: Proxy, new_page: NewPage, proxied_server: Server
) -> None:
    add(page)
    edit(page, "Ada Lovelace")
    fill(page, notes="hours of work")
    other = new_page(context=page.context, url=proxy.url)
    delete(other, "Ada Lovelace")
    other.close()
    proxied_server.kill()
    proxied_server.start()
    expect(page.get_by_test_id("form-message")).to_have_text(
        "This contact no longer exists", timeout=BACK
    )
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible()
    expect(field(page, "notes")).to_have_value("hours of work")


def test_a_lost_connection_breaks_no_accessibility_rule(
    new_page: NewPage, proxied_server: Server, proxy: Proxy, watch: Watch
) -> None:
    page = new_page(url=proxy.url, viewport=PHONE)
    page.get_by_test_id("add-contact").click()
    fill(page, **ADA)
    page.context.set_offline(True)
    expect(banner(page)).to_be_attached()
    submit(page)
    expect(lost(page)).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(banner(page)).to_be_visible()
    assert violations(page) == []
    watch.console.clear()  # the browser reports each attempt to connect


def test_a_connection_that_cannot_be_made_is_tried_with_pauses(
    page: Page, proxied_server: Server, proxy: Proxy
) -> None:
    proxy.cut()
    before = proxy.accepted
    page.wait_for_timeout(4000)
    assert 2 <= proxy.accepted - before <= 15


def test_peoples_waiting_and_errors_are_reported(page: Page, proxied_server: Server) -> None:
    errors = [ERRORS.format(kind) for kind in ("promise", "script")]
    before = [value(proxied_server, error) for error in errors]
    lines = proxied_server.read_log().count("page failed")
    reports: list[dict[str, Any]] = []
    page.on(
        "request",
        lambda request: (
            reports.extend(json.loads(request.post_data or "[]"))
            if request.url.endswith("/report")
            else None
        ),
    )
    add(page)
    search(page, "ada")
    expect(page.get_by_test_id("contact-row")).to_have_count(1)
    page.wait_for_timeout(300)
    edit(page, "Ada Lovelace")
    fill(page, name="Ada King")
    submit(page)
    expect(row(page, "Ada King")).to_be_visible()
    delete(page, "Ada King")
    page.wait_for_timeout(100)
    page.evaluate("setTimeout(() => { throw new Error('Zaphod') })")
    page.evaluate("void Promise.reject(new Error('Zaphod'))")
    page.wait_for_timeout(100)
    with page.expect_response("**/report") as response:
        page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert response.value.status == 204
    after = [value(proxied_server, error) for error in errors]
    assert after == [number + 1 for number in before]  # though the socket reported them, too
    assert proxied_server.read_log().count("page failed") == lines + 2
    kinds = [report["error"] for report in reports if "error" in report]
    assert sorted(kinds) == ["promise", "script"]
    times = {report["action"]: report["ms"] for report in reports if "action" in report}
    assert set(times) == {"create_contact", "get_contacts", "update_contact", "delete_contact"}
    assert all(0 < ms < 10_000 for ms in times.values())
    assert "Zaphod" not in json.dumps(reports)


def test_a_refused_socket_is_tried_again_with_pauses(
    new_page: NewPage, tmp_path: Path, watch: Watch
) -> None:
    with running(tmp_path, CRM_LIMIT_SOCKETS_PER_ADDRESS="1") as server:
        first = new_page(url=server.url)
        attempts: list[str] = []
        second = first.context.new_page()
        second.on("websocket", lambda socket: attempts.append(socket.url))
        second.goto(server.url)
        expect(banner(second)).to_be_visible()
        second.wait_for_timeout(6000)
        assert 3 <= len(attempts) <= 15  # the pauses grow
        first.close()
        expect(banner(second)).to_be_hidden(timeout=BACK)
        expect(second.get_by_test_id("empty-state")).to_be_visible()
    watch.console.clear()  # the browser reports each refusal
