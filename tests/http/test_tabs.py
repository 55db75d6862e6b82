"""Tabs and their state: the owner finds it again, others see nothing of it."""

import asyncio

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.factories import ADA, form
from tests.server import Server
from tests.tables import add_contacts
from tests.tables import rows as rows_of
from tests.visitor import Visitor, fetch_cookie, in_own_loop


def test_another_browser_sees_nothing(server: Server) -> None:
    async def visit() -> tuple[int, int, str]:
        async with Visitor(server.url) as mine, Visitor(server.url) as other:
            await mine.send(ContactFormState.create_contact, form_data=form())
            await other.send(ContactListState.get_contacts, query="")
            contact_id = mine.rows[0]["id"]
            await other.send(ContactFormState.edit_contact, contact_id=contact_id)
            return (
                mine.of(ContactListState)["total"],
                other.of(ContactListState)["total"],
                other.of(ContactFormState)["message"],
            )

    assert in_own_loop(visit) == (1, 0, "This contact no longer exists")


def test_the_token_of_anothers_tab_shows_nothing_of_it(server: Server) -> None:
    async def visit() -> tuple[str, str]:
        async with Visitor(server.url) as owner:
            await owner.send(ContactFormState.create_contact, form_data=form())
            contact_id = owner.rows[0]["id"]
            await owner.send(ContactFormState.edit_contact, contact_id=contact_id)
            await owner.send(ContactListState.open_contact, contact_id=contact_id)
        async with Visitor(server.url, token=owner.token) as thief:
            await thief.hydrate()
            await thief.send(ContactListState.get_contacts, query="")
            seen = str(thief.frames)
        async with Visitor(server.url, cookie="", token=owner.token) as nobody:
            await nobody.hydrate()
            seen += str(nobody.frames)
        async with Visitor(server.url, cookie=owner.cookie, token=owner.token) as owner:
            await owner.hydrate()
            await owner.until(ContactListState, total=1)
            return seen, str(owner.frames)

    seen, own = in_own_loop(visit)
    for value in ADA.values():
        assert value not in seen
    assert ADA["email"] in own


def test_the_owner_finds_the_tab_as_it_was(server: Server) -> None:
    async def visit() -> str:
        async with Visitor(server.url) as first:
            await first.send(ContactFormState.create_contact, form_data=form())
            contact_id = first.rows[0]["id"]
            await first.send(ContactFormState.edit_contact, contact_id=contact_id)
        async with Visitor(server.url, cookie=first.cookie, token=first.token) as again:
            await again.hydrate()
            return again.of(ContactFormState)["name"]

    assert in_own_loop(visit) == ADA["name"]


def test_what_a_broken_connection_is_owed_reaches_nobody_else(server: Server) -> None:
    """Each time the next one is there at once, before the updates are."""

    async def visit() -> list[object]:
        others = [fetch_cookie(server.url), ""]
        seen: list[object] = []
        async with Visitor(server.url) as owner:
            await owner.send(ContactFormState.create_contact, form_data=form())
        add_contacts(server, 30_000)
        for number in range(20):
            async with Visitor(server.url, owner.cookie, token=owner.token) as tab:
                for _ in range(3):
                    await tab.post(ContactListState.load_more)
                await asyncio.sleep(0.01)
                tab.drop()
                async with Visitor(server.url, others[number % 2], token=owner.token) as next_one:
                    await asyncio.sleep(0.1)
                    seen += next_one.frames
        return seen

    assert in_own_loop(visit) == []
    rows_of(server, "DELETE FROM contact WHERE name LIKE 'Person %'")


def test_a_duplicated_tab_finds_its_own_state_when_it_reconnects(server: Server) -> None:
    async def visit() -> tuple[str, str, str]:
        async with Visitor(server.url) as first:
            await first.send(ContactFormState.create_contact, form_data=form())
            contact_id = first.rows[0]["id"]
            async with Visitor(server.url, first.cookie, token=first.token) as copy:
                await copy.send(ContactFormState.edit_contact, contact_id=contact_id)
            async with Visitor(server.url, first.cookie, token=copy.new_token) as again:
                await again.hydrate()
            async with Visitor(server.url, token=copy.new_token) as other:
                await other.hydrate()
            names = [each.of(ContactFormState).get("name", "") for each in (first, again, other)]
            return names[0], names[1], names[2]

    assert in_own_loop(visit) == ("", ADA["name"], "")
