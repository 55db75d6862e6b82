"""The action inspector on a development server: what a developer sees of the last actions."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.steps import add, fill, form_message, open_account, search, sign_up
from tests.development import DevelopmentServer, developing

SECRET = "Zebulon Quartz"
PAINTED = re.compile(r"paint [\d.]+ ms")
PARTS = re.compile(
    r"waiting ([\d.]+), database ([\d.]+), commit ([\d.]+), wire ([\d.]+), paint (.+) ms"
)


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevelopmentServer]:
    with developing(tmp_path_factory.mktemp("dev")) as server:
        yield server


@pytest.fixture
def page(dev: DevelopmentServer, new_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """The page of a new visitor with the inspector open and empty."""
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page, errors = context.new_page(), list[str]()
    page.on("console", lambda each: errors.append(each.text) if each.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(dev.url)
    # The development server compiles the page when it is asked for.
    expect(page.get_by_test_id("empty-state")).to_be_visible(timeout=60_000)
    page.keyboard.press("Control+.")
    page.get_by_test_id("inspector-clear").click()
    expect(page.get_by_text("Do something in the page, it shows up here.")).to_be_visible()
    yield page
    assert errors == []


def action(page: Page, handler: str) -> Locator:
    """Return the newest row of a handler, once the browser has measured it."""
    found = page.get_by_test_id("inspector-row").filter(has_text=handler).first
    expect(found.get_by_role("img")).not_to_have_attribute("aria-label", re.compile("paint 0 ms"))
    return found


@contextmanager
def refusing_contacts(dev: DevelopmentServer) -> Iterator[None]:
    """Let each new contact break a rule of the database that the application does not know."""
    with closing(sqlite3.connect(dev.database)) as connection:
        connection.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON contact"
            " BEGIN SELECT RAISE(ABORT, 'a private text'); END"
        )
        try:
            yield
        finally:
            connection.execute("DROP TRIGGER broken")


def test_an_action_shows_where_its_time_went(page: Page) -> None:
    add(page, name=SECRET)
    row = action(page, "create_contact")
    expect(row.get_by_test_id("inspector-outcome")).to_have_text("ok, revision 1")
    expect(row.get_by_role("img")).to_have_attribute("aria-label", PAINTED)
    found = PARTS.fullmatch(row.get_by_role("img").get_attribute("aria-label") or "")
    assert found is not None
    parts = [float(part) for part in found.groups()]
    *_, ms, count, received = row.inner_text().split()
    assert sum(parts) == pytest.approx(float(ms), abs=0.01)
    assert all(parts[index] > 0 for index in (0, 1, 2, 4))
    assert int(received.replace(",", "")) > 500
    row.click()
    statements = page.get_by_test_id("inspector-statement")
    assert statements.count() == int(count) > 5
    expect(statements.filter(has_text="COMMIT")).to_have_count(1)
    expect(statements.filter(has_text="INTO contact (")).to_contain_text("1 row")
    statements.filter(has_text="FROM contact WHERE").last.click()
    plan = page.get_by_test_id("inspector-plan")
    expect(plan).to_contain_text("SEARCH contact USING INDEX")
    page.get_by_test_id("copy-plan").click()
    assert page.evaluate("navigator.clipboard.readText()") == plan.inner_text()
    assert SECRET not in page.get_by_test_id("inspector").inner_text()
    assert violations(page) == []


def test_a_failure_shows_its_reference_and_trace(page: Page, dev: DevelopmentServer) -> None:
    add(page)
    with refusing_contacts(dev):
        fill(page, name=SECRET, email="zebulon@example.com")
        page.get_by_test_id("submit").click()
        expect(form_message(page)).to_contain_text("reference")
    reference = form_message(page).inner_text().partition("reference ")[2].rstrip(")")
    row = action(page, "create_contact")
    expect(row.get_by_test_id("inspector-outcome")).to_have_text(f"failed, {reference}")
    row.click()
    failure = page.get_by_test_id("inspector-failure")
    expect(failure).to_contain_text("IntegrityError: SQLITE_CONSTRAINT_TRIGGER")
    expect(failure).to_contain_text("Rolled back, nothing was saved.")
    expect(failure).to_contain_text(f"The visitor read: “{form_message(page).inner_text()}”")
    page.get_by_test_id("copy-reference").click()
    assert page.evaluate("navigator.clipboard.readText()") == reference
    assert f"reference={reference}" in dev.read_log()
    trace = page.get_by_test_id("inspector-trace")
    expect(trace).to_contain_text(re.compile(r"repositories/contacts\.py:\d+ +add "))
    expect(trace).not_to_contain_text("sqlalchemy/")
    trace.get_by_role("button", name=re.compile(r"^\d+ frames of the framework")).click()
    expect(trace).to_contain_text("sqlalchemy/engine")
    shown = page.get_by_test_id("inspector").inner_text()
    assert "private" not in shown
    assert SECRET not in shown
    assert violations(page) == []


def test_a_refusal_is_no_failure(page: Page) -> None:
    add(page)
    fill(page, name="Ada", email="ada@analytical.engine")
    page.get_by_test_id("submit").click()
    outcome = action(page, "create_contact").get_by_test_id("inspector-outcome")
    expect(outcome).to_have_text("refused, a contact with this email already exists")
    page.get_by_test_id("inspector-failed").click()
    expect(page.get_by_test_id("inspector-failed")).to_have_text("Failed 0")
    expect(page.get_by_test_id("inspector-row")).to_have_count(0)
    page.get_by_test_id("inspector-all").click()
    expect(page.get_by_test_id("inspector-row")).to_have_count(2)


def test_while_paused_new_actions_are_counted(page: Page) -> None:
    search(page, "a")
    action(page, "get_contacts")
    pause = page.get_by_test_id("inspector-pause")
    pause.click()
    for text in ("ad", "ada"):
        search(page, text)
        page.wait_for_timeout(500)  # each is an action of its own
    expect(pause).to_have_text("Paused, 2 new")
    expect(page.get_by_test_id("inspector-row")).to_have_count(1)
    pause.click()
    expect(page.get_by_test_id("inspector-row")).to_have_count(3)


def test_rows_are_reached_and_copied_with_keys(page: Page) -> None:
    for text in ("a", "ad"):
        search(page, text)
        page.wait_for_timeout(500)
    rows = page.get_by_test_id("inspector-row")
    expect(rows).to_have_count(2)
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.last).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows.last).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("c")
    assert '"handler": "get_contacts"' in page.evaluate("navigator.clipboard.readText()")
    page.keyboard.press("ArrowUp")
    expect(rows.first).to_be_focused()


def test_its_usual_height_leaves_room_for_the_form(page: Page) -> None:
    panel = page.get_by_test_id("inspector")
    expect(panel).to_have_css("height", "320px")
    submit, top = page.get_by_test_id("submit").bounding_box(), panel.bounding_box()
    assert submit
    assert top
    assert submit["y"] + submit["height"] <= top["y"]
    page.evaluate("localStorage.removeItem('crm-inspector')")
    page.set_viewport_size({"width": 1280, "height": 600})
    page.reload()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    page.keyboard.press("Control+.")
    expect(panel).to_have_css("height", "240px")


def test_slow_actions_are_marked_among_all(page: Page, dev: DevelopmentServer) -> None:
    fill(page, name="Ada", email="ada@analytical.engine")
    with closing(sqlite3.connect(dev.database)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        page.get_by_test_id("submit").click()
        page.wait_for_timeout(300)  # the action waits for the lock
        connection.rollback()
    slow = action(page, "create_contact")
    expect(slow.get_by_text("slow", exact=True)).to_be_visible()
    search(page, "a")
    expect(action(page, "get_contacts").get_by_text("slow", exact=True)).to_have_count(0)


def test_a_wide_plan_scrolls_in_its_box(page: Page) -> None:
    add(page)
    action(page, "create_contact").click()
    page.get_by_test_id("inspector-statement").filter(has_text="FROM contact WHERE").last.click()
    plan = page.get_by_test_id("inspector-plan")
    expect(plan).to_contain_text("SEARCH contact USING INDEX")
    plan.evaluate("each => each.append('x'.repeat(200), '\\n'.repeat(40))")
    box = plan.bounding_box()
    assert box
    assert box["x"] + box["width"] <= 1280 - 24
    assert plan.evaluate("each => each.scrollWidth > each.clientWidth")
    assert plan.evaluate("each => each.scrollHeight > each.clientHeight")
    assert violations(page) == []


def test_it_is_docked_and_its_height_is_remembered(page: Page) -> None:
    panel = page.get_by_test_id("inspector")
    edge = panel.get_by_role("separator")
    edge.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(panel).to_have_css("height", "272px")
    expect(page.locator("body")).to_have_css("padding-bottom", "272px")
    page.mouse.move(640, 900 - 272)
    page.mouse.down()
    page.mouse.move(640, 900 - 400)
    page.mouse.up()
    expect(panel).to_have_css("height", "400px")
    page.reload()
    expect(panel).to_have_css("height", "400px")
    page.set_viewport_size({"width": 1000, "height": 900})
    expect(panel).to_be_hidden()
    expect(page.locator("body")).to_have_css("padding-bottom", "0px")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.keyboard.press("Control+.")
    expect(panel).to_have_count(0)
    expect(page.locator("body")).to_have_css("padding-bottom", "0px")


def test_the_reference_of_the_api_is_opened_on_the_backends_port(
    page: Page, dev: DevelopmentServer
) -> None:
    page.keyboard.press("Control+.")
    sign_up(page)
    link = open_account(page, "tokens").get_by_role("link", name="API reference")
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value).to_have_title("API of Contact Manager")
    assert opened.value.url == f"http://localhost:{dev.backend_port}/api/docs"


def test_the_trash_has_an_address_on_the_development_server_too(
    page: Page, dev: DevelopmentServer
) -> None:
    add(page)
    page.get_by_test_id("contact-row").hover()
    page.get_by_test_id("delete").first.click()
    page.get_by_test_id("confirm-delete").click()
    page.evaluate("window.isSamePage = true")
    page.get_by_test_id("nav-trash").click()
    expect(page.get_by_test_id("trash-row")).to_have_count(1, timeout=60_000)
    page.go_back()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    page.go_forward()
    expect(page.get_by_test_id("trash-row")).to_have_count(1)
    assert page.evaluate("window.isSamePage")
    page.goto(f"{dev.url}/trash?account=")
    expect(page.get_by_test_id("trash-row")).to_have_count(1, timeout=60_000)
    page.get_by_test_id("nav-contacts").click()
    expect(page.get_by_test_id("empty-state")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("trash-row")).to_have_count(1)
