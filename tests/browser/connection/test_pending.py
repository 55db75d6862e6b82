"""What is sent while the connection is lost waits, can be cancelled, and is done once."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, NewPage, Watch
from tests.browser.connection.steps import (
    BACK,
    GRACE,
    UNSENT,
    WAITING,
    banner,
    expect_saved,
    lost,
    submit,
)
from tests.browser.steps import add, ask_to_delete, edit, field, fill, row
from tests.factories import ADA
from tests.proxy import Proxy
from tests.server import Server


@pytest.mark.soak(short=10, long=60)
def test_typing_goes_on_offline_and_is_saved_once(page: Page, repeats: int) -> None:
    """Nothing that is typed is lost in so many seconds without a connection."""
    page.context.set_offline(True)
    expect(banner(page)).to_be_visible(timeout=1000)
    notes = field(page, "notes")
    fill(page, **GRACE)
    for second in range(repeats):
        notes.press_sequentially(f"{second} ")
        page.wait_for_timeout(1000)
    submit(page)
    expect(page.get_by_test_id("submit")).to_have_text("Creating...")
    page.context.set_offline(False)
    expect_saved(page, "Contact created")
    expect(banner(page)).to_be_hidden()
    expect(page.get_by_test_id("contact-row")).to_have_count(1)
    expect(row(page, "Grace")).to_contain_text(f"{repeats - 2} {repeats - 1}")


def test_a_creation_waits_for_the_connection(page: Page, proxy: Proxy) -> None:
    add(page, **GRACE)
    proxy.cut()
    expect(banner(page)).to_be_visible()
    fill(page, **ADA)
    submit(page)
    expect(page.get_by_text("Contact created")).to_be_hidden()  # that was the last one
    button = page.get_by_test_id("submit")
    expect(button).to_have_text("Creating...")
    expect(button).to_be_disabled()
    expect(lost(page)).to_have_text(WAITING)
    proxy.heal()
    expect_saved(page, "Contact created")
    expect(button).to_have_text("Create contact")
    expect(lost(page)).to_have_count(0)
    expect(page.get_by_test_id("contact-row")).to_have_count(2)


@pytest.mark.parametrize("how", ["the button", "typing"])
def test_what_waits_can_be_taken_back(page: Page, proxy: Proxy, how: str) -> None:
    proxy.cut()
    fill(page, **ADA)
    expect(banner(page)).to_be_visible()
    submit(page)
    expect(lost(page)).to_be_visible()
    if how == "typing":
        field(page, "notes").press_sequentially("!")
    else:
        page.get_by_test_id("take-back").click()
    expect(page.get_by_test_id("submit")).to_have_text("Create contact")
    expect(page.get_by_test_id("submit")).to_be_enabled()
    expect(page.get_by_text(UNSENT)).to_be_visible()
    proxy.heal()
    expect(banner(page)).to_be_hidden(timeout=BACK)
    page.wait_for_timeout(300)
    expect(page.get_by_text(UNSENT)).to_be_visible()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect(field(page, "name")).to_have_value(ADA["name"])


def test_success_is_not_said_of_what_was_typed_since(page: Page, proxy: Proxy) -> None:
    add(page)
    fill(page, **GRACE)
    proxy.cut()
    expect(banner(page)).to_be_visible()
    expect(page.get_by_text("Contact created")).to_be_hidden()
    submit(page)
    page.get_by_test_id("take-back").click()
    expect(page.get_by_text("Contact created")).to_be_hidden()
    expect(page.get_by_text(UNSENT)).to_be_visible()


def test_an_update_and_a_deletion_wait_for_the_connection(page: Page, proxy: Proxy) -> None:
    add(page)
    edit(page, "Ada Lovelace")
    fill(page, name="Ada King")
    proxy.cut()
    expect(banner(page)).to_be_visible()
    submit(page)
    expect(page.get_by_test_id("submit")).to_have_text("Updating...")
    expect(lost(page)).to_be_visible()
    proxy.heal()
    expect_saved(page, "Contact updated")
    ask_to_delete(page, "Ada King")
    proxy.cut()
    expect(banner(page)).to_be_visible()
    page.get_by_test_id("confirm-delete").click()
    expect(page.get_by_test_id("confirm-delete")).to_have_text("Deleting...")
    expect(page.get_by_test_id("confirm-delete")).to_be_disabled()
    expect(lost(page)).to_have_text(WAITING)
    proxy.heal()
    expect(row(page, "Ada King")).to_have_count(0, timeout=BACK)
    expect(page.get_by_test_id("confirm-dialog")).to_be_hidden()
    expect(page.get_by_test_id("notice")).to_have_text("Ada King moved to trashUndo")


def test_an_edit_or_a_deletion_that_waits_can_be_cancelled(page: Page, proxy: Proxy) -> None:
    add(page)
    ask_to_delete(page, "Ada Lovelace")
    proxy.cut()
    expect(banner(page)).to_be_visible()
    page.get_by_test_id("confirm-delete").click()
    page.get_by_test_id("cancel-delete").click()
    proxy.heal()
    expect(banner(page)).to_be_hidden(timeout=BACK)
    edit(page, "Ada Lovelace")
    fill(page, name="Ada King")
    proxy.cut()
    expect(banner(page)).to_be_visible()
    submit(page)
    page.get_by_test_id("cancel-edit").click()
    proxy.heal()
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible(timeout=BACK)
    page.wait_for_timeout(300)
    expect(row(page, "Ada Lovelace")).to_be_visible()
    expect(page.get_by_test_id("notice")).to_have_count(0)


@pytest.mark.parametrize("is_sent", [False, True], ids=["not sent", "sent"])
def test_a_reload_keeps_what_waits(page: Page, proxy: Proxy, is_sent: bool) -> None:
    fill(page, **ADA)
    proxy.is_slow = is_sent  # so the acknowledgement comes too late
    if not is_sent:
        proxy.cut()
        expect(banner(page)).to_be_visible()
    submit(page)
    expect(page.get_by_test_id("submit")).to_have_text("Creating...")
    proxy.heal()
    proxy.is_slow = False
    page.reload()
    expect(page.get_by_test_id("contact-row")).to_have_count(1, timeout=BACK)
    expect(field(page, "name")).to_have_value("")
    page.reload()
    expect(page.get_by_test_id("contact-row")).to_have_count(1)


def test_on_a_phone_a_text_that_is_not_saved_is_shown(
    new_page: NewPage, proxied_server: Server, proxy: Proxy, watch: Watch
) -> None:
    phone = new_page(url=proxy.url, viewport=PHONE)
    phone.get_by_test_id("add-contact").click()
    fill(phone, name="Grace Hopper", email="grace@")
    phone.reload()
    expect(field(phone, "name")).to_be_in_viewport()
    expect(field(phone, "name")).to_have_value("Grace Hopper")
    expect(phone.get_by_test_id("skeleton")).to_have_count(0)
    proxy.stall()
    submit(phone)
    phone.get_by_role("button", name="Close form").click()
    expect(field(phone, "name")).not_to_be_in_viewport()
    expect(phone.get_by_text("Please check the marked fields")).to_be_in_viewport(timeout=BACK)
    fill(phone, email="grace@navy.example")
    submit(phone)
    expect_saved(phone, "Contact created")
    proxy.drop()  # what was stalled stays so
    phone.reload()
    expect(row(phone, "Grace Hopper")).to_be_visible()
    expect(field(phone, "name")).not_to_be_in_viewport()
    watch.console.clear()  # the browser reports a kept connection that was dropped
