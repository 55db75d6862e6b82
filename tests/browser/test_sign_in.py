"""Signing up and in: what a guest keeps, what is refused and how, and a server without guests."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.accounts import PASSWORD, new_email
from tests.browser.conftest import NewPage
from tests.browser.steps import (
    account_input,
    add,
    expect_account,
    field,
    fill,
    labels_of,
    open_sign_in,
    open_sign_up,
    row,
    send,
    sign_in,
    sign_out,
    sign_up,
)
from tests.server import Server, running

WRONG = "Email address or password is wrong"


def message(page: Page) -> Locator:
    return page.get_by_test_id("sign-in-message")


def session_cookie(context: BrowserContext) -> str:
    values = [c["value"] for c in context.cookies() if "_session_" in c.get("name", "")]  # pyright: ignore[reportTypedDictNotRequiredAccess]
    assert len(values) == 1
    return values[0]


def expect_error(page: Page, name: str, text: str) -> None:
    expect(account_input(page, name)).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{name}-error")).to_have_text(text)


def test_a_guest_becomes_an_account_and_keeps_the_contacts(page: Page) -> None:
    add(page)
    as_guest = session_cookie(page.context)
    email = sign_up(page)
    expect(row(page, "Ada Lovelace")).to_be_visible()
    assert session_cookie(page.context) != as_guest
    sign_out(page)
    expect_account(page, "")
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    as_guest = session_cookie(page.context)
    sign_in(page, email)
    expect(row(page, "Ada Lovelace")).to_be_visible()
    assert session_cookie(page.context) != as_guest


def test_what_a_guest_is_typing_stays_when_signing_up(page: Page) -> None:
    fill(page, name="Half", notes="typed as a guest")
    sign_up(page)
    expect(field(page, "notes")).to_have_value("typed as a guest")


def test_what_a_guest_is_typing_waits_until_the_server_says_who_is_here(
    new_page: NewPage,
) -> None:
    email = sign_up(new_page())
    page = new_page()
    fill(page, name="Half", notes="typed as a guest")
    unsure = 'crmAccount="";crmIsGuest=false;'  # what it says while the database is away
    page.route(
        "**/session.js",
        lambda route: route.fulfill(content_type="text/javascript", body=unsure),
        times=1,
    )
    sign_in(page, email)
    page.reload()
    expect_account(page, email)
    expect(field(page, "notes")).to_have_value("typed as a guest")
    sign_out(page)
    expect_account(page, "")
    expect(field(page, "notes")).to_have_value("")


def test_a_guests_contacts_come_along_but_no_doubles(page: Page) -> None:
    add(page)
    email = sign_up(page)
    sign_out(page)
    expect_account(page, "")
    add(page, name="Ada as a guest", email="ADA@analytical.engine")
    add(page, name="Grace Hopper", email="grace@navy.example")
    sign_in(page, email)
    expect(page.get_by_test_id("contact-count")).to_have_text("2")
    expect(row(page, "Ada Lovelace")).to_be_visible()
    expect(row(page, "Grace Hopper")).to_be_visible()
    expect(page.get_by_test_id("notice")).to_contain_text("1 duplicate was moved to the trash")


def test_a_guest_can_go_back_to_the_contacts(page: Page) -> None:
    add(page)
    open_sign_in(page)
    page.get_by_test_id("back").click()
    expect(row(page, "Ada Lovelace")).to_be_visible()


def test_a_wrong_password_keeps_the_email_and_lets_one_try_again(page: Page) -> None:
    email = sign_up(page)
    sign_out(page)
    expect_account(page, "")
    open_sign_in(page)
    labels = labels_of(page, "sign-in")
    send(page, "sign-in", email=email, password="another-password")
    expect(message(page)).to_have_text(WRONG)
    assert "Signing in... true" in labels.json_value()
    expect(account_input(page, "email")).to_have_value(email)
    expect(page.get_by_test_id("sign-in")).to_be_enabled()
    expect(page.get_by_test_id("sign-in")).to_have_text("Sign in")
    sign_in(page, email)


def test_a_refusal_does_not_outlive_its_page(page: Page) -> None:
    open_sign_in(page)
    send(page, "sign-in", email=new_email(), password=PASSWORD)
    expect(message(page)).to_have_text(WRONG)
    page.reload()
    expect(page.get_by_role("heading", name="Sign in to Contact Manager")).to_be_visible()
    expect(message(page)).to_be_empty()


# Chromium itself takes 20 seconds to look at an email of 100,000 characters.
@pytest.mark.parametrize(("name", "length"), [("email", 10_000), ("password", 100_000)])
def test_what_is_too_long_to_be_sent_says_so_and_stays(page: Page, name: str, length: int) -> None:
    email = sign_up(page)
    sign_out(page)
    expect_account(page, "")
    open_sign_in(page)
    values = {"email": email, "password": PASSWORD}
    send(page, "sign-in", **{**values, name: "x" * length})
    box = account_input(page, name)
    expect(box).to_have_js_property(
        "validationMessage", f"This is too long to be sent: {length} characters."
    )
    expect(box).to_have_value("x" * length)
    sign_in(page, **values)


def test_an_unknown_email_looks_like_a_wrong_password(page: Page) -> None:
    open_sign_in(page)
    send(page, "sign-in", email=new_email(), password=PASSWORD)
    expect(message(page)).to_have_text(WRONG)


def test_empty_fields_are_named_all_at_once(page: Page) -> None:
    open_sign_in(page)
    send(page, "sign-in")
    expect_error(page, "email", "Enter an email address")
    expect_error(page, "password", "Enter your password")
    open_sign_up(page)
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)
    send(page, "sign-up")
    expect_error(page, "email", "Enter an email address")
    expect_error(page, "password", "Use at least 8 characters")


def test_passwords_that_are_easily_guessed_are_refused(page: Page) -> None:
    open_sign_up(page)
    email = new_email()
    send(page, "sign-up", email=email, password="password1")
    expect_error(page, "password", "Many people use this password; choose another")
    expect(account_input(page, "email")).to_have_value(email)
    send(page, "sign-up", password="short")
    expect_error(page, "password", "Use at least 8 characters")
    send(page, "sign-up", password=PASSWORD)
    expect_account(page, email)


def test_an_email_that_is_taken_is_said_at_its_field(new_page: NewPage) -> None:
    email = sign_up(new_page())
    page = new_page()
    open_sign_up(page)
    send(page, "sign-up", email=email.upper(), password="another-password")
    expect_error(page, "email", "An account with this email address exists. Sign in instead.")


def test_too_many_wrong_passwords_have_to_wait_and_see_how_long(page: Page) -> None:
    email = new_email()
    for _ in range(3):
        open_sign_in(page)
        send(page, "sign-in", email=email, password="guessed-password")
        expect(message(page)).to_have_text(WRONG)
        open_sign_up(page)
    open_sign_in(page)
    send(page, "sign-in", email=email, password="guessed-password")
    expect_countdown(message(page))
    expect(account_input(page, "email")).to_have_value(email)


def expect_countdown(place: Locator) -> None:
    """Wait until the message that names the seconds to wait names fewer of them."""
    pattern = r"Too many requests\. Try again in (\d+) seconds\."
    expect(place).to_have_text(re.compile(pattern))
    first = re.search(pattern, place.inner_text())
    assert first is not None
    expect(place).to_have_text(re.compile(rf"in {int(first[1]) - 2} seconds"))


def test_the_form_shows_a_rate_limit_and_loses_nothing(
    new_page: NewPage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("limited")
    with running(folder, CRM_LIMIT_ACTIONS_PER_ACCOUNT="3/minute") as server:
        page = new_page(url=server.url)
        form_message = page.get_by_test_id("form-message")
        for number in range(4):  # loading the page counts too
            fill(page, name="Ada Lovelace", email=f"ada{number}@example.com", notes="typed")
            page.get_by_test_id("submit").click()
            expect(form_message).to_have_text(re.compile("Contact created|Too many requests"))
            if "Too many" in form_message.inner_text():
                break
            expect(form_message).to_be_empty()
        expect_countdown(form_message)
        expect(field(page, "notes")).to_have_value("typed")
        page.context.close()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that lets no guests in."""
    with running(tmp_path_factory.mktemp("closed"), CRM_GUESTS="off") as server:
        yield server


