"""A session that ends: its rows leave the tab, whatever the tab sent before."""

import asyncio
from pathlib import Path

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState
from tests.factories import form
from tests.server import Server, running
from tests.tables import rows
from tests.visitor import Visitor


async def names_after_the_end(server: Server) -> list[str]:
    async with Visitor(server.url) as tab:
        await tab.hydrate()
        data = form(name="Secret Person", email="secret@example.com")
        await tab.post(ContactFormState.create_contact, form_data=data)
        await tab.until(ContactFormState, is_saving=False, message="Contact created")
        rows(server, "UPDATE browser_session SET ended_at = created_at")
        await tab.post(ContactListState.get_contacts, query="")
        await tab.until(SessionState, is_signed_in=False)
        tab.vars.clear()
        await tab.hydrate()
        return [row["name"] for row in tab.rows]


def test_nothing_of_a_new_visitors_session_is_sent_after_its_end(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        assert asyncio.run(names_after_the_end(server)) == []
