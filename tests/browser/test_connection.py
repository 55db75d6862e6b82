"""What becomes of typing and of actions while the connection is away, broken, dead or slow."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from reflex.utils.format import format_event_handler

from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.browser.accessibility import violations
from tests.browser.conftest import PHONE, Watch
from tests.browser.steps import add, ask_to_delete, delete, edit, field, fill, row, search
from tests.factories import ADA
from tests.preloaded import preloaded
from tests.proxy import Proxy, proxied
from tests.server import Server, running

WAITING = "Connection problem. Reconnecting... It is sent then."
UNSENT = "Not sent yet."
BACK = 20_000  # milliseconds in which a connection is back, and what waited for it is done
GRACE = {"name": "Grace Hopper", "email": "grace@navy.example"}
OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def proxy() -> Proxy:
    return Proxy()


@pytest.fixture(scope="module")
def proxied_server(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("proxied")
    with running(folder, CRM_PUBLIC_URL=proxy.url) as server, proxied(proxy, server.port):
        yield server


@pytest.fixture
def page(new_page: OpenPage, proxied_server: Server, proxy: Proxy, watch: Watch) -> Iterator[Page]:
    """The page of a new visitor, behind the proxy."""
    page = new_page(url=proxy.url)
    yield page
    proxy.heal()
    proxy.is_slow = False
    watch.console.clear()  # the browser reports each attempt to connect


def banner(page: Page) -> Any:
    return page.get_by_test_id("reconnecting")


def lost(page: Page) -> Any:
    """Return what a form or dialog says while its answer waits for a connection."""
    return page.locator("[data-says-lost]:visible")


def submit(page: Page) -> None:
    page.get_by_test_id("submit").click()


def expect_saved(page: Page, message: str) -> None:
    expect(page.get_by_test_id("form-message")).to_have_text(message, timeout=BACK)
    expect(page.get_by_test_id("submit")).to_be_enabled()


def test_typing_goes_on_offline_for_a_minute_and_is_saved_once(page: Page) -> None:
    page.context.set_offline(True)
    expect(banner(page)).to_be_visible(timeout=1000)
    notes = field(page, "notes")
    fill(page, **GRACE)
    for second in range(60):
        notes.press_sequentially(f"{second} ")
        page.wait_for_timeout(1000)
    submit(page)
    expect(page.get_by_test_id("submit")).to_have_text("Creating...")
    page.context.set_offline(False)
    expect_saved(page, "Contact created")
    expect(banner(page)).to_be_hidden()
    expect(page.get_by_test_id("contact-row")).to_have_count(1)
    expect(row(page, "Grace")).to_contain_text("58 59")


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


def test_on_a_phone_a_text_that_is_not_saved_is_shown(
    new_page: OpenPage, proxied_server: Server, proxy: Proxy, watch: Watch
) -> None:
    phone = new_page(url=proxy.url, viewport=PHONE)
    phone.get_by_test_id("add-contact").click()
    fill(phone, name="Grace Hopper", email="grace@")
    phone.reload()
    expect(field(phone, "name")).to_be_in_viewport()
    expect(field(phone, "name")).to_have_value("Grace Hopper")
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


def test_what_was_sent_and_not_answered_can_be_typed_on_while_nobody_is_there(
    page: Page, proxy: Proxy
) -> None:
    fill(page, **ADA)
    proxy.stall()
    submit(page)
    expect(page.get_by_test_id("take-back")).to_be_hidden()  # it may be saved at any moment
    proxy.cut()
    expect(banner(page)).to_be_visible()
    page.get_by_test_id("take-back").click()
    expect(page.get_by_text(UNSENT)).to_be_hidden()  # nobody knows
    field(page, "notes").press_sequentially(" Again.")
    expect(page.get_by_test_id("submit")).to_have_text("Create contact")
    proxy.heal()
    expect(banner(page)).to_be_hidden(timeout=BACK)
    expect(field(page, "notes")).to_have_value(f"{ADA['notes']} Again.")
    submit(page)
    expect_saved(page, "Contact created")
    expect(page.get_by_test_id("contact-row")).to_have_count(1)


def test_what_was_saved_without_an_answer_takes_no_other_text_away(
    page: Page, proxy: Proxy
) -> None:
    fill(page, **ADA)
    proxy.is_slow = True
    submit(page)
    page.wait_for_timeout(600)  # it has arrived, its answer has not
    proxy.cut()
    expect(banner(page)).to_be_visible()
    field(page, "notes").press_sequentially(" Again.")
    proxy.is_slow = False
    proxy.heal()
    expect(page.get_by_test_id("contact-row")).to_have_count(1, timeout=BACK)
    expect(field(page, "notes")).to_have_value(f"{ADA['notes']} Again.")
    submit(page)
    expect(page.get_by_text("A contact with this email already exists").first).to_be_visible()
    expect(page.get_by_test_id("contact-row")).to_have_count(1)


def type_on(page: Page, text: str) -> None:
    """Send the form by Enter and go on typing before its answer can come."""
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("submit")).to_be_disabled()
    page.keyboard.type(text)
    expect(page.get_by_test_id("submit")).to_be_disabled()


def test_the_next_contact_can_be_typed_while_the_last_is_saved(page: Page, proxy: Proxy) -> None:
    proxy.is_slow = True
    fill(page, **ADA)
    field(page, "email").focus()
    type_on(page, "Grace")
    field(page, "company").fill("US Navy")
    field(page, "email").press("End")
    page.keyboard.type(" Hop")
    expect_saved(page, "Contact created")
    expect(field(page, "name")).to_be_focused()
    page.keyboard.type("per")
    assert values(page) == {**dict.fromkeys(ADA, ""), "name": "Grace Hopper", "company": "US Navy"}
    expect(page.get_by_test_id("contact-row")).to_have_count(1)
    expect(row(page, "Ada Lovelace")).to_contain_text(ADA["email"])
    page.reload()
    expect(field(page, "name")).to_have_value("Grace Hopper")


def test_what_is_typed_while_an_edit_is_saved_is_the_next_edit(page: Page, proxy: Proxy) -> None:
    add(page)
    edit(page, "Ada Lovelace")
    proxy.is_slow = True
    fill(page, name="Ada King")
    field(page, "name").focus()
    type_on(page, ", Coun")
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible(timeout=BACK)
    page.keyboard.type("te")
    expect(page.get_by_role("heading", name="Edit contact")).to_be_visible(timeout=BACK)
    page.keyboard.type("ss")
    expect(field(page, "name")).to_have_value("Ada King, Countess")
    expect(row(page, "Ada King")).to_be_visible()
    submit(page)
    expect(row(page, "Ada King, Countess")).to_be_visible(timeout=BACK)
    expect(field(page, "name")).to_have_value("")


def test_what_is_typed_while_an_edit_is_saved_is_there_after_a_reload(
    page: Page, proxy: Proxy
) -> None:
    add(page)
    edit(page, "Ada Lovelace")
    proxy.is_slow = True
    fill(page, name="Ada King")
    field(page, "name").focus()
    type_on(page, ", Countess")
    page.wait_for_timeout(600)  # it has arrived, its answer has not
    page.reload()
    proxy.is_slow = False
    expect(row(page, "Ada King")).to_be_visible(timeout=BACK)
    expect(page.get_by_role("heading", name="Edit contact")).to_be_visible(timeout=BACK)
    expect(field(page, "name")).to_have_value("Ada King, Countess")


@pytest.mark.parametrize("end", ["refused", "lost", "reloaded"])
def test_what_is_typed_while_a_form_is_sent_stays(page: Page, proxy: Proxy, end: str) -> None:
    proxy.is_slow = True
    email = "ada@" if end == "refused" else ADA["email"]
    fill(page, **{**ADA, "email": email})
    field(page, "email").focus()
    type_on(page, "Grace")
    if end == "refused":
        expect(page.get_by_text("Please check the marked fields")).to_be_visible(timeout=BACK)
    elif end == "lost":
        page.wait_for_timeout(600)  # it has arrived, its answer has not
        proxy.drop()
        expect(page.get_by_text(UNSENT)).to_be_visible()
    else:
        page.reload()
    proxy.is_slow = False
    if end != "refused":
        expect(page.get_by_test_id("contact-row")).to_have_count(1, timeout=BACK)
    expect(page.get_by_test_id("submit")).to_be_enabled()
    assert values(page) == {**ADA, "email": f"{email}Grace"}
    fill(page, name="Grace", email="grace@navy.example")
    submit(page)
    expect(row(page, "grace@navy.example")).to_be_visible(timeout=BACK)


def values(page: Page) -> dict[str, str]:
    return {name: field(page, name).input_value() for name in ADA}


def test_a_conflict_that_is_answered_during_a_reload_is_shown(
    page: Page, proxy: Proxy, new_page: OpenPage
) -> None:
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
    page.wait_for_timeout(600)  # it has arrived, its answer has not
    proxy.is_slow = False
    page.reload()
    expect(page.locator("[data-other=name]")).to_contain_text("Elsewhere: Ada King", timeout=BACK)
    expect(field(page, "name")).to_have_value("Ada Byron")
    submit(page)
    expect_saved(page, "Contact updated")
    expect(row(page, "Ada Byron")).to_be_visible()


def test_what_was_brought_back_can_be_deleted_again(page: Page) -> None:
    add(page)
    for _ in range(2):
        delete(page, "Ada Lovelace")
        page.get_by_test_id("undo").click()
        expect(row(page, "Ada Lovelace")).to_be_visible()


def test_an_action_that_fails_is_answered_and_can_be_tried_again(
    new_page: OpenPage, tmp_path: Path
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


def test_an_old_failure_does_not_answer_what_waits_over_a_reload(
    new_page: OpenPage, tmp_path: Path, watch: Watch
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


@pytest.mark.parametrize("delay", [0, 20, 100, 400])
def test_a_dropped_answer_is_asked_for_again(page: Page, proxy: Proxy, delay: int) -> None:
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


def test_a_dead_connection_is_noticed_by_the_missing_answer(page: Page, proxy: Proxy) -> None:
    fill(page, **ADA)
    proxy.stall()
    submit(page)
    expect(page.get_by_test_id("submit")).to_have_text("Creating...")
    page.wait_for_timeout(6000)
    expect(page.get_by_test_id("submit")).to_have_text("Creating...")
    expect_saved(page, "Contact created")
    expect(page.get_by_test_id("contact-row")).to_have_count(1)


@pytest.mark.parametrize("is_sent", [False, True], ids=["not sent", "sent"])
def test_a_reload_keeps_what_waits(page: Page, proxy: Proxy, is_sent: bool) -> None:
    fill(page, **ADA)
    proxy.is_slow = is_sent  # so the answer comes too late
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


def test_a_server_that_is_restarted_is_told_again(page: Page, proxied_server: Server) -> None:
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


def test_a_deletion_whose_answer_was_lost_is_no_failure(
    page: Page, proxy: Proxy, proxied_server: Server
) -> None:
    add(page)
    ask_to_delete(page, "Ada Lovelace")
    proxy.is_slow = True
    page.get_by_test_id("confirm-delete").click()
    page.wait_for_timeout(600)  # it has arrived, its answer has not
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


def test_changes_of_another_tab_are_there_with_the_connection(
    page: Page, proxy: Proxy, new_page: OpenPage, proxied_server: Server, browser: Browser
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


def test_the_text_for_a_contact_that_is_gone_can_become_a_new_one(
    page: Page, proxy: Proxy, new_page: OpenPage, proxied_server: Server
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


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_lost_connection_breaks_no_accessibility_rule(
    new_page: OpenPage, proxied_server: Server, proxy: Proxy, watch: Watch, mode: str
) -> None:
    page = new_page(url=proxy.url, viewport=PHONE, color_scheme=mode)
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


def test_people_s_waiting_is_reported(page: Page) -> None:
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
    with page.expect_response("**/report") as answer:
        page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert answer.value.status == 204
    told = [report.get("action") or report.get("error") for report in reports]
    actions = ["create_contact", "get_contacts", "update_contact", "delete_contact"]
    assert told[:4] == actions
    assert sorted(map(str, told[4:])) == ["promise", "script"]
    assert all(0 < report["ms"] < 10_000 for report in reports[:4])
    assert "Zaphod" not in json.dumps(reports)


def test_a_refused_socket_is_tried_again_with_pauses(
    new_page: OpenPage, tmp_path: Path, watch: Watch
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
