"""Page translation: what decides something is still named rightly, and nothing breaks."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.steps import (
    account_input,
    add,
    ask_to_delete,
    edit,
    field,
    fill,
    open_account,
    open_sign_in,
    panel,
    row,
    search,
    send,
    sign_up,
)

# Like a translator, it puts an element in the place of each text node, and goes on with new ones.
TRANSLATE = """
const wrap = n => {
    const isLeftAlone = n.parentElement?.closest("font,script,style,textarea,[translate=no]");
    if (!n.parentElement || !n.nodeValue.trim() || isLeftAlone) return;
    const f = document.createElement("font"), g = document.createElement("font");
    g.textContent = "~" + n.nodeValue; f.append(g); n.replaceWith(f);
};
const walk = root => {
    const w = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), a = [];
    while (w.nextNode()) a.push(w.currentNode);
    a.forEach(wrap);
};
window.__translate = () => {
    walk(document.body);
    new MutationObserver(ms => setTimeout(() => {
        for (const m of ms) for (const n of m.addedNodes)
            n.nodeType === 3 ? wrap(n) : n.nodeType === 1 && n.tagName !== "FONT" && walk(n);
    }, 60)).observe(document.body, {subtree: true, childList: true, characterData: true});
};
"""


@pytest.fixture
def page(new_page: NewPage, watch: Watch) -> Page:
    """The translated page of a visitor with two contacts."""
    page = new_page()
    page.add_init_script(TRANSLATE)
    page.reload()
    add(page, name="Anna First", email="anna@example.com")
    add(page, name="Berta Second", email="berta@example.com")
    page.evaluate("__translate()")
    return page


def test_the_question_names_the_contact_that_is_deleted(page: Page) -> None:
    title = page.locator("#confirm-title")
    ask_to_delete(page, "Anna First")
    expect(title).to_have_text("~Delete Anna First~?")
    page.get_by_test_id("cancel-delete").click()
    ask_to_delete(page, "Berta Second")
    expect(title).to_have_text("~Delete Berta Second~?")
    page.get_by_test_id("confirm-delete").click()
    expect(row(page, "Berta Second")).to_have_count(0)
    expect(row(page, "Anna First")).to_be_visible()
    expect(page.get_by_test_id("notice")).to_contain_text("Berta Second moved to trash")
    expect(page.get_by_test_id("contact-count")).to_have_text("1")
    ask_to_delete(page, "Anna First")
    expect(page.get_by_test_id("confirm-delete")).to_have_text("~Delete")


def test_the_list_says_what_was_searched_for_and_how_many_match(page: Page) -> None:
    for text in ("smyth", "jones"):
        search(page, text)
        expect(page.get_by_test_id("no-match")).to_contain_text(f"No match for “{text}~”")
        expect(page.get_by_test_id("contact-count")).to_have_text("0")
    search(page, "anna")
    expect(page.get_by_test_id("contact-count")).to_have_text("1")
    for name in ("Anna First", "Berta Second"):
        search(page, "")
        ask_to_delete(page, name)
        page.get_by_test_id("confirm-delete").click()
    expect(page.get_by_test_id("empty-state")).to_contain_text("No contacts yet")
    search(page, "smyth")
    expect(page.get_by_test_id("no-match")).to_contain_text("No match for “smyth~”")
    search(page, "")
    expect(page.get_by_test_id("empty-state")).to_contain_text("No contacts yet")


def test_the_form_says_what_it_is_for_and_what_became_of_it(page: Page) -> None:
    message, button = page.get_by_test_id("form-message"), page.get_by_test_id("submit")
    heading = page.locator("#form-heading")
    edit(page, "Anna First")
    expect(heading).to_have_text("~Edit contact")
    expect(button).to_have_text("~Update contact")
    fill(page, email="nonsense")
    button.click()
    expect(page.locator("#email-error")).to_contain_text("must have an @-sign")
    expect(button).to_have_text("~Update contact")
    fill(page, email="")
    button.click()
    expect(page.locator("#email-error")).to_have_text("~Enter an email address")
    fill(page, email="anna@first.example")
    button.click()
    expect(message).to_have_text("~Contact updated")
    expect(heading).to_have_text("~Add contact")
    expect(button).to_have_text("~Create contact")
    expect(row(page, "Anna First")).to_contain_text("anna@first.example")
    expect(message).to_be_empty()
    expect(field(page, "name")).to_have_value("")


def test_the_opened_contact_follows_where_nothing_is_left_alone(new_page: NewPage) -> None:
    """A script that changes text may change what somebody typed, too."""
    page = new_page()
    page.add_init_script(TRANSLATE.replace(",[translate=no]", ""))
    page.reload()
    add(page, name="Anna First", email="anna@example.com")
    add(page, name="Berta Second", email="berta@example.com")
    row(page, "Anna First").get_by_role("button").first.click()
    expect(page.get_by_test_id("contact-name")).to_have_text("Anna First")
    page.evaluate("__translate()")
    page.get_by_test_id("previous-contact").click()
    expect(page.get_by_test_id("contact-name")).to_contain_text("Berta Second")
    expect(panel(page)).to_contain_text("BS")
    expect(panel(page)).not_to_contain_text("AF")
    expect(panel(page)).to_contain_text("berta@example.com")


def test_the_forms_about_accounts_say_what_they_do(page: Page) -> None:
    open_sign_in(page)
    send(page, "sign-in", email="nobody@example.com", password="not the password")
    expect(page.get_by_test_id("sign-in-message")).to_contain_text("is wrong")
    expect(page.get_by_test_id("sign-in")).to_have_text("~Sign in")
    send(page, "sign-in", email="", password="")
    expect(page.locator("#email-error")).to_have_text("~Enter an email address")
    page.get_by_test_id("back").click()
    expect(row(page, "Anna First")).to_be_visible()
    email = sign_up(page)
    expect(row(page, "Anna First")).to_be_visible()
    page.evaluate("__translate()")
    dialog = open_account(page)
    expect(dialog.locator("#account-email")).to_have_text(email)
    account_input(dialog, "password").fill("not the password")
    for _ in range(2):
        dialog.get_by_test_id("change-password").click()
        expect(dialog.get_by_test_id("change-password")).to_have_text("~Change password")
    dialog.get_by_test_id("account-tab-data").click()
    dialog.get_by_test_id("delete-account").click()
    expect(page.get_by_test_id("confirm-delete-account")).to_be_visible()
    send(page, "confirm-delete-account", password="not the password")
    expect(page.locator("#delete-password-error")).to_have_text("~This is not your password")
    expect(page.get_by_test_id("confirm-delete-account")).to_have_text("~Delete everything")
