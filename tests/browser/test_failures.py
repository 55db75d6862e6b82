"""What the page says and keeps when the database, a section or the connection fails."""

import re

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import NewPage, Watch
from tests.browser.steps import (
    add,
    delete,
    edit,
    expect_account,
    field,
    fill,
    panel,
    row,
    search,
    sign_up,
    view,
)
from tests.http.test_page_reports import ERRORS
from tests.http.test_probes import value
from tests.server import Server
from tests.tables import without_contacts


def test_a_failing_database_keeps_the_rows_and_says_so(page: Page, server: Server) -> None:
    add(page)
    failed = page.get_by_test_id("list-failed")
    with without_contacts(server):
        search(page, "ada")
        expect(failed).to_contain_text("Could not load right now")
        expect(failed).to_contain_text("The rows below are from before.")
        expect(row(page, "Ada Lovelace")).to_be_visible()
        expect(page.get_by_test_id("contact-list").locator("ul")).to_have_css(
            "filter", "grayscale(1)"
        )
        expect(page.get_by_test_id("empty-state")).to_have_count(0)
        assert violations(page) == []
        fill(page, name="Typed meanwhile", email="typed@example.com")
        page.get_by_test_id("submit").click()
        expect(page.get_by_test_id("form-message")).to_have_text(
            "Could not save right now. Nothing was lost; please try again."
        )
        expect(field(page, "name")).to_have_value("Typed meanwhile")
    page.get_by_test_id("retry").click()
    expect(failed).to_have_count(0)
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("form-message")).to_have_text(
        "Contact created. It does not match the search."
    )


def test_a_first_load_that_fails_is_no_empty_list(
    new_page: NewPage, page: Page, server: Server
) -> None:
    with without_contacts(server):
        second = new_page(context=page.context)
        expect(second.get_by_test_id("list-failed")).to_be_visible()
        expect(second.get_by_test_id("empty-state")).to_have_count(0)
        expect(second.get_by_test_id("contact-count")).to_be_empty()
    second.get_by_test_id("retry").click()
    expect(second.get_by_test_id("empty-state")).to_be_visible()


def test_a_contact_that_cannot_be_read_is_shown_as_the_list_has_it(
    page: Page, server: Server
) -> None:
    add(page)
    with without_contacts(server):
        row(page, "Ada Lovelace").get_by_role("button").first.click()
        expect(panel(page).get_by_role("alert")).to_contain_text("Could not load right now")
        expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    page.get_by_test_id("close-panel").click()
    view(page, "Ada Lovelace")
    expect(panel(page).get_by_role("alert")).to_have_count(0)


def test_offline_a_contact_is_shown_as_the_list_has_it(
    page: Page, server: Server, watch: Watch
) -> None:
    add(page)
    add(page, name="Grace Hopper", email="grace@navy.example", notes="of the list")
    view(page, "Ada Lovelace")
    server.stop()
    expect(page.get_by_test_id("reconnecting")).to_be_visible()
    view(page, "Grace Hopper")
    expect(panel(page)).to_contain_text("of the list")
    server.start()
    expect(page.get_by_test_id("reconnecting")).to_have_count(0, timeout=15_000)
    expect(page.get_by_test_id("contact-name")).to_have_text("Grace Hopper")
    watch.console.clear()  # the browser reports each attempt to connect


