"""The seam: nothing raises through it, everything is translated, committed or rolled back."""

import asyncio
import json
import sqlite3
import time
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from crm_app.database import threads
from crm_app.database.account_models import Account
from crm_app.database.engine import TIME_LIMIT, get_engine
from crm_app.database.models import Contact
from crm_app.domain.actor import Actor
from crm_app.errors import ErrorCode
from crm_app.observability.logs import configure_logging
from crm_app.operations.perform import READS_OF_AN_ACCOUNT
from crm_app.operations.results import Failed, Ok
from crm_app.services import contacts
from crm_app.states import actions
from tests.conftest import Configure, ReadLog
from tests.driving import Tree, actor_of, signed_in
from tests.factories import form


def act(tree: Tree, service: Any, **arguments: Any) -> Any:
    return asyncio.run(actions.run(tree.root, service, **arguments))


def read(tree: Tree, service: Any, **arguments: Any) -> Any:
    return asyncio.run(actions.read(tree.root, service, **arguments))


def count(tree: Tree) -> int:
    return read(tree, contacts.get_contacts).value.total


def failing_after_writing(db: Session, actor: Actor) -> None:
    contacts.create_contact(db, actor, data=form())
    raise RuntimeError("the secret of the trace")


def test_runs_as_the_actor_of_the_session_and_commits(tree: Tree) -> None:
    def whoami(_session: Session, actor: Actor) -> Actor:
        return actor

    assert act(tree, whoami) == Ok(actor_of(tree))
    assert isinstance(act(tree, contacts.create_contact, data=form()), Ok)
    assert count(tree) == 1


@pytest.mark.parametrize("token_hash", ["", "0" * 64, "\ud800", "' OR 1=1 --"])
def test_without_a_session_nothing_runs(tree: Tree, token_hash: str) -> None:
    result = act(Tree(token_hash), contacts.create_contact, data=form())
    if token_hash == "\ud800":
        assert result.failure.code == ErrorCode.UNKNOWN
    else:
        assert result.failure.code == ErrorCode.AUTH_ERROR
        assert result.failure.message == "Please sign in again"
    assert count(tree) == 0


def test_an_unknown_error_gets_a_reference_that_is_in_the_log_once(
    tree: Tree, read_log: ReadLog
) -> None:
    result = act(tree, failing_after_writing)
    failure = result.failure
    assert (failure.code, failure.message) == (
        ErrorCode.UNKNOWN,
        "Something went wrong. Please try again.",
    )
    assert failure.text.endswith(f"(reference {failure.incident})")
    log = read_log()
    assert log.count(failure.incident) == 1
    assert "the secret of the trace" not in log
    assert "RuntimeError\n" in log
    assert "in failing_after_writing" in log
    assert count(tree) == 0


def test_a_failure_of_the_rules_is_passed_on_whole(tree: Tree) -> None:
    failure = act(tree, contacts.create_contact, data={}).failure
    assert failure.code == ErrorCode.VALIDATION_ERROR
    assert set(failure.field_errors) == {"name", "email"}


def test_each_action_is_one_line_in_the_log_without_what_was_typed(
    tree: Tree, read_log: ReadLog
) -> None:
    act(tree, contacts.create_contact, data=form(name="Zaphod", notes="very private"))
    log = read_log()
    assert log.count("\n") == 1
    assert "action=create_contact" in log
    assert "outcome=ok" in log
    assert "Zaphod" not in log
    assert "private" not in log
    assert tree.token_hash not in log


def test_the_log_is_json_in_production(tree: Tree, read_log: ReadLog, configure: Configure) -> None:
    configure(CRM_ENV="production", CRM_GUESTS="on")
    configure_logging()
    act(tree, contacts.delete_contact, contact_id="x")
    line = json.loads(read_log())
    configure(CRM_ENV="development")
    configure_logging()
    assert line["code"] == "NOT_FOUND"
    assert line["account"] == actor_of(tree).account_id


def test_a_locked_database_is_said_within_five_seconds_and_reading_goes_on(tree: Tree) -> None:
    act(tree, contacts.create_contact, data=form())
    other = sqlite3.connect(str(get_engine().url.database))
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    failure = act(tree, contacts.create_contact, data=form(email="b@example.com")).failure
    assert time.monotonic() - started < 5
    assert failure.code == ErrorCode.DATABASE_ERROR
    assert failure.message == ("Could not save right now. Nothing was lost; please try again.")
    assert count(tree) == 1
    other.rollback()
    other.close()
    assert isinstance(act(tree, contacts.create_contact, data=form(email="b@example.com")), Ok)


