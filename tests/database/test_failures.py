"""What drivers really report, and what becomes of it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, SQLModel

from crm_app.database.account_models import BrowserSession
from crm_app.database.failures import Reason, find_reason
from crm_app.database.models import Contact, IdempotencyKey, Membership
from crm_app.database.transaction import transaction
from crm_app.errors import DatabaseUnavailable, NotSignedIn, ValidationFailed
from tests.driving import actor_of, signed_in

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def raised_by(work: Callable[[Session], object], *, read_only: bool = False) -> Exception:
    with pytest.raises(Exception) as caught, transaction(read_only=read_only) as db:  # noqa: PT011
        work(db)
    return caught.value


def statement(text: str) -> Callable[[Session], object]:
    return lambda db: db.connection().execute(sa.text(text))


def reason_of(error: Exception) -> str:
    assert isinstance(error, DatabaseUnavailable), repr(error)
    return error.reason


@pytest.mark.usefixtures("database")
def test_a_statement_without_end_is_ended() -> None:
    assert reason_of(raised_by(statement(ENDLESS), read_only=True)) == Reason.SLOW
    with transaction(read_only=True) as db:  # and the next one has time again
        assert db.connection().execute(sa.text("SELECT 1")).scalar() == 1


@pytest.mark.usefixtures("database")
def test_writing_while_reading_is_read_only() -> None:
    insert = statement("DELETE FROM contact")
    assert reason_of(raised_by(insert, read_only=True)) == Reason.READ_ONLY


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("text", ["SELECT * FROM nowhere", "SELECT unheard_of FROM account"])
def test_a_schema_that_lacks_something_is_out_of_date(text: str) -> None:
    assert reason_of(raised_by(statement(text))) == Reason.OUTDATED


@pytest.mark.usefixtures("database")
def test_a_table_that_lacks_a_column_to_write_to_is_out_of_date() -> None:
    insert = statement("INSERT INTO account (unheard_of) VALUES (1)")
    assert reason_of(raised_by(insert)) == Reason.OUTDATED


KEY = IdempotencyKey(
    book_id=77, account_id=77, key=uuid4(), operation="x", input_hash="x", result=uuid4()
)
OF_NOBODY = (
    Contact(book_id=77, name="Ada", email="ada@example.com"),
    KEY,
    Membership(book_id=77, account_id=77, role="owner"),
    BrowserSession(account_id=77, token_hash="x"),
)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("row", OF_NOBODY, ids=lambda row: type(row).__name__)
def test_a_row_of_a_deleted_account_means_not_signed_in(row: SQLModel) -> None:
    def write(db: Session) -> None:
        db.add(type(row)(**row.model_dump()))
        db.flush()

    assert isinstance(raised_by(write), NotSignedIn)


@pytest.mark.usefixtures("database")
def test_a_row_that_names_anything_else_that_is_missing_is_a_mistake_of_ours() -> None:
    def write(db: Session) -> None:
        for text in (
            "CREATE TABLE book (id INTEGER PRIMARY KEY)",
            "CREATE TABLE page (book_id INTEGER NOT NULL REFERENCES book (id))",
            "INSERT INTO page (book_id) VALUES (77)",
        ):
            db.connection().execute(sa.text(text))

    assert isinstance(raised_by(write), IntegrityError)


@pytest.mark.usefixtures("database")
def test_a_mistake_of_ours_stays_what_it_is() -> None:
    assert isinstance(raised_by(statement("SELECT FROM WHERE")), SQLAlchemyError)


def test_what_postgresql_cannot_store_is_refused(postgres_database: str) -> None:
    def write(db: Session) -> None:
        book_id = actor_of(signed_in()).account_id
        db.add(Contact(book_id=book_id, name="A" * 500, email="ada@example.com"))
        db.flush()

    assert isinstance(raised_by(write), ValidationFailed)


def test_a_folder_in_the_place_of_the_file_is_away(tmp_path: Path) -> None:
    (tmp_path / "crm.db").mkdir()
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    with pytest.raises(SQLAlchemyError) as caught, engine.connect():
        pass
    assert find_reason(caught.value) == Reason.UNREACHABLE


@pytest.mark.parametrize("name", ["SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_CORRUPT_VTAB"])
def test_what_a_disk_says_is_known(name: str) -> None:
    cause = sqlite3.OperationalError("of a disk")
    cause.sqlite_errorcode = getattr(sqlite3, name)
    error = OperationalError(None, None, cause)
    assert find_reason(error) == (Reason.DAMAGED if "CORRUPT" in name else Reason.FULL)


def test_no_free_connection_is_slow() -> None:
    assert find_reason(PoolTimeout()) == Reason.SLOW
