"""How the history of a contact is found: by its key, in the order it is shown."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.event import listen, remove
from sqlmodel import select

from crm_app.database.models import Contact, ContactChange
from crm_app.database.transaction import transaction
from crm_app.domain.clock import utc_now
from crm_app.repositories import changes
from crm_app.services import contacts
from tests.driving import actor_of, signed_in
from tests.factories import form


def plans() -> list[str]:
    """Return the plans of what reads the history of a contact with 2,000 changes."""
    actor = actor_of(signed_in())
    ran: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if "FROM contact_change" in statement:
            ran.append((statement, values))

    with transaction() as db:
        contacts.create_contact(db, actor, data=form())
        contact = db.exec(select(Contact)).one()
        same = {"book_id": contact.book_id, "contact_id": contact.id, "action": "updated"}
        same |= {"account_id": 1, "via": "", "at": utc_now(), "changes": {"phone": ["1", "2"]}}
        db.connection().execute(
            sa.insert(ContactChange), [same | {"version": version} for version in range(2, 2_002)]
        )
        db.connection().exec_driver_sql("ANALYZE")
        listen(Engine, "before_cursor_execute", note)
        changes.list_newest(db, contact, 500)
        changes.list_newest(db, contact, 500, before=1_000)
        changes.list_between(db, contact, 900, 910, 500)
        remove(Engine, "before_cursor_execute", note)
        is_sqlite = db.connection().dialect.name == "sqlite"
        explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        return [
            "\n".join(
                str(row) for row in db.connection().exec_driver_sql(f"{explain} {sql}", values)
            )
            for sql, values in ran
        ]


def test_a_page_of_the_history_is_read_by_its_key(database: str) -> None:
    found = plans()
    assert len(found) == 3
    for plan in found:
        if database.startswith("sqlite"):
            assert "SEARCH contact_change USING PRIMARY KEY" in plan or "USING INDEX" in plan
            assert "TEMP B-TREE" not in plan
        else:
            assert "contact_change_pkey" in plan or "pk_contact_change" in plan
            assert "Sort" not in plan
