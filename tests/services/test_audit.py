"""The trail grows with each action, cannot be changed, and holds nothing that was typed."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlmodel import col

from crm_app.database.account_models import AuditEvent
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.errors import ContactNotFound
from crm_app.services import audit, contacts
from crm_app.services.audit import Action
from tests.driving import actor_of, signed_in
from tests.factories import form

pytestmark = pytest.mark.usefixtures("database")
CALLER = Caller(address="192.0.2.7", user_agent="Mozilla/5.0 (X11; Linux) Firefox/150")


@pytest.fixture
def actor() -> Actor:
    known = actor_of(signed_in())
    return replace(known, caller=CALLER)


def trail() -> list[AuditEvent]:
    with transaction(read_only=True) as db:
        rows = db.connection().execute(sa.select(AuditEvent).order_by(col(AuditEvent.id))).all()
        return [AuditEvent(**row._mapping) for row in rows]


def test_each_event_is_a_line_of_who_what_and_from_where(actor: Actor) -> None:
    with transaction() as db:
        contacts.create_contact(db, actor, data=form())
        audit.record(db, actor, Action.SIGNED_OUT_EVERYWHERE)
    (event,) = trail()
    assert (event.action, event.account_id) == ("signed out everywhere", actor.account_id)
    assert (event.address, event.device) == ("192.0.2.7", "Firefox on Linux")


def test_what_is_rolled_back_leaves_no_line(actor: Actor) -> None:
    def create_and_fail() -> None:
        with transaction() as db:
            contacts.create_contact(db, actor, data=form())
            contacts.delete_contact(db, actor, contact_id="x")

    with pytest.raises(ContactNotFound):
        create_and_fail()
    assert trail() == []


REPLACE = (
    "INSERT OR REPLACE INTO audit_event (id, at, action, address, device)"
    " SELECT id, at, 'x', '', '' FROM audit_event"
)


@pytest.mark.parametrize("case", ["change", "remove", "replace all"])
def test_the_database_refuses_to_change_the_trail(actor: Actor, database: str, case: str) -> None:
    statement = {
        "change": "UPDATE audit_event SET action = 'x'",
        "remove": "DELETE FROM audit_event",
        "replace all": REPLACE if database.startswith("sqlite") else "TRUNCATE audit_event",
    }[case]
    with transaction() as db:
        audit.record(db, actor, Action.SIGNED_IN)
    with (
        pytest.raises(DatabaseError, match=r"append-only|younger than 30 days"),
        transaction() as db,
    ):
        db.connection().exec_driver_sql(statement)
    assert [event.action for event in trail()] == ["signed in"]


def test_one_sees_the_last_twenty_of_ones_own(actor: Actor) -> None:
    other = actor_of(signed_in())
    with transaction() as db:
        audit.record(db, other, Action.SIGNED_OUT)
        for _ in range(21):
            audit.record(db, actor, Action.SIGNED_IN)
        events = audit.get_own_events(db, actor)
    assert [event.action for event in events] == ["signed in"] * 20
