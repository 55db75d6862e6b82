"""Address books: merging a guest's into that of an account."""

from sqlmodel import Session

from crm_app.domain.actor import Caller
from crm_app.repositories import books, contacts
from crm_app.services import audit, jobs, quota
from crm_app.services.audit import Action

BATCH = 2_000  # contacts in one transaction


def merge_guest(db: Session, caller: Caller, *, book_id: int, account_id: int) -> None:
    """Merge a guest's address book into the account's own; a job goes on with a large one.

    Contacts whose email the account has already go to its trash.
    """
    into = books.own(db, account_id)
    if contacts.has_any(db, book_id):
        audit.record_for(db, caller, account_id, Action.CONTACTS_MOVED)
    if merge_batch(db, book_id=book_id, into=into, account_id=account_id):
        jobs.enqueue(
            db, "merge_book", book_id=into, arguments={"from": book_id, "account": account_id}
        )


def merge_batch(
    db: Session, *, book_id: int, into: int, account_id: int, limit: int = BATCH
) -> int:
    """Move one batch of contacts, with history; return how many there were, 0 after the last.

    The emptied book is removed: what other tabs of the guest are about to write fails. When the
    account was deleted meanwhile, its book is gone, and the contacts go as well.
    """
    books.lock(db, book_id)
    ids = contacts.list_ids(db, book_id, limit)
    if is_there := books.lock(db, into):
        contacts.delete_duplicates(db, book_id, ids, into, account_id)
        contacts.move(db, book_id, ids, into)
        quota.recount(db, into)
    else:
        contacts.remove(db, book_id, ids)
    if len(ids) == limit:
        return limit
    if is_there:
        books.move_keys(db, book_id, into, account_id)
    books.remove(db, book_id)
    return 0
