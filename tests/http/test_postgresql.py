"""The same application on PostgreSQL, from its first start on an empty database."""

from pathlib import Path

import pytest

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.conftest import new_postgres_database
from tests.factories import form
from tests.server import running
from tests.visitor import Visitor, fetch_cookie, in_own_loop


def test_contacts_are_found_again_after_a_restart(tmp_path: Path, empty_postgres: str) -> None:
    # As people write it: without the name of a driver.
    url = empty_postgres.replace("postgresql+psycopg", "postgresql")
    with running(tmp_path, url) as server:
        cookie = fetch_cookie(server.url)

        async def create() -> list[str]:
            async with Visitor(server.url, cookie) as visitor:
                for _ in range(2):
                    data = form(email="José@example.com")
                    await visitor.send(ContactFormState.create_contact, form_data=data)
                return [*visitor.of(ContactFormState)["field_errors"].values()]

        async def find() -> int:
            async with Visitor(server.url, cookie) as visitor:
                await visitor.send(ContactListState.get_contacts, query="jose")
                return visitor.of(ContactListState)["total"]

        assert in_own_loop(create) == ["A contact with this email already exists"]
        server.stop()
        server.start()
        assert in_own_loop(find) == 1


@pytest.fixture
def empty_postgres(postgres_url: str) -> str:
    """A database without a table."""
    return new_postgres_database(postgres_url)
