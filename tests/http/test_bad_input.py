"""Bad input, sent past the page straight to the handlers of the running server."""

import sqlite3
import unicodedata
from typing import Any

import pytest

from crm_app.domain.contact_fields import NAMES as FIELDS
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.handler_error import NOT_UNDERSTOOD
from crm_app.states.notice import NoticeState
from tests.factories import ADA, form
from tests.server import Server
from tests.visitor import Visitor, in_own_loop

VALUES: dict[str, Any] = {
    "empty": "",
    "too long": "x" * 600,
    "60 kB on the wire": "ä" * 10_000,
    "NUL": "a\x00b",
    "control": "a\x1b[31mb",
    "lone surrogate": "a\ud800b",
    "right-to-left": "a\u202eb",
    "emoji": "👩🏽‍🚀🎉",
    "html": "<img src=x onerror=alert(1)>",
    "sql": "'); DROP TABLE contact; --",
    "decomposed": "Rene\u0301",
    "number": 5,
    "float": 1.5,
    "bool": True,
    "list": ["a"],
    "null": None,
    "object": {"a": "b"},
}
OTHER_TYPES = [None, 5, "text", [], [["name", "x"]], {"__reflex_form_data__": 5}]


def stored(server: Server, contact_id: str) -> dict[str, Any]:
    connection = sqlite3.connect(server.database)
    connection.row_factory = sqlite3.Row
    try:
        key = contact_id.replace("-", "")
        row = connection.execute("SELECT * FROM contact WHERE public_id = ?", (key,)).fetchone()
        return dict(row)
    finally:
        connection.close()


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("field", FIELDS)
def test_a_field_is_refused_with_a_message_or_stored_as_sent(
    server: Server, field: str, kind: str
) -> None:
    sent = VALUES[kind]

    async def visit() -> None:
        async with Visitor(server.url) as visitor:
            await visitor.send(ContactFormState.create_contact, form_data=form(**{field: sent}))
            shown = visitor.of(ContactFormState)
            if not isinstance(
                sent, str
            ):  # no page sends that: it is refused before the form sees it
                assert visitor.of(NoticeState)["notices"][-1]["message"] == NOT_UNDERSTOOD
                assert shown["ack"].startswith("* ")  # or the page would send it again and again
                assert "is_success" not in shown
                return
            errors = shown["field_errors"]
            if shown["is_success"]:
                contact_id = visitor.rows[0]["id"]
                row = stored(server, contact_id)
                expected = {**ADA, field: unicodedata.normalize("NFC", sent or "") or None}
                assert {name: row[name] for name in FIELDS} == expected
            else:
                assert set(errors) == {field}
                assert errors[field]
                assert visitor.of(ContactListState).get("total", 0) == 0
            # The session goes on.
            await visitor.send(
                ContactFormState.create_contact, form_data=form(email="next@example.com")
            )
            assert visitor.of(ContactFormState)["message"] == "Contact created"

    in_own_loop(visit)


@pytest.mark.parametrize("data", OTHER_TYPES)
def test_no_form_at_all_changes_nothing(server: Server, data: Any) -> None:
    async def visit() -> None:
        async with Visitor(server.url) as visitor:
            for handler in (ContactFormState.create_contact, ContactFormState.update_contact):
                await visitor.send(handler, form_data=data)
                assert visitor.of(ContactFormState).get("is_success", False) is False
            await visitor.send(ContactListState.get_contacts, query="")
            assert visitor.of(ContactListState)["total"] == 0

    in_own_loop(visit)


HANDLERS = [
    ContactFormState.create_contact,
    ContactFormState.update_contact,
    ContactFormState.edit_contact,
    ContactListState.get_contacts,
    ContactListState.open_contact,
    ConfirmDeleteState.delete_contact,
    NoticeState.restore_contact,
    NoticeState.remove_samples,
    NoticeState.dismiss,
]


@pytest.mark.parametrize("kind", VALUES)
def test_every_handler_survives_every_value_and_no_value(server: Server, kind: str) -> None:
    async def visit() -> None:
        async with Visitor(server.url) as visitor:
            await visitor.send(ContactFormState.create_contact, form_data=form())
            for handler in HANDLERS:
                await visitor.send(handler)
                await visitor.send(handler, nonsense=1)
                assert visitor.of(NoticeState)["notices"][-1]["message"] == NOT_UNDERSTOOD
                for argument in ("form_data", "contact_id", "query", "notice_id"):
                    await visitor.send(handler, **{argument: VALUES[kind]})
            await visitor.send(ContactListState.get_contacts, query="")
            contacts = visitor.rows
            assert [contact["name"] for contact in contacts] == [ADA["name"]]

    in_own_loop(visit)
