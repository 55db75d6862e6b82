"""Adding and editing: nothing that was typed is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.steps import add, delete, edit, field, fill, row
from tests.factories import ADA
from tests.server import Server


def message(page: Page):
    return page.get_by_test_id("form-message")


def test_adding_shows_the_contact_and_empties_the_form(page: Page) -> None:
    expect(page.get_by_test_id("empty-state")).to_contain_text("No contacts yet")
    add(page)
    expect(page.get_by_test_id("contact-count")).to_have_text("(1)")
    shown = row(page, "Ada Lovelace")
    for value in ADA.values():
        expect(shown).to_contain_text(value)
    expect(shown).to_contain_text(re.compile(r"Added \w{3} \d+, \d{4}"))
    expect(shown.get_by_role("link", name=ADA["email"])).to_have_attribute(
        "href", f"mailto:{ADA['email']}"
    )
    expect(shown.get_by_role("link", name=ADA["phone"])).to_have_attribute(
        "href", "tel:+442079460958"
    )
    for name in ADA:
        expect(field(page, name)).to_have_value("")
    expect(field(page, "name")).to_be_focused()


def test_the_message_of_success_goes_after_three_seconds(page: Page) -> None:
    page.clock.install()
    add(page)
    expect(message(page)).to_have_attribute("role", "status")
    page.wait_for_timeout(2000)
    expect(message(page)).to_have_text("Contact created")
    expect(message(page)).to_be_empty(timeout=3000)


def test_missing_values_take_no_space(page: Page) -> None:
    add(page, company="", phone="", notes="")
    assert row(page, "Ada Lovelace").locator("svg").count() == 2  # Edit and Delete
    assert row(page, "Ada Lovelace").locator("p").count() == 2  # name and email


def test_errors_stand_at_their_fields_and_all_text_stays(page: Page) -> None:
    typed = {"name": "", "email": "nonsense", "company": "c" * 101, "notes": "keep me"}
    fill(page, **typed)
    page.get_by_test_id("submit").click()
    for name in ("name", "email", "company"):
        expect(field(page, name)).to_have_attribute("aria-invalid", "true")
        described_by = (field(page, name).get_attribute("aria-describedby") or "").split()
        assert described_by == [f"{name}-error", f"{name}-note"]
        expect(page.locator(f"#{name}-error")).not_to_be_empty()
    expect(field(page, "phone")).to_have_attribute("aria-invalid", "false")
    expect(field(page, "name")).to_be_focused()
    expect(message(page)).to_have_text("Please check the marked fields")
    for name, value in typed.items():
        expect(field(page, name)).to_have_value(value)
    page.wait_for_timeout(3500)
    expect(message(page)).to_have_text("Please check the marked fields")
    fill(page, name="Ada", email="ada@example.com", company="")
    page.get_by_test_id("submit").click()
    expect(row(page, "Ada")).to_contain_text("keep me")
    expect(field(page, "name")).to_have_attribute("aria-invalid", "false")


def test_a_taken_email_is_said_at_the_field(page: Page) -> None:
    add(page)
    fill(page, name="Augusta", email=ADA["email"].upper())
    page.get_by_test_id("submit").click()
    expect(page.get_by_text("A contact with this email already exists")).to_be_visible()
    expect(field(page, "email")).to_be_focused()
    expect(field(page, "name")).to_have_value("Augusta")


def test_double_click_and_enter_enter_create_one(page: Page) -> None:
    fill(page, **ADA)
    page.get_by_test_id("submit").dblclick()
    expect(page.get_by_test_id("contact-count")).to_have_text("(1)")
    expect(field(page, "name")).to_have_value("")
    fill(page, name="Grace", email="grace@navy.example")
    field(page, "email").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(row(page, "Grace")).to_have_count(1)
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("contact-count")).to_have_text("(2)")


def test_the_button_says_what_it_does_and_is_disabled(page: Page) -> None:
    labels = page.evaluate_handle(
        """() => {
            const seen = [];
            const look = () => {
                const button = document.querySelector("[data-testid=submit]");
                const label = `${button.textContent} ${button.disabled}`;
                if (seen.at(-1) !== label) seen.push(label);
            };
            new MutationObserver(look).observe(document.body,
                {subtree: true, childList: true, characterData: true, attributes: true});
            return seen;
        }"""
    )
    add(page)
    assert "Creating... true" in labels.json_value()
    edit(page, "Ada Lovelace")
    page.get_by_test_id("submit").click()
    expect(message(page)).to_have_text("Contact updated")
    seen = labels.json_value()
    assert "Updating... true" in seen
    assert seen[-1] == "Create contact false"


def test_editing_changes_the_contact(page: Page) -> None:
    add(page)
    edit(page, "Ada Lovelace")
    expect(page.get_by_role("heading", name="Edit contact")).to_be_visible()
    for name, value in ADA.items():
        expect(field(page, name)).to_have_value(value)
    expect(field(page, "name")).to_be_focused()
    fill(page, name="Ada King", phone="")
    page.get_by_test_id("submit").click()
    expect(message(page)).to_have_text("Contact updated")
    expect(row(page, "Ada King")).not_to_contain_text("+44")
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible()
    expect(page.get_by_test_id("contact-count")).to_have_text("(1)")


def test_cancelling_leaves_the_contact_and_returns_the_focus(page: Page) -> None:
    add(page)
    edit(page, "Ada Lovelace")
    fill(page, name="Somebody else")
    page.get_by_test_id("cancel-edit").click()
    expect(field(page, "name")).to_have_value("")
    expect(row(page, "Ada Lovelace")).to_be_visible()
    expect(row(page, "Ada Lovelace").get_by_test_id("edit")).to_be_focused()
    edit(page, "Ada Lovelace")
    expect(field(page, "name")).to_have_value("Ada Lovelace")


def test_a_draft_survives_a_reload(page: Page) -> None:
    fill(page, name="Half a na", notes="first line\nsecond line")
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect(field(page, "name")).to_have_value("Half a na")
    expect(field(page, "notes")).to_have_value("first line\nsecond line")
    fill(page, name="Half a name", email="half@example.com")
    page.get_by_test_id("submit").click()
    expect(row(page, "Half a name")).to_be_visible()
    page.reload()
    expect(row(page, "Half a name")).to_be_visible()
    expect(field(page, "name")).to_have_value("")


def test_an_edit_survives_a_reload_and_a_second_form(page: Page) -> None:
    add(page)
    add(page, name="Grace Hopper", email="grace@navy.example")
    fill(page, name="Third, not sent yet")
    edit(page, "Ada Lovelace")
    fill(page, notes="changed, not sent yet")
    page.reload()
    expect(field(page, "name")).to_have_value("Ada Lovelace")
    expect(field(page, "notes")).to_have_value("changed, not sent yet")
    edit(page, "Grace Hopper")
    expect(field(page, "notes")).to_have_value(ADA["notes"])
    edit(page, "Ada Lovelace")
    expect(field(page, "notes")).to_have_value("changed, not sent yet")
    page.get_by_test_id("submit").click()
    expect(row(page, "Ada Lovelace")).to_contain_text("changed, not sent yet")
    expect(field(page, "name")).to_have_value("Third, not sent yet")


def test_text_for_a_contact_that_is_gone_is_kept(new_page: NewPage, page: Page) -> None:
    add(page)
    second = new_page(context=page.context)
    edit(page, "Ada Lovelace")
    fill(page, notes="typed meanwhile")
    delete(second, "Ada Lovelace")
    page.get_by_test_id("submit").click()
    expect(message(page)).to_have_text("This contact no longer exists")
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect(field(page, "notes")).to_have_value("typed meanwhile")
    page.get_by_test_id("submit").click()
    expect(row(page, "Ada Lovelace")).to_contain_text("typed meanwhile")


def test_updating_twice_updates_once_and_says_nothing_else(page: Page) -> None:
    add(page)
    edit(page, "Ada Lovelace")
    fill(page, name="Ada King")
    page.get_by_test_id("submit").dblclick()
    expect(row(page, "Ada King")).to_be_visible()
    page.wait_for_timeout(500)
    expect(message(page)).to_have_text("Contact updated")


@pytest.mark.parametrize("meanwhile", ["nothing", "edited", "deleted"])
def test_a_copied_tab_never_takes_a_text_for_another(page: Page, meanwhile: str) -> None:
    fill(page, name="Anna", email="anna@example.com")
    with page.expect_popup() as popup:  # the copy has the draft, its key too
        page.evaluate("window.open('/')")
    copy = popup.value
    expect(field(copy, "name")).to_have_value("Anna")
    page.get_by_test_id("submit").click()
    expect(row(page, "Anna")).to_be_visible()
    if meanwhile == "edited":
        edit(page, "Anna")
        fill(page, notes="changed")
        page.get_by_test_id("submit").click()
        expect(row(page, "Anna")).to_contain_text("changed")
    if meanwhile == "deleted":
        delete(page, "Anna")
    fill(copy, name="Berta", email="berta@example.com")
    copy.get_by_test_id("submit").click()
    expect(message(copy)).to_contain_text("This form was sent before")
    expect(field(copy, "name")).to_have_value("Berta")
    copy.get_by_test_id("submit").click()
    expect(row(copy, "Berta")).to_be_visible()


def test_a_form_that_was_sent_is_sent_again_after_a_reload_and_another_once_refused(
    page: Page,
) -> None:
    key = "document.querySelector('form').crm.key"
    fill(page, name="Ada", email="not valid yet")
    first = page.evaluate(key)
    # Sent, and the answer lost: what the tab remembers is all there is.
    page.evaluate(
        """() => {
            const form = document.querySelector("form");
            form.addEventListener("submit", event => {
                event.preventDefault();
                event.stopPropagation();
            }, {once: true});
            form.requestSubmit();
        }"""
    )
    page.reload()
    expect(field(page, "email")).to_have_attribute("aria-invalid", "true")
    expect(field(page, "name")).to_have_value("Ada")
    assert page.evaluate(key) != first


def test_the_focus_is_not_stolen_from_who_types_elsewhere(page: Page) -> None:
    add(page)
    row(page, "Ada Lovelace").get_by_test_id("edit").evaluate(
        "button => { button.click(); document.querySelector('[data-testid=search]').focus(); }"
    )
    page.keyboard.type("ada")
    expect(field(page, "name")).to_have_value("Ada Lovelace")
    expect(page.get_by_test_id("search")).to_be_focused()
    expect(page.get_by_test_id("search")).to_have_value("ada")


def test_text_is_shown_and_never_run(page: Page) -> None:
    evil = "<img src=x onerror=document.title='run'>"
    add(page, name=evil, company=evil, notes=f"{evil}\u202e reversed")
    expect(row(page, evil).first).to_contain_text(evil)
    assert page.title() == "Contact Manager"
    assert row(page, evil).locator("[dir=auto]").count() == 3


def test_a_message_goes_with_a_page_load_and_not_with_a_reconnect(
    page: Page, server: Server, watch: Watch
) -> None:
    fill(page, name="Ada", email="nonsense")
    page.get_by_test_id("submit").click()
    expect(field(page, "email")).to_have_attribute("aria-invalid", "true")
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    expect(page.get_by_test_id("reconnecting")).to_be_visible()
    expect(page.get_by_test_id("reconnecting")).to_be_hidden(timeout=15_000)
    expect(field(page, "email")).to_have_attribute("aria-invalid", "true")
    expect(message(page)).to_have_text("Please check the marked fields")
    fill(page, name="", email="")
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    expect(message(page)).to_be_empty()
    expect(field(page, "email")).to_have_attribute("aria-invalid", "false")


def test_that_a_contact_is_gone_is_said_once(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?edit=0192d1c8-0000-7000-8000-000000000000")
    expect(message(page)).to_have_text("This contact no longer exists")
    for _ in range(2):
        page.goto(server.url)
        expect(page.get_by_test_id("empty-state")).to_be_visible()
        expect(message(page)).to_be_empty()


@pytest.mark.parametrize("text", ["ä" * 6000, "\x01" * 6000], ids=["letters", "controls"])
def test_what_is_too_long_to_be_sent_says_so_and_stays(page: Page, text: str) -> None:
    fill(page, name="Ada", email="ada@example.com", notes=text)
    page.get_by_test_id("submit").click()
    notes = field(page, "notes")
    expect(notes).to_have_js_property(
        "validationMessage", "This is too long to be sent: 6000 characters."
    )
    expect(notes).to_have_value(text)
    fill(page, notes="shorter")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("form-message")).to_have_text("Contact created")
