"""The main job on real input: real people in, found, changed, deleted, and still there later."""

import sqlite3
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.browser.conftest import NewPage
from tests.browser.steps import delete, edit, field, fill, row, search
from tests.people import Person, people
from tests.server import Server
from tests.visitor import Visitor, fetch_cookie, in_own_loop

EDITED, DELETED = 3, 3


async def create_all(url: str, cookie: str) -> tuple[list[Person], dict[Person, str]]:
    """Send each person through the page's own event; return who was accepted and who was not."""
    accepted: list[Person] = []
    refused: dict[Person, str] = {}
    async with Visitor(url, cookie) as visitor:
        for person in people():
            form: dict[str, Any] = {
                "name": person.name,
                "email": person.email,
                "company": person.package,
                "phone": "",
                "notes": "",
                "idempotency_key": str(uuid4()),
            }
            wire = {"__reflex_form_data__": [list(entry) for entry in form.items()]}
            await visitor.send(ContactFormState.create_contact, form_data=wire)
            shown = visitor.of(ContactFormState)
            if shown["is_success"]:
                accepted.append(person)
            else:
                refused[person] = "; ".join(shown["field_errors"].values()) or shown["message"]
        assert visitor.of(ContactListState)["total"] == len(accepted)
    return accepted, refused


def living_rows(server: Server) -> int:
    with closing(sqlite3.connect(server.database)) as connection:
        return connection.execute(
            "SELECT count(*) FROM contact WHERE deleted_at IS NULL AND book_id ="
            " (SELECT max(book_id) FROM contact)"
        ).fetchone()[0]


def count(page: Page) -> int:
    return int(page.get_by_test_id("contact-count").inner_text().strip("()").replace(",", ""))


def find(page: Page, person: Person) -> None:
    search(page, person.email)
    expect(
        row(page, person.email).get_by_role("link", name=person.email, exact=True)
    ).to_be_visible()


def test_real_people(new_page: NewPage, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    cookie = fetch_cookie(server.url)
    accepted, refused = in_own_loop(lambda: create_all(server.url, cookie))
    with capsys.disabled():
        print(f"\n{len(accepted)} people created, {len(refused)} refused")
        for person, reason in refused.items():
            print(f"  {person.name} <{person.email}> of {person.package}: {reason}")
    assert len(accepted) >= 40
    assert any(not person.name.isascii() for person in accepted)
    assert all(reason for reason in refused.values())

    name, token = cookie.split("=", 1)
    state: Any = {"cookies": [{"name": name, "value": token, "url": server.url}]}
    page = new_page(storage_state={"cookies": [], "origins": []})
    page.context.clear_cookies()
    page.context.add_cookies(state["cookies"])
    page.evaluate("sessionStorage.clear()")
    page.goto(server.url)
    expect(page.get_by_test_id("contact-row")).to_have_count(min(50, len(accepted)))
    assert count(page) == living_rows(server) == len(accepted)

    for person in accepted[:EDITED]:
        find(page, person)
        edit(page, person.name)
        fill(page, notes="Met in the metadata.", phone="+1 202 555 0143")
        page.get_by_test_id("submit").click()
        expect(row(page, person.email).first).to_contain_text("Met in the metadata.")
        expect(field(page, "name")).to_have_value("")
    for person in accepted[EDITED : EDITED + DELETED]:
        find(page, person)
        delete(page, person.email)
    page.context.close()

    server.stop()
    server.start()
    page = new_page(storage_state=state | {"origins": []})
    assert count(page) == living_rows(server) == len(accepted) - DELETED
    for person in [*accepted[:EDITED], *accepted[EDITED + DELETED :]]:
        find(page, person)
    for person in accepted[EDITED : EDITED + DELETED]:
        search(page, person.email)
        expect(page.get_by_test_id("no-match")).to_be_visible()
