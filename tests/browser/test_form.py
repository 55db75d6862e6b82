"""Adding and editing: what the form shows, and that a form sent twice is one contact."""

import re

from playwright.sync_api import Page, expect

from tests.browser.steps import add, edit, field, fill, form_message, row
from tests.factories import ADA
from tests.server import Server


def test_adding_shows_the_contact_and_empties_the_form(page: Page) -> None:
    expect(page.get_by_test_id("empty-state")).to_contain_text("No contacts yet")
    add(page)
    expect(page.get_by_test_id("contact-count")).to_have_text("1")
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
    expect(form_message(page)).to_have_attribute("role", "status")
    page.wait_for_timeout(2000)
    expect(form_message(page)).to_have_text("Contact created")
    expect(form_message(page)).to_be_empty(timeout=3000)


def test_missing_values_take_no_space(page: Page) -> None:
    add(page, company="", phone="", notes="")
    assert row(page, "Ada Lovelace").locator("svg").count() == 3  # Copy, Edit and Delete
    assert row(page, "Ada Lovelace").locator("p").count() == 1  # the email


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
    expect(form_message(page)).to_have_text("Please check the marked fields")
    for name, value in typed.items():
        expect(field(page, name)).to_have_value(value)
    page.wait_for_timeout(3500)
    expect(form_message(page)).to_have_text("Please check the marked fields")
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
    expect(page.get_by_test_id("contact-count")).to_have_text("1")
    expect(field(page, "name")).to_have_value("")
    fill(page, name="Grace", email="grace@navy.example")
    field(page, "email").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(row(page, "Grace")).to_have_count(1)
    page.wait_for_timeout(500)
    expect(page.get_by_test_id("contact-count")).to_have_text("2")


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
    expect(form_message(page)).to_have_text("Contact updated")
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
    expect(form_message(page)).to_have_text("Contact updated")
    expect(row(page, "Ada King")).not_to_contain_text("+44")
    expect(page.get_by_role("heading", name="Add contact")).to_be_visible()
    expect(page.get_by_test_id("contact-count")).to_have_text("1")


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


def test_updating_twice_updates_once_and_says_nothing_else(page: Page) -> None:
    add(page)
    edit(page, "Ada Lovelace")
    fill(page, name="Ada King")
    page.get_by_test_id("submit").dblclick()
    expect(row(page, "Ada King")).to_be_visible()
    page.wait_for_timeout(500)
    expect(form_message(page)).to_have_text("Contact updated")


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
    # The company twice: on phones it is below the name.
    assert row(page, evil).locator("[dir=auto]").count() == 4


def test_a_missing_contact_is_reported_once(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?edit=0192d1c8-0000-7000-8000-000000000000")
    expect(form_message(page)).to_have_text("This contact no longer exists")
    for _ in range(2):
        page.goto(server.url)
        expect(page.get_by_test_id("empty-state")).to_be_visible()
        expect(form_message(page)).to_be_empty()
