"""Acknowledgements that are dropped, late, missing or failures."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from reflex.utils.format import format_event_handler

from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.browser.conftest import NewPage, Watch
from tests.browser.connection.steps import BACK, banner, expect_saved, lost, submit
from tests.browser.steps import add, ask_to_delete, edit, field, fill, row, search
from tests.factories import ADA
from tests.preloaded import preloaded
from tests.proxy import Proxy
from tests.server import Server


def test_a_conflict_is_shown_after_a_reload(page: Page, proxy: Proxy, new_page: NewPage) -> None:
    add(page)
    edit(page, "Ada Lovelace")
    other = new_page(context=page.context, url=proxy.url)
    edit(other, "Ada Lovelace")
    fill(other, name="Ada King")
    submit(other)
    expect_saved(other, "Contact updated")
    other.close()
    fill(page, name="Ada Byron")
    proxy.is_slow = True
    submit(page)
    page.wait_for_timeout(600)  # it has arrived, its acknowledgement has not
    proxy.is_slow = False
    page.reload()
    expect(page.locator("[data-other=name]")).to_contain_text("Saved: Ada King", timeout=BACK)
    expect(field(page, "name")).to_have_value("Ada Byron")
    submit(page)
    expect_saved(page, "Contact updated")
    expect(row(page, "Ada Byron")).to_be_visible()


def test_an_action_that_fails_is_acknowledged_and_can_be_tried_again(
    new_page: NewPage, tmp_path: Path
) -> None:
    faults = tmp_path / "faults"
    handlers: list[Any] = [ContactFormState.create_contact, ConfirmDeleteState.delete_contact]
    faults.write_text(
        "\n".join(f"{format_event_handler(each)} at its beginning" for each in handlers)
    )
    with preloaded(tmp_path, CRM_TEST_FAULTS=str(faults)) as server:
        page = new_page(url=server.url)
        fill(page, **ADA)
        submit(page)
        expect(page.get_by_test_id("notice")).to_contain_text("Something went wrong")
        expect(page.get_by_test_id("submit")).to_be_enabled()
        expect(page.get_by_test_id("submit")).to_have_text("Create contact")
        broken = faults.read_text()
        faults.write_text("")
        submit(page)
        expect_saved(page, "Contact created")
        faults.write_text(broken)
        ask_to_delete(page, "Ada Lovelace")
        page.get_by_test_id("confirm-delete").click()
        expect(page.get_by_test_id("notice")).to_contain_text("Something went wrong")
        expect(page.get_by_test_id("confirm-delete")).to_be_enabled()
        faults.write_text("")
        page.get_by_test_id("confirm-delete").click()
        expect(page.get_by_test_id("empty-state")).to_be_visible()


def test_an_old_failure_does_not_acknowledge_a_form_that_is_pending_over_a_reload(
    new_page: NewPage, tmp_path: Path, watch: Watch
) -> None:
    faults = tmp_path / "faults"
    handler: Any = ContactListState.get_contacts
    faults.write_text(f"{format_event_handler(handler)} at its beginning")
    with preloaded(tmp_path, CRM_TEST_FAULTS=str(faults)) as server:
        page = new_page(url=server.url)
        search(page, "ada")
        expect(page.get_by_test_id("notice")).to_contain_text("Something went wrong")
        faults.write_text("")
        fill(page, **ADA)
        page.context.set_offline(True)
        submit(page)
        expect(lost(page)).to_be_visible()
        page.context.set_offline(False)
        page.reload()
        expect(page.get_by_test_id("contact-row")).to_have_count(1, timeout=BACK)
    watch.console.clear()  # the browser reports each attempt to connect


@pytest.mark.parametrize("delay", [0, 20, 100, 400])
def test_a_form_whose_acknowledgement_is_lost_is_sent_again(
    page: Page, proxy: Proxy, delay: int
) -> None:
    fill(page, **ADA)
    submit(page)
    page.wait_for_timeout(delay)
    proxy.drop()
    expect(page.get_by_test_id("contact-row")).to_have_count(1, timeout=BACK)
    expect(page.get_by_test_id("submit")).to_have_text("Create contact")
    page.wait_for_timeout(500)  # Reflex forgets clicks while it loads the page's data again
    edit(page, "Ada Lovelace")
    fill(page, name="Ada King")
    submit(page)
    page.wait_for_timeout(delay)
    proxy.drop()
    expect(row(page, "Ada King")).to_be_visible(timeout=BACK)
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible(timeout=BACK)
    page.wait_for_timeout(500)
    ask_to_delete(page, "Ada King")
    page.get_by_test_id("confirm-delete").click()
    page.wait_for_timeout(delay)
    proxy.drop()
    expect(page.get_by_test_id("notice")).to_have_text("Ada King moved to trashUndo", timeout=BACK)
    expect(page.get_by_test_id("empty-state")).to_be_visible()


def test_a_missing_acknowledgement_shows_a_dead_connection(page: Page, proxy: Proxy) -> None:
    fill(page, **ADA)
    proxy.stall()
    submit(page)
    expect(page.get_by_test_id("submit")).to_have_text("Creating...")
    page.wait_for_timeout(6000)
    expect(page.get_by_test_id("submit")).to_have_text("Creating...")
    expect_saved(page, "Contact created")
    expect(page.get_by_test_id("contact-row")).to_have_count(1)


def test_a_deletion_whose_acknowledgement_was_lost_is_no_failure(
    page: Page, proxy: Proxy, proxied_server: Server
) -> None:
    add(page)
    ask_to_delete(page, "Ada Lovelace")
    proxy.is_slow = True
    page.get_by_test_id("confirm-delete").click()
    page.wait_for_timeout(600)  # it has arrived, its acknowledgement has not
    proxy.cut()
    proxied_server.kill()
    proxied_server.start()
    proxy.is_slow = False
    proxy.heal()
    expect(page.get_by_test_id("notice")).to_have_text(
        "Ada Lovelace moved to trashUndo", timeout=BACK
    )
    page.get_by_test_id("undo").click()
    expect(row(page, "Ada Lovelace")).to_be_visible()


def test_a_slow_network_only_takes_longer(page: Page, proxy: Proxy) -> None:
    proxy.is_slow = True
    fill(page, **ADA)
    submit(page)
    expect(page.get_by_test_id("submit")).to_have_text("Creating...")
    expect_saved(page, "Contact created")
    expect(banner(page)).to_be_hidden()
    expect(page.get_by_test_id("contact-row")).to_have_count(1)
