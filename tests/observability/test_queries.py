"""What an action's statements cost, and the warning when it took long."""

import sqlite3
import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from crm_app.database.engine import get_engine
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.observability.queries import count_queries
from crm_app.operations.perform import perform_here
from crm_app.services import contacts
from tests.conftest import Configure, ReadLog
from tests.driving import Tree
from tests.factories import form


def test_statements_are_counted_and_timed_even_when_they_fail(tree: Tree) -> None:
    assert tree
    queries = count_queries()
    with transaction(read_only=True) as db:
        begun = queries.count
        db.execute(sa.text("SELECT 1"))
        with pytest.raises(OperationalError):
            db.execute(sa.text("SELECT * FROM nowhere"))
    assert queries.count == begun + 2
    assert queries.seconds > 0
    assert queries.started == 0


def test_each_thread_counts_its_own(tree: Tree) -> None:
    assert tree
    queries = count_queries()

    def read() -> None:
        with transaction(read_only=True) as db:
            db.execute(sa.text("SELECT 1"))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert queries.count == 0


def test_a_slow_action_is_named_with_its_times(
    tree: Tree, read_log: ReadLog, configure: Configure
) -> None:
    def think(_session: Session, _actor: Actor) -> None:
        time.sleep(0.06)

    configure(CRM_SLOW_ACTION_MS="50")
    perform_here(think, Caller(token_hash=tree.token_hash))
    warning = read_log().splitlines()[1]
    assert "slow action" in warning
    assert "action=think" in warning
    assert "statements=" in warning
    query_ms = float(warning.split("query_ms=")[1].split()[0])
    assert query_ms < 60


def test_waiting_for_a_lock_is_query_time(
    tree: Tree, read_log: ReadLog, configure: Configure
) -> None:
    configure(CRM_SLOW_ACTION_MS="150")
    other = sqlite3.connect(str(get_engine().url.database), check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, other.rollback).start()
    arguments = {"data": form()}
    perform_here(contacts.create_contact, Caller(token_hash=tree.token_hash), arguments=arguments)
    warning = read_log().splitlines()[1]
    other.close()
    assert float(warning.split("query_ms=")[1].split()[0]) > 150


@pytest.mark.usefixtures("database")
def test_fetching_the_rows_is_query_time() -> None:
    series = "generate_series(1, 300000) AS n(i)"
    if get_engine().dialect.name == "sqlite":
        series = "n"
    text = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
        f"SELECT i FROM {series}"
    )
    queries = count_queries()
    with transaction(read_only=True) as db:
        started = time.perf_counter()
        cursor = db.connection().exec_driver_sql(text).cursor
        assert cursor is not None
        assert len(cursor.fetchall()) == 300_000
        taken = time.perf_counter() - started
    assert queries.seconds > taken / 2


@pytest.mark.usefixtures("database")
def test_the_commit_is_query_time() -> None:
    with transaction() as db:
        for text in (
            "CREATE TABLE book (id INTEGER PRIMARY KEY)",
            "CREATE TABLE page (book_id INTEGER"
            " REFERENCES book (id) DEFERRABLE INITIALLY DEFERRED)",
        ):
            db.connection().execute(sa.text(text))
    assert max(share_of_commit(book_id) for book_id in range(1, 6)) > 0.5  # others use the cores


def share_of_commit(book_id: int) -> float:
    """Return how much of a transaction's end, in which keys are checked, is query time."""
    rows = ", ".join([f"({book_id})"] * 50_000)
    queries = count_queries()
    with transaction() as db:
        db.connection().exec_driver_sql(f"INSERT INTO page (book_id) VALUES {rows}")
        db.connection().exec_driver_sql(f"INSERT INTO book (id) VALUES ({book_id})")
        before, started = queries.seconds, time.perf_counter()
    return (queries.seconds - before) / (time.perf_counter() - started)
