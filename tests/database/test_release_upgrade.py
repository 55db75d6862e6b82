"""A database of the first release, with guests, an account, trash and audit rows, is migrated."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlmodel import col, select

from crm_app.database import revisions
from crm_app.database.account_models import Account, AuditEvent
from crm_app.database.engine import get_engine
from crm_app.database.models import Contact, Membership
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.contact_query import ContactQuery
from crm_app.domain.search_text import search_terms
from crm_app.errors import DuplicateEmail, IdempotencyKeyReused
from crm_app.services import contacts, sessions
from crm_app.settings import get_settings
from tests.conftest import new_postgres_database
from tests.driving import signed_in
from tests.factories import form

RELEASE: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "releases/release_0005.json").read_text()
)
KEY = "01a205d5-2715-4646-bc3b-de5b822eccc"


def run_alembic(to: str, run: Any) -> None:
    with get_engine().begin() as connection:
        config = Config(revisions.ALEMBIC_INI)
        config.attributes["connection"] = connection
        run(config, to)


def fill(connection: Connection) -> None:
    """Write the rows of the release, parents first."""
    tables = sa.MetaData()
    tables.reflect(connection)
    connection.execute(sa.delete(tables.tables["installation"]))
    for name in ("installation", "account", "contact", "sign_in", "password_reset", "audit_event"):
        columns = {column.name: column.type for column in tables.tables[name].columns}
        for row in RELEASE[name]:
            values = {key: read(columns[key], value) for key, value in row.items()}
            names = ", ".join(values)
            places = ", ".join(f":{key}" for key in values)
            connection.execute(sa.text(f"INSERT INTO {name} ({names}) VALUES ({places})"), values)


def read(kind: Any, value: Any) -> Any:
    """Return the value as the column of either engine stores it."""
    text = str(kind).upper()
    if isinstance(value, str) and text in ("CHAR(32)", "UUID"):
        return UUID(value).hex if text == "CHAR(32)" else UUID(value)
    if isinstance(value, str) and text == "DATETIME":
        return value.replace("+00:00", "")
    return value


@pytest.fixture(params=["sqlite", "postgresql"])
def release(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: Any) -> Iterator[None]:
    """A database as the first release left it, in use."""
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    if request.param == "postgresql":
        url = new_postgres_database(request.getfixturevalue("postgres_url"))
    monkeypatch.setenv("CRM_DATABASE_URL", url)
    get_settings.cache_clear()
    get_engine.cache_clear()
    run_alembic("0005", command.upgrade)
    with get_engine().begin() as connection:
        fill(connection)
        if request.param == "postgresql":
            for name in ("account", "contact", "audit_event", "sign_in"):
                connection.exec_driver_sql(
                    f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))"
                )
    yield
    get_engine().dispose()


def actor(number: int) -> Actor:
    """Return the guest whose session this was."""
    token_hash = RELEASE["sign_in"][number]["token_hash"]
    with transaction(read_only=True) as db:
        return sessions.get_actor(db, Caller(token_hash=token_hash))


def names(of: Actor) -> list[str]:
    with transaction(read_only=True) as db:
        return [contact.name for contact in contacts.get_contacts(db, of).contacts]


@pytest.mark.usefixtures("release")
def test_everybody_finds_what_was_theirs() -> None:
    revisions.migrate()
    guest, other = actor(0), actor(1)
    assert (guest.book_id, other.book_id) == (guest.account_id, other.account_id)
    assert names(guest) == ["Grace Murray", "Ada King"]
    assert names(other) == ["Jürgen Müller"]
    deleted = next(row for row in RELEASE["contact"] if row["deleted_at"])
    with pytest.raises(DuplicateEmail), transaction() as db:
        contacts.restore_contact(db, guest, contact_id=deleted["public_id"])
    with transaction(read_only=True) as db:
        memberships = db.exec(select(Membership)).all()
        accounts = db.exec(select(Account)).all()
        trail = db.exec(select(AuditEvent)).all()
    assert {row.account_id for row in memberships} == {row["id"] for row in RELEASE["account"]}
    assert len(trail) == len(RELEASE["audit_event"])
    installation = RELEASE["installation"][0]["public_id"].replace("-", "")
    for account in accounts:
        former = sha256(f"{installation} {account.id}".encode()).hexdigest()[:16]
        assert account.tag == former


@pytest.mark.usefixtures("release")
def test_a_form_that_was_sent_before_the_upgrade_is_known() -> None:
    revisions.migrate()
    with transaction() as db:
        again = form(name="Grace Murray", email="GRACE@navy.example", idempotency_key=f"{KEY}8")
        assert contacts.create_contact(db, actor(0), data=again).name == "Grace Murray"
    with pytest.raises(IdempotencyKeyReused), transaction() as db:
        contacts.create_contact(db, actor(0), data=form(name="X", idempotency_key=f"{KEY}8"))
    assert len(names(actor(0))) == 2


@pytest.mark.usefixtures("release")
def test_numbers_of_deleted_accounts_and_contacts_are_not_given_out_again() -> None:
    revisions.migrate()
    highest = max(row["account_id"] or 0 for row in RELEASE["audit_event"])
    signed_in()
    with transaction() as db:
        newest = db.exec(select(Account).order_by(col(Account.id).desc())).first()
        assert newest
        assert newest.id > highest
        contacts.create_contact(db, actor(1), data=form())
    with transaction(read_only=True) as db:
        ids = db.exec(select(Contact.id)).all()
    assert max(i or 0 for i in ids) > max(row["id"] for row in RELEASE["contact"])


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize("batch", [1, 3])
def test_search_finds_former_contacts_by_the_present_rules(
    batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_alembic("0006", command.upgrade)
    script = ScriptDirectory.from_config(Config(revisions.ALEMBIC_INI)).get_revision("0007")
    monkeypatch.setattr(script.module, "BATCH", batch)
    with get_engine().begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            script.module.upgrade()
        texts = connection.exec_driver_sql("SELECT name, search_text FROM contact").all()
    assert len(texts) == len(RELEASE["contact"])
    for name, text in texts:
        assert all(term in text for term in search_terms(name.replace(" ", "")))


@pytest.mark.usefixtures("release")
def test_the_search_index_has_former_contacts_and_is_built_again_after_the_way_back() -> None:
    for _ in range(2):
        revisions.migrate()
        assert found("murray") == ["Grace Murray"]
        assert found("ada") == ["Ada King"]
        run_alembic("0009", command.downgrade)


def found(text: str) -> list[str]:
    with transaction(read_only=True) as db:
        page = contacts.get_contacts(db, actor(0), query=ContactQuery(text))
    assert page.total == len(page.contacts)
    return [contact.name for contact in page.contacts]


def schema_of(table: str) -> tuple[list[Any], set[str]]:
    """Return the rows of a table of sessions, and the names of its keys and indexes."""
    with get_engine().connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT id, token_hash FROM {table} ORDER BY id").all()
        inspector = sa.inspect(connection)
        keys = [
            inspector.get_pk_constraint(table),
            *inspector.get_foreign_keys(table),
            *inspector.get_unique_constraints(table),
            *inspector.get_indexes(table),
        ]
        return list(rows), {str(key["name"]) for key in keys}


@pytest.mark.usefixtures("release")
def test_sessions_keep_their_rows_and_are_renamed_with_their_keys_both_ways() -> None:
    known = [(row["id"], row["token_hash"]) for row in RELEASE["sign_in"]]
    for to, run, table in (
        ("0008", command.upgrade, "browser_session"),
        ("0007", command.downgrade, "sign_in"),
        ("0008", command.upgrade, "browser_session"),
    ):
        run_alembic(to, run)
        rows, names = schema_of(table)
        assert [tuple(row) for row in rows] == known
        assert names == {
            *(f"pk_{table}", f"fk_{table}_account_id", f"ix_{table}_account_id"),
            *(f"uq_{table}_token_hash", f"uq_{table}_public_id"),
        }
    revisions.migrate()
    signed_in()
    rows, _ = schema_of("browser_session")
    assert [row.id for row in rows] == [number for number, _ in known] + [known[-1][0] + 1]


@pytest.mark.usefixtures("release")
def test_the_way_back_keeps_the_contacts() -> None:
    revisions.migrate()
    run_alembic("0005", command.downgrade)
    with get_engine().connect() as connection:
        rows = connection.exec_driver_sql("SELECT id, owner_id, name, email FROM contact").all()
        trail = connection.exec_driver_sql("SELECT count(*) FROM audit_event").scalar()
    known = [(row["id"], row["owner_id"], row["name"], row["email"]) for row in RELEASE["contact"]]
    assert sorted(tuple(row) for row in rows) == sorted(known)
    assert trail == len(RELEASE["audit_event"])
    revisions.migrate()
    assert len(names(actor(0))) == 2
