"""Address books: merging a guest's into that of an account."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from crm_app.domain.actor import Actor, Caller
from crm_app.domain.clock import utc_now
from crm_app.repositories import books, contacts
from crm_app.services import audit, jobs, quota
from crm_app.services.audit import Action
from crm_app.services.contact_list import tags

BATCH = 2_000  # contacts in one transaction
MERGE = "merge_book"
RECENT = timedelta(minutes=1)  # the page is loaded again at once after signing in


@dataclass(frozen=True, slots=True)
class RecentMerge:
    """What became of a guest's contacts: how many were duplicates, whether more are to come."""

    duplicates: int = 0
    is_running: bool = False


def wait_for_turn(db: Session, actor: Actor) -> None:
    """Wait until nobody else writes to the actor's book: triggers count what is written there.

    On SQLite all writers wait for each other anyway.
    """
    if db.get_bind().dialect.name != "sqlite":
        books.lock(db, actor.book_id)


def merge_guest(db: Session, caller: Caller, *, book_id: int, account_id: int) -> None:
    """Merge a guest's address book into the account's own; a job goes on with a large one.

    Contacts whose email the account has already go to its trash.
    """
    into = books.own(db, account_id)
    if contacts.has_any(db, book_id):
        audit.record_for(db, caller, account_id, Action.CONTACTS_MOVED)
    if merge_batch(db, book_id=book_id, into=into, account_id=account_id, limit=BATCH):
        jobs.enqueue(db, MERGE, book_id=into, arguments={"from": book_id, "account": account_id})


def get_recent_merge(db: Session, actor: Actor) -> RecentMerge:
    """Return what became of the contacts that came along when the actor signed in just now."""
    began = actor.signed_in_at
    if began is None or actor.is_guest or utc_now() - began > RECENT:
        return RecentMerge()
    duplicates = contacts.count_duplicates_of_merge(db, actor, began)
    return RecentMerge(duplicates, jobs.is_open(db, MERGE, actor.book_id))


def merge_batch(db: Session, *, book_id: int, into: int, account_id: int, limit: int) -> int:
    """Move one batch of contacts, with history; return how many there were, 0 after the last.

    The emptied book is removed: what other tabs of the guest are about to write fails. When the
    account was deleted meanwhile, its book is missing, and the contacts are removed.
    """
    books.lock(db, book_id)
    ids = contacts.list_ids(db, book_id, limit)
    is_there = books.lock(db, into)
    if ids and is_there:
        contacts.delete_duplicates(db, book_id, ids, into, account_id)
        tags.move_tags(db, book_id, ids, into)
        contacts.move(db, book_id, ids, into, account_id)
        quota.recount(db, into)
    elif ids:
        contacts.remove(db, book_id, ids)
    if len(ids) == limit:
        return limit
    if is_there:
        keys = books.move_keys(db, book_id, into, account_id, limit)
    else:
        keys = books.remove_keys(db, book_id, limit)
    if keys == limit:
        return limit
    books.remove(db, book_id)
    return 0
