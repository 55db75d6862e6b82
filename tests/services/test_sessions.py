"""Sessions that nobody uses any more are tidied away, and nothing else."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from crm_app.database.account_models import (
    Account,
    AuditEvent,
    BrowserSession,
    KnownDevice,
    PasswordReset,
)
from crm_app.database.models import AddressBook, Contact, IdempotencyKey, Job
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Caller
from crm_app.domain.clock import utc_now
from crm_app.errors import TicketUsed
from crm_app.schemas.accounts import NewAccount
from crm_app.services import accounts, contacts, password_resets, sessions, tidying
from tests.conftest import Configure
from tests.driving import Tree, actor_of, signed_in, trade
from tests.factories import form

pytestmark = pytest.mark.usefixtures("database")


def age(days: int) -> None:
    then = utc_now() - timedelta(days=days)
    with transaction() as db:
        db.connection().execute(sa.update(Account).values(created_at=then))
        db.connection().execute(sa.update(BrowserSession).values(used_at=then))


def count(table: type) -> int:
    with transaction(read_only=True) as db:
        return db.connection().scalar(sa.select(sa.func.count()).select_from(table)) or 0


def tidy(limit: int = 100) -> int:
    """Tidy until nothing is left to look at; return in how many batches."""
    job = Job(kind="tidy", arguments={})
    for batch in itertools.count():
        with transaction() as db:
            if not tidying.tidy(db, job, limit):
                return batch
    raise AssertionError


def test_a_large_backlog_goes_in_batches() -> None:
    for _ in range(5):
        signed_in()
    age(31)
    assert tidy(2) == 9  # three each for sessions, accounts and address books
    assert (count(Account), count(AddressBook)) == (0, 0)


def test_the_trash_goes_after_thirty_days() -> None:
    writer = actor_of(signed_in())
    with transaction() as db:
        contact = contacts.create_contact(db, writer, data=form())
        contacts.delete_contact(db, writer, contact_id=contact.id)
    assert tidied(Contact, Contact.deleted_at, days=29) == 1
    assert tidied(Contact, Contact.deleted_at, days=31) == 0


def test_guests_without_a_contact_go_after_thirty_days() -> None:
    signed_in()
    writer = signed_in()
    with transaction() as db:
        contacts.create_contact(db, actor_of(writer), data=form())
    for days, left in ((29, 2), (31, 1)):
        age(days)
        tidy()
        assert (count(Account), count(Contact)) == (left, 1)
    assert actor_of(writer).is_guest


def test_the_last_use_is_noted_now_and_then_with_its_address() -> None:
    tree = signed_in()
    caller = Caller(token_hash=tree.token_hash, address="192.0.2.7")
    with transaction() as db:
        assert not sessions.get_actor(db, caller).is_use_due
    age(20)
    with transaction() as db:
        assert sessions.get_actor(db, caller).is_use_due
        sessions.record_use(db, caller)
    with transaction(read_only=True) as db:
        row = db.connection().execute(sa.select(BrowserSession)).one()
    assert row.address == "192.0.2.7"
    assert utc_now() - row.used_at < timedelta(minutes=1)


def test_guests_are_nobody_where_guests_are_off(configure: Configure) -> None:
    tree = signed_in()
    configure(CRM_GUESTS="off")
    with pytest.raises(Exception, match="Please sign in again"):
        actor_of(tree)


EMAIL = "ada@example.com"


def with_account() -> str:
    """Make an account that is signed in, with a known device; return the hash of its cookie."""
    ticket = "t" * 43
    form = NewAccount(email=EMAIL, password="an-unusual-password")
    with transaction() as db:
        accounts.create_account(db, Caller(), form=form, password_hash="none")
        account_id = db.connection().scalar(sa.select(col(Account.id))) or 0
        sessions.open_ticket(db, account_id, ticket, Caller())
    return trade(Tree(""), ticket).token_hash.partition(".")[0]


def tidied(table: Any, time: Any, **age: float) -> int:
    """Return how many rows are left after a tidying when this time lies so far back."""
    then = utc_now() - timedelta(**age)
    with transaction() as db:
        db.connection().execute(sa.update(table).values({time: then}))
    tidy()
    return count(table)


@pytest.mark.parametrize(
    ("time", "kept", "removed"),
    [(BrowserSession.claimed_at, 60, 61), (BrowserSession.ended_at, 59, 61)],
)
def test_sessions_go_two_months_after_they_expired_or_ended(
    time: Any, kept: int, removed: int
) -> None:
    with_account()
    assert tidied(BrowserSession, time, days=kept) == 1
    assert tidied(BrowserSession, time, days=removed) == 0


def test_a_ticket_that_nobody_traded_goes_after_an_hour() -> None:
    signed_in()
    with transaction() as db:
        sessions.open_ticket(db, 1, "t" * 43, Caller())
    assert tidied(BrowserSession, BrowserSession.created_at, minutes=59) == 2
    assert tidied(BrowserSession, BrowserSession.created_at, minutes=61) == 1


def test_a_reset_link_goes_when_it_is_over() -> None:
    with_account()
    with transaction() as db:
        assert password_resets.offer_password_reset(db, Caller(), email=EMAIL)
    assert tidied(PasswordReset, PasswordReset.created_at, minutes=59) == 1
    assert tidied(PasswordReset, PasswordReset.created_at, minutes=61) == 0


def test_a_device_goes_when_its_cookie_does() -> None:
    with_account()
    assert tidied(KnownDevice, KnownDevice.used_at, days=399) == 1
    assert tidied(KnownDevice, KnownDevice.used_at, days=401) == 0


def test_a_device_that_signs_in_again_is_known_for_longer() -> None:
    with_account()
    assert tidied(KnownDevice, KnownDevice.used_at, days=399) == 1
    with transaction() as db:
        sessions.open_ticket(db, 1, "u" * 43, Caller())
    trade(Tree(""), "u" * 43)
    with transaction(read_only=True) as db:
        used_at = db.connection().scalar(sa.select(col(KnownDevice.used_at)))
    assert used_at is not None
    assert utc_now() - used_at < timedelta(minutes=1)


@pytest.mark.parametrize("is_claimed", [True, False])
def test_a_ticket_that_is_anothers_is_refused(is_claimed: bool) -> None:
    tree, ticket = signed_in(), "t" * 43
    other = actor_of(signed_in())
    with transaction() as db:
        sessions.open_ticket(db, actor_of(tree).account_id, ticket, Caller())
    if is_claimed:  # then what it was traded for is as little to be had
        with transaction() as db:
            ticket = sessions.claim_ticket(db, Caller(), ticket=ticket, device_hash="d")
    before = count(BrowserSession)
    with pytest.raises(TicketUsed), transaction() as db:
        sessions.open_ticket(db, other.account_id, ticket, Caller())
    assert count(BrowserSession) == before


def test_keys_go_after_thirty_days_each_for_itself() -> None:
    writer = actor_of(signed_in())
    old, new = form(), form(email="new@example.com")
    with transaction() as db:
        contacts.create_contact(db, writer, data=old)
        then = utc_now() - timedelta(days=31)
        db.connection().execute(sa.update(IdempotencyKey).values(created_at=then))
        made = contacts.create_contact(db, writer, data=new)
    tidy()
    assert count(IdempotencyKey) == 1
    with transaction() as db:
        assert contacts.create_contact(db, writer, data=new).id == made.id


def test_the_trail_goes_after_the_days_of_the_setting(configure: Configure) -> None:
    configure(CRM_AUDIT_DAYS="40")
    with transaction() as db:
        for days in (39, 41):
            db.add(AuditEvent(action="signed in", at=utc_now() - timedelta(days=days)))
    tidy()
    assert count(AuditEvent) == 1


def test_jobs_that_ended_go_after_thirty_days() -> None:
    with transaction() as db:
        for days in (29, 31):
            ended = utc_now() - timedelta(days=days)
            db.add(Job(kind="tidy", arguments={}, state="done", finished_at=ended))
        db.add(Job(kind="tidy", arguments={}))
    tidy()
    assert count(Job) == 2