def break_page(page: Page, unfit: dict[str, str]) -> list[bool]:
    """Put something that cannot be drawn into what the server sends, while the switch is on.

    `unfit` is what takes the place of a text.
    """
    switch = [False]

    def meddle(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if switch[0] and isinstance(message, str):
                for before, after in unfit.items():
                    message = message.replace(before, after, 1)
            route.send(message)

        server.on_message(pass_on)

    page.route_web_socket(re.compile("/_event"), meddle)
    page.reload()
    expect(page.get_by_test_id("skeleton")).to_have_count(0)
    return switch


def test_a_page_that_breaks_outside_of_its_sections_can_be_refreshed(
    new_page: NewPage, server: Server, watch: Watch
) -> None:
    page = new_page()
    count = value(server, ERRORS.format("script"))
    add(page)
    notices = '"notices_rx_state_":[{'
    switch = break_page(page, {notices: f'{notices}"id":"unfit","message":{{"an object":1}}}},{{'})
    switch[0] = True
    delete(page, "Ada Lovelace")
    expect(page.get_by_role("alert")).to_contain_text("Something went wrong")
    assert violations(page) == []
    with page.expect_response("**/report"):
        page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert value(server, ERRORS.format("script")) == count + 1
    watch.console.clear()
    switch[0] = False
    page.get_by_role("button", name="Refresh page").click()
    expect(page.get_by_test_id("empty-state")).to_be_visible()


def test_a_section_that_breaks_says_so_and_recovers(
    new_page: NewPage, server: Server, watch: Watch
) -> None:
    page = new_page()
    counts = {kind: value(server, ERRORS.format(kind)) for kind in ("section", "script")}
    unfit = '"id":"unfit","name":{"an object":"is no text"}'
    rows, changes = '"contacts_rx_state_":[{', '"put":[{'
    switch = break_page(
        page,
        {
            rows: f"{rows}{unfit}}},{{",  # an empty list may still be on its way: it stays whole
            changes: f'{changes}"place":0,"row":{{{unfit}}}}},{{',
        },
    )
    switch[0] = True
    fill(page, name="Ada", email="ada@example.com")
    page.get_by_test_id("submit").click()
    boundary = page.get_by_test_id("error-boundary")
    expect(boundary).to_contain_text("Something went wrong in the list")
    expect(boundary).to_contain_text(re.compile(r"reference [0-9A-F]{4}-[0-9A-F]{4}"))
    with page.expect_response("**/report"):
        page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    now = {kind: value(server, ERRORS.format(kind)) for kind in counts}
    assert now == {"section": counts["section"] + 1, "script": counts["script"]}
    assert "at " not in boundary.inner_text()  # no trace
    assert violations(page) == []
    match = re.search(r"reference ([0-9A-F-]{9})", boundary.inner_text())
    assert match is not None
    assert server.read_log().count(f"reference={match[1]}") == 1
    # The other section keeps working.
    fill(page, name="Grace", email="grace@example.com")
    page.get_by_test_id("submit").click()
    expect(field(page, "name")).to_have_value("")
    expect(boundary).to_be_visible()
    switch[0] = False
    page.get_by_test_id("try-again").click()
    expect(boundary).to_have_count(0)
    expect(page.get_by_test_id("contact-row")).to_have_count(2)
    edit(page, "Ada")
    switch[0] = True
    fill(page, notes="changed")
    page.get_by_test_id("submit").click()
    expect(boundary).to_be_visible()
    switch[0] = False
    page.get_by_test_id("refresh-page").click()
    expect(page.get_by_test_id("contact-row")).to_have_count(2)
    watch.console.clear()  # the browser reports the errors that were provoked


def test_a_contact_that_cannot_be_drawn_leaves_the_list_alone(page: Page, watch: Watch) -> None:
    add(page)
    page.evaluate(
        """() => {
            window.kept = Date.prototype.toLocaleString;
            Date.prototype.toLocaleString = () => { throw new Error("a trace"); };
        }"""
    )
    row(page, "Ada Lovelace").get_by_role("button").first.click()
    boundary = page.get_by_test_id("error-boundary")
    expect(boundary).to_contain_text("Something went wrong in the contact")
    expect(boundary).to_contain_text(re.compile(r"reference [0-9A-F]{4}-[0-9A-F]{4}"))
    expect(page.locator("body")).not_to_contain_text("a trace")
    expect(row(page, "Ada Lovelace")).to_be_visible()
    page.evaluate("() => { Date.prototype.toLocaleString = window.kept; }")
    page.get_by_test_id("try-again").click()
    expect(page.get_by_test_id("contact-name")).to_have_text("Ada Lovelace")
    watch.console.clear()  # the browser reports the error that was provoked


def test_a_broken_form_leaves_the_list_alone_and_keeps_its_text(
    new_page: NewPage, watch: Watch
) -> None:
    page = new_page()
    add(page)
    edit(page, "Ada Lovelace")
    switch = break_page(
        page, {'"message_rx_state_":"Please': '"message_rx_state_":{"no":"text"},"x":"'}
    )
    fill(page, name="", notes="typed before it broke")
    switch[0] = True
    page.get_by_test_id("submit").click()
    boundary = page.get_by_test_id("error-boundary")
    expect(boundary).to_contain_text("Something went wrong in the form")
    expect(boundary).to_contain_text(re.compile(r"reference [0-9A-F]{4}-[0-9A-F]{4}"))
    search(page, "ada")
    expect(row(page, "Ada Lovelace")).to_be_visible()
    switch[0] = False
    page.get_by_test_id("try-again").click()
    expect(boundary).to_have_count(0)
    expect(field(page, "notes")).to_have_value("typed before it broke")
    fill(page, name="Ada King")
    page.get_by_test_id("submit").click()
    expect(row(page, "Ada King")).to_contain_text("typed before it broke")
    watch.console.clear()  # the browser reports the error that was provoked


def test_an_edit_survives_a_restart_of_the_server(page: Page, server: Server, watch: Watch) -> None:
    add(page)
    edit(page, "Ada Lovelace")
    fill(page, notes="typed before")
    server.stop()
    fill(page, name="Ada King")
    server.start()
    expect(page.get_by_test_id("reconnecting")).to_be_hidden(timeout=15_000)
    expect(field(page, "name")).to_have_value("Ada King")
    expect(page.get_by_test_id("submit")).to_have_text("Update contact")
    page.get_by_test_id("submit").click()
    expect(row(page, "Ada King")).to_contain_text("typed before")
    expect(page.get_by_test_id("contact-count")).to_have_text("1")
    watch.console.clear()  # the browser reports each attempt to connect


def test_a_lost_connection_is_said_and_loses_nothing(
    page: Page, server: Server, watch: Watch
) -> None:
    add(page)
    fill(page, name="Typed before")
    server.stop()
    expect(page.get_by_text("Reconnecting... your edits are kept")).to_be_visible()
    assert violations(page) == []
    fill(page, name="Typed meanwhile", email="meanwhile@example.com")
    server.start()
    expect(page.get_by_test_id("reconnecting")).to_be_hidden(timeout=15_000)
    expect(field(page, "name")).to_have_value("Typed meanwhile")
    expect(row(page, "Ada Lovelace")).to_be_visible()
    page.get_by_test_id("submit").click()
    expect(row(page, "Typed meanwhile")).to_be_visible()
    watch.console.clear()  # the browser reports each attempt to connect


def test_who_is_signed_in_is_shown_when_trying_again_works(page: Page, server: Server) -> None:
    email = sign_up(page)
    moved = server.database.with_name("moved.db")
    server.database.rename(moved)
    tab = page.context.new_page()
    tab.goto(server.url)
    expect(tab.get_by_test_id("list-failed")).to_be_visible()
    moved.rename(server.database)
    tab.get_by_test_id("retry").click()
    expect_account(tab, email)
