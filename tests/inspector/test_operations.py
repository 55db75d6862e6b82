"""What is recorded of operations on both databases: statements, plans, failures, never a value."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from crm_app.database.engine import get_engine
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.contact_query import ContactQuery
from crm_app.inspector import statements
from crm_app.inspector.actions import Statement
from crm_app.inspector.plans import NONE, plan_of
from crm_app.inspector.recorder import recorder
from crm_app.operations.perform import READ, perform_here
from crm_app.services import contacts
from tests.conftest import ReadLog
from tests.driving import signed_in
from tests.factories import form

SECRET = "ada-7f31@private.example"
pytestmark = pytest.mark.usefixtures("recording")


def last() -> dict[str, Any]:
    return recorder.since(0)["actions"][-1]


def create(caller: Caller) -> None:
    perform_here(contacts.create_contact, caller, arguments={"data": form(email=SECRET)})


def new_caller() -> Caller:
    return Caller(token_hash=signed_in().token_hash)


def test_an_operation_outside_of_events_is_an_action_of_its_own() -> None:
    create(new_caller())
    action = last()
    assert (action["handler"], action["words"]) == ("create_contact", "ok, revision 1")
    assert action["statements"][-1]["text"] == "COMMIT"
    assert action["parts"]["commit"] > 0
    assert action["count"] == len(action["statements"]) >= 4
    insert = next(line for line in action["statements"] if "INTO contact " in line["text"])
    assert insert["rows"] == 1


def test_the_rows_that_a_query_returns_are_counted() -> None:
    caller = new_caller()
    create(caller)
    perform_here(contacts.get_contacts, caller, READ, {"query": ContactQuery()})
    action = last()
    assert action["words"] == "ok, 1 found"
    # A commit that took long is listed behind the query.
    read = [line for line in action["statements"] if line["text"].startswith("SELECT")]
    assert read[-1]["rows"] == 1


def test_no_value_is_kept_or_shown() -> None:
    caller = new_caller()
    create(caller)
    create(caller)
    perform_here(contacts.get_contacts, caller, READ, {"query": ContactQuery(SECRET)})
    seen = recorder.since(0)
    plans = [
        plan_of(statement)
        for view in seen["actions"]
        for action in [recorder.find(view["id"])]
        if action
        for statement in action.statements
        if statement.has_plan
    ]
    assert len(plans) > 8
    assert not [plan for plan in plans if plan.startswith(NONE)]
    shown = json.dumps(seen) + "".join(plans)
    assert SECRET not in shown
    assert "private" not in shown
    placeholder = "?" if get_engine().dialect.name == "sqlite" else "$1"
    assert f"contact.book_id = {placeholder}" in shown
    assert "%(" not in shown


def test_a_plan_changes_nothing() -> None:
    caller = new_caller()
    create(caller)
    for text in ("DELETE FROM contact", "UPDATE contact SET name = ''"):
        assert NONE not in plan_of(Statement(text))
    with transaction(read_only=True) as db:
        assert db.execute(sa.text("SELECT count(*) FROM contact WHERE name <> ''")).scalar() == 1


def test_a_plan_names_the_index() -> None:
    create(new_caller())
    found = next(
        line["text"] for line in last()["statements"] if "FROM contact WHERE" in line["text"]
    )
    plan = plan_of(Statement(found, parameters=found.count("?")))
    assert "contact" in plan
    assert plan.count("\n") < 20


def test_there_is_no_plan_of_a_commit_or_of_what_does_not_fit() -> None:
    assert plan_of(Statement("COMMIT")) == NONE
    assert plan_of(Statement(f"SELECT '{SECRET}' FROM nowhere")).startswith(NONE)
    assert SECRET not in plan_of(Statement(f"SELECT '{SECRET}' FROM nowhere"))


def test_a_refusal_says_what_the_visitor_read() -> None:
    caller = new_caller()
    create(caller)
    create(caller)
    action = last()
    assert action["words"] == "refused, a contact with this email already exists"
    assert action["failure"] is None


def broken(db: Session, _actor: Actor) -> None:
    """Write, then fail at a statement that is a mistake of ours."""
    db.execute(sa.text("UPDATE contact SET name = :name"), {"name": SECRET})
    raise KeyError(SECRET)


def test_a_failure_has_the_reference_of_the_log_and_our_frames(read_log: ReadLog) -> None:
    perform_here(broken, new_caller())
    action = last()
    failure = action["failure"]
    assert action["outcome"] == "failed"
    assert failure["reference"] in action["words"]
    assert f"reference={failure['reference']}" in read_log()
    assert failure["error"] == "KeyError"
    assert failure["saved"] == "Rolled back, nothing was saved."
    assert failure["message"].endswith(f"(reference {failure['reference']})")
    places = [place.rpartition(":")[0] for place, _, _ in failure["frames"]]
    assert places == ["operations/perform.py", "operations/perform.py"]
    assert any("broken" in frame for frame in failure["others"])
    assert SECRET not in json.dumps(action)


def test_a_database_that_is_unfit_is_a_failure_without_reference() -> None:
    caller = new_caller()
    with get_engine().begin() as connection:
        connection.exec_driver_sql("ALTER TABLE contact RENAME TO away")
    perform_here(contacts.get_contacts, caller, READ, {"query": ContactQuery()})
    failure = last()["failure"]
    assert failure["reference"] == ""
    assert failure["message"].startswith("Could not load right now")
    assert "repositories/contact_search.py" in json.dumps(failure["frames"])
    assert last()["statements"][-1]["hasFailed"]


def test_placeholders_are_numbered_in_the_order_of_their_first_use() -> None:
    text = "SELECT %(b)s, %(a)s::VARCHAR, %(b)s WHERE x LIKE 'a%%'"
    assert statements.numbered(text) == "SELECT $1, $2::VARCHAR, $1 WHERE x LIKE 'a%'"