# Looks at every frame whether something of the contacts is to be seen.
LOOK_OUT = """(() => {
    window.wasShown = false;
    const look = () => {
        const search = document.querySelector("[data-testid=search], [data-testid=contact-list]");
        if (search?.checkVisibility()) window.wasShown = true;
        requestAnimationFrame(look);
    };
    look();
})()"""


def test_without_guests_the_first_view_is_signing_in(
    new_page: NewPage, new_context: Callable[..., BrowserContext], closed: Server
) -> None:
    context = new_context()
    context.add_init_script(LOOK_OUT)
    page = new_page(context=context, url=closed.url)
    heading = page.get_by_role("heading", name="Sign in to Contact Manager")
    expect(heading).to_be_visible()
    expect(account_input(page, "email")).to_be_focused()
    assert not page.evaluate("window.wasShown")
    assert not any("_session_" in str(cookie) for cookie in context.cookies())
    email = sign_up(page)
    assert page.evaluate("window.wasShown")
    add(page)
    sign_out(page)
    expect(heading).to_be_visible()
    expect(message(page)).to_be_empty()
    assert not page.evaluate("window.wasShown")
    sign_in(page, email)
    expect(row(page, "Ada Lovelace")).to_be_visible()


def test_where_nobody_can_sign_up_nobody_is_asked_to(
    new_page: NewPage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("private")
    with running(folder, CRM_GUESTS="off", CRM_SIGN_UP="off") as server:
        page = new_page(url=server.url)
        expect(page.get_by_test_id("sign-in")).to_be_visible()
        expect(page.get_by_test_id("sign-up")).to_have_count(0)
        page.context.close()
