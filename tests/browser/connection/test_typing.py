"""What is typed while a form is sent stays, whatever becomes of the form."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.connection.steps import BACK, UNSENT, banner, expect_saved, submit, values
from tests.browser.steps import add, edit, field, fill, row
from tests.factories import ADA
from tests.proxy import Proxy


def type_on(page: Page, text: str) -> None:
    """Send the form by Enter and go on typing before its acknowledgement can arrive."""
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
    expect(row(page, "Ada King")).to_be_visible(timeout=BACK)
    page.keyboard.type("te")
    expect(page.get_by_role("heading", name="Edit contact")).to_be_visible()
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
    page.wait_for_timeout(600)  # it has arrived, its acknowledgement has not
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
        page.wait_for_timeout(600)  # it has arrived, its acknowledgement has not
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


def test_a_pending_form_can_be_typed_on_without_a_connection(page: Page, proxy: Proxy) -> None:
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


def test_a_form_saved_without_acknowledgement_removes_no_other_text(
    page: Page, proxy: Proxy
) -> None:
    fill(page, **ADA)
    proxy.is_slow = True
    submit(page)
    page.wait_for_timeout(600)  # it has arrived, its acknowledgement has not
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