def test_a_missing_database_fails_and_is_never_an_empty_list(tree: Tree) -> None:
    path = str(get_engine().url.database)
    get_engine().dispose()
    sqlite3.connect(path).execute("DROP TABLE contact").connection.close()
    result = read(tree, contacts.get_contacts)
    assert isinstance(result, Failed)
    assert result.failure.message == (
        "Could not load right now. Nothing was lost; please try again."
    )


@pytest.mark.usefixtures("database")
def test_reading_cannot_write() -> None:
    def write(db: Session, _actor: Actor) -> None:
        db.add(Account(id=99))
        db.flush()

    tree = signed_in()
    assert read(tree, write).failure.code == ErrorCode.DATABASE_ERROR
    assert isinstance(act(tree, write), Ok)
    assert isinstance(read(tree, contacts.get_contacts), Ok)


@pytest.mark.usefixtures("database")
def test_what_was_typed_is_in_no_logged_trace(read_log: ReadLog) -> None:
    def break_a_constraint(db: Session, actor: Actor) -> None:
        db.add(Contact(book_id=actor.book_id, name="Zaphod", email="z@x.de", version=0))
        db.flush()

    assert act(signed_in(), break_a_constraint).failure.code == ErrorCode.UNKNOWN
    log = read_log()
    assert "IntegrityError" in log
    assert "SQLITE_CONSTRAINT_CHECK" in log or "23514" in log
    assert "Zaphod" not in log
    assert "DETAIL" not in log


def test_a_damaged_file_is_a_failure_of_the_database(tree: Tree) -> None:
    path = str(get_engine().url.database)
    get_engine().dispose()
    with open(path, "r+b") as file:
        file.write(b"no database at all" * 1000)
    assert read(tree, contacts.get_contacts).failure.code == ErrorCode.DATABASE_ERROR


def test_other_visitors_are_served_while_a_service_is_slow(tree: Tree) -> None:
    def slow(_session: Session, _actor: Actor) -> None:
        time.sleep(0.5)

    async def both() -> float:
        waiting = asyncio.create_task(actions.read(tree.root, slow))
        await asyncio.sleep(0.05)
        started = time.monotonic()
        await actions.read(tree.root, contacts.get_contacts)
        elapsed = time.monotonic() - started
        await waiting
        return elapsed

    assert asyncio.run(both()) < 0.4


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.mark.usefixtures("database")
def test_what_nobody_waits_for_any_more_is_interrupted(read_log: ReadLog) -> None:
    has_begun = Event()

    def search(db: Session, _actor: Actor) -> None:
        db.connection()
        has_begun.set()
        db.connection().execute(sa.text(ENDLESS))

    async def supersede(tree: Tree) -> float:
        reading = asyncio.create_task(actions.read(tree.root, search))
        await asyncio.to_thread(has_begun.wait)
        await asyncio.sleep(0.1)
        started = time.monotonic()
        reading.cancel()
        while not threads.readers.is_idle:
            await asyncio.sleep(0.01)
        return time.monotonic() - started

    assert asyncio.run(supersede(signed_in())) < TIME_LIMIT / 2
    log = read_log()
    assert "outcome=superseded" in log
    assert log.count("\n") == 1


def test_an_account_reads_twice_at_once_and_others_need_not_wait(tree: Tree) -> None:
    may_end, running, most = Event(), list[int](), list[int]()

    def look(_session: Session, actor: Actor) -> int:
        running.append(actor.account_id)
        most.append(running.count(actor.account_id))
        may_end.wait(5)
        running.remove(actor.account_id)
        return actor.account_id

    async def both() -> list[Any]:
        busy, other = [Tree(tree.token_hash) for _ in range(10)], signed_in
        reads = [actions.read(tab.root, look) for tab in busy]
        waiting = [asyncio.create_task(read) for read in reads]
        await asyncio.sleep(0.2)
        result = await actions.read((await asyncio.to_thread(other)).root, contacts.get_contacts)
        assert isinstance(result, Ok)
        may_end.set()
        return [*await asyncio.gather(*waiting)]

    assert asyncio.run(both()) == [Ok(actor_of(tree).account_id)] * 10
    assert max(most) == READS_OF_AN_ACCOUNT


def test_writes_to_sqlite_are_done_in_the_order_in_which_they_were_asked_for(tree: Tree) -> None:
    done: list[int] = []

    def write(_db: Session, _actor: Actor, number: int) -> None:
        time.sleep(0.005)
        done.append(number)

    async def ask() -> None:
        await asyncio.gather(*(actions.run(tree.root, write, number=n) for n in range(30)))

    asyncio.run(ask())
    assert done == list(range(30))
