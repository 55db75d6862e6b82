"""Filling an address book with sample contacts, in batches of one transaction each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlmodel import Session
from uuid_utils.compat import uuid7

from crm_app.database.account_models import Account
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.clock import utc_now
from crm_app.repositories import accounts, books, changes, contact_batches
from crm_app.services import quota
from crm_app.services.contact_list.versions import new_row
from crm_app.services.samples.emails import find_number
from crm_app.services.samples.people import sample_people
from crm_app.services.samples.rows import change_row

BATCH = 500  # contacts in one transaction, which has 3.7 seconds
VIA = "seed"
SPAN = timedelta(days=5 * 365)
LOOKED_AT = 100  # newest sample contacts; nearly all have an email


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be added: so many people from number `first` on, created evenly in this time."""

    account_id: int
    book_id: int
    seed: int
    first: int
    count: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of contacts, and of their history without the contact's id."""

    book_id: int
    contacts: list[dict[str, Any]]
    changes: list[dict[str, Any]]


def plan_for_email(
    db: Session, caller: Caller, *, email: str, count: int, seed: int
) -> Plan | None:
    """Return the plan for the account with this email, None if there is no such account.

    Raises:
        QuotaReached: The account may not have so many contacts more.
    """
    account = accounts.find_by_email(db, email)
    if account is None:
        return None
    return make_plan(db, _actor_of(db, caller, account), count=count, seed=seed)


def make_plan(db: Session, actor: Actor, *, count: int, seed: int = 1) -> Plan:
    """Return the plan for the actor's address book, where the numbers go on.

    The contacts are created, one after the other, in the last five years, or since the book's
    newest contact.

    Raises:
        QuotaReached: The actor may not have so many contacts more.
    """
    quota.require(db, actor, count)
    until = utc_now()
    newest = contact_batches.find_newest_time(db, actor.book_id) or until - SPAN
    return Plan(
        account_id=actor.account_id,
        book_id=actor.book_id,
        seed=seed,
        first=_find_last_number(db, actor.book_id) + 1,
        count=count,
        since=min(newest, until),
        until=until,
    )


def make_batch(plan: Plan, done: int) -> Batch:
    """Return the rows that come after the first `done`, at most `BATCH`; no database is needed."""
    size = min(BATCH, plan.count - done)
    people = islice(sample_people(plan.seed, plan.first + done), size)
    batch = Batch(plan.book_id, [], [])
    for number, person in enumerate(people, start=done + 1):
        at = plan.since + (plan.until - plan.since) * (number / plan.count)
        batch.contacts.append(new_row(plan.book_id, uuid7(), person, at))
        batch.changes.append(change_row(plan.book_id, plan.account_id, VIA, person, at))
    return batch


def add_batch(db: Session, _caller: Caller, *, batch: Batch) -> None:
    """Write the contacts and their history.

    Raises:
        DuplicateEmail: The book has a contact with an email of the sample that is no sample itself.
    """
    contact_batches.add_all(db, batch.contacts, batch.changes)
    quota.recount(db, batch.book_id)


def _actor_of(db: Session, caller: Caller, account: Account) -> Actor:
    return Actor(
        account_id=account.id,
        book_id=books.own(db, account.id),
        session_id=0,
        is_guest=account.is_guest,
        email=account.email or "",
        tag=account.tag,
        caller=caller,
    )


def _find_last_number(db: Session, book_id: int) -> int:
    """Return the highest number of a sample contact in the book, 0 without one.

    It stands in the email with which the contact was created, whatever was changed since.
    """
    newest = changes.list_created(db, book_id, VIA, LOOKED_AT)
    for later, fields in enumerate(newest):
        _, email = fields.get("email", (None, None))
        if email and (number := find_number(email)):
            return number + later
    return len(newest)
