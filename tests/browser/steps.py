"""What a person does on the page, in the words of the tests."""

from playwright.sync_api import JSHandle, Locator, Page, expect

from tests.accounts import PASSWORD, new_email
from tests.factories import ADA


def fill(page: Page, **fields: str) -> None:
    form = page.get_by_test_id("contact-form")
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)


def add(page: Page, **fields: str) -> None:
    """Add a contact and wait until the page says so."""
    fill(page, **{**ADA, **fields})
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("form-message")).to_have_text("Contact created")


def row(page: Page, name: str) -> Locator:
    return page.get_by_test_id("contact-row").filter(has_text=name)


def field(page: Page, name: str) -> Locator:
    return page.get_by_test_id("contact-form").locator(f"[name={name}]")


def form_message(page: Page) -> Locator:
    return page.get_by_test_id("form-message")


def button_of(page: Page, name: str, test_id: str) -> Locator:
    """Return a button of a contact: in its row, on phones in the opened contact."""
    width = (page.viewport_size or {"width": 1280})["width"]
    if width >= 640:
        row(page, name).hover()
        return row(page, name).get_by_test_id(test_id)
    panel = page.get_by_test_id("contact-panel")
    if not panel.is_visible():
        row(page, name).get_by_role("button").first.click()
    expect(panel.get_by_test_id("contact-name")).to_have_text(name)
    return panel.get_by_test_id(test_id)


def edit(page: Page, name: str) -> None:
    """Open a contact in the form and wait until it is there."""
    button_of(page, name, "edit").click()
    expect(field(page, "name")).to_have_value(name)


def ask_to_delete(page: Page, name: str) -> None:
    button_of(page, name, "delete").click()
    expect(page.get_by_test_id("confirm-dialog")).to_be_visible()


def delete(page: Page, name: str) -> None:
    ask_to_delete(page, name)
    page.get_by_test_id("confirm-delete").click()
    expect(row(page, name)).to_have_count(0)


def search(page: Page, text: str) -> None:
    page.get_by_test_id("search").fill(text)


def account_input(page: Page | Locator, name: str) -> Locator:
    """Return an input of the form that signs in, of the account, or of its deletion."""
    return page.locator(f"[data-account-form] [name={name}]:visible").last


def open_sign_up(page: Page) -> None:
    """Show the form of a new account, from the menu or from the sign-in view."""
    _open_form(page, "sign-up")
    expect(page.get_by_role("heading", name="Create your account")).to_be_visible()


def open_sign_in(page: Page) -> None:
    """Show the form that signs in, from the menu or from another form."""
    _open_form(page, "sign-in")
    expect(page.get_by_role("heading", name="Sign in to Contact Manager")).to_be_visible()


def _open_form(page: Page, name: str) -> None:
    page.get_by_test_id(name).or_(page.get_by_test_id("account-menu")).first.wait_for()
    if page.get_by_test_id("account-menu").is_visible():
        page.get_by_test_id("account-menu").click()
    page.get_by_test_id(name).click()


def sign_up(page: Page, email: str = "", password: str = PASSWORD) -> str:
    """Make an account of the visitor and return its email address."""
    email = email or new_email()
    open_sign_up(page)
    send(page, "sign-up", email=email, password=password)
    expect_account(page, email)
    return email


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in, where the form is shown already or from the menu."""
    if not page.get_by_role("heading", name="Sign in to Contact Manager").is_visible():
        open_sign_in(page)
    send(page, "sign-in", email=email, password=password)
    expect_account(page, email)


def expect_account(page: Page, email: str) -> None:
    """Wait until the contacts of this account are shown; nothing for a guest's."""
    expect(page.locator("#account-menu")).to_contain_text(email or "Guest")
    expect(page.get_by_test_id("skeleton")).to_have_count(0)


def sign_out(page: Page) -> None:
    page.get_by_test_id("account-menu").click()
    page.get_by_test_id("sign-out").click()


def open_account(page: Page, tab: str = "") -> Locator:
    """Open the account view, choose a tab and return it."""
    page.get_by_test_id("account-menu").click()
    page.get_by_test_id("open-account").click()
    expect(page.get_by_test_id("account")).to_be_visible()
    if tab:
        page.get_by_test_id(f"account-tab-{tab}").click()
    return page.get_by_test_id("account")


def send(page: Page, button: str, **fields: str) -> None:
    """Fill the form about an account that is shown and press its button."""
    for name, value in fields.items():
        account_input(page, name).fill(value)
    page.get_by_test_id(button).click()


def labels_of(page: Page, button: str) -> JSHandle:
    """Return the list that grows by each text of a button, with whether it is disabled."""
    return page.evaluate_handle(
        """name => {
            const seen = [];
            new MutationObserver(() => {
                const button = document.querySelector(`[data-testid=${name}]`);
                if (button) seen.push(`${button.textContent} ${button.disabled}`);
            }).observe(document.body, {subtree: true, childList: true, attributes: true});
            return seen;
        }""",
        button,
    )


def panel(page: Page) -> Locator:
    """Return the opened contact."""
    return page.get_by_test_id("contact-panel")


def view(page: Page, name: str) -> None:
    """Open a contact by its name and wait until it is there."""
    row(page, name).get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_test_id("contact-name")).to_have_text(name)
