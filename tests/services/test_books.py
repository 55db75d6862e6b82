"""Merging a guest's address book into an account's, and contacts without an email."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import select

from crm_app.database.models import AddressBook, Contact, ContactChange, IdempotencyKey, Membership
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.clock import utc_now
from crm_app.domain.contact_query import ContactQuery
from crm_app.errors import NotSignedIn, QuotaReached, ValidationFailed
from crm_app.jobs.worker import Worker
from crm_app.services import accounts, books, contacts, history, sessions
from tests.conftest import Configure
from tests.driving import Tree, actor_of, signed_in
from tests.factories import form

pytestmark = pytest.mark.usefixtures("database")


def do(service: Any, actor: Actor, **arguments: Any) -> Any:
    with transaction() as db:
        return service(db, actor, **arguments)


def names(actor: Actor) -> list[str]:
    return sorted(
        c.name for c in do(contacts.get_contacts, actor, query=ContactQuery(limit=1000)).contacts
    )


def merge(guest: Tree, account: Actor) -> None:
    """Let the guest's browser sign in to the account."""
    ticket = "t" * 43
    with transaction() as db:
        sessions.open_ticket(db, account.account_id, ticket, Caller())
        caller = Caller(token_hash=guest.token_hash)
        sessions.claim_ticket(db, caller, ticket=ticket, device_hash="d")


def test_an_account_has_a_book_of_its_own_number() -> None:
    actor = actor_of(signed_in())
    assert actor.book_id == actor.account_id
    with transaction(read_only=True) as db:
        members = db.exec(select(Membership)).all()
    assert [(m.account_id, m.book_id, m.role) for m in members] == [(1, 1, "owner")]


def test_a_large_guest_is_merged_in_batches_with_its_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(books, "BATCH", 10)
    tree, account = signed_in(), actor_of(signed_in())
    guest = actor_of(tree)
    for number in range(25):
        do(contacts.create_contact, guest, data=form(name=f"{number:02}", email=f"{number}@x.de"))
    do(contacts.create_contact, account, data=form(name="Mine", email="3@x.de"))
    merge(tree, account)
    with pytest.raises(NotSignedIn):
        actor_of(tree)
    member = replace(account, is_guest=False, signed_in_at=utc_now() - timedelta(seconds=5))
    assert do(accounts.get_identity, member).is_merging
    worker = Worker()
    while worker.work():
        pass
    identity = do(accounts.get_identity, member)
    assert (identity.duplicates, identity.is_merging) == (1, False)
    member = replace(member, signed_in_at=utc_now() - timedelta(minutes=2))
    assert do(accounts.get_identity, member).duplicates == 0
    expected = sorted(["Mine", *(f"{number:02}" for number in range(25) if number != 3)])
    assert names(account) == expected
    with transaction(read_only=True) as db:
        history = db.exec(select(ContactChange)).all()
        left = db.exec(select(AddressBook.id)).all()
    assert {change.book_id for change in history} == {account.book_id}
    assert sum(change.action == "deleted" for change in history) == 1
    assert guest.book_id not in left


@pytest.mark.parametrize("data", [form(), form(idempotency_key=None)], ids=["key", "no key"])
def test_what_a_guest_writes_after_the_merge_fails(data: dict[str, object]) -> None:
    tree, account = signed_in(), actor_of(signed_in())
    looked_up = actor_of(tree)  # as by another connection, before the merge is committed
    merge(tree, account)
    with pytest.raises(NotSignedIn):
        do(contacts.create_contact, looked_up, data=data)


def test_a_key_that_both_used_stays_the_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "BATCH", 3)  # so that keys take several batches too
    tree, account, key = signed_in(), actor_of(signed_in()), str(uuid4())
    mine = do(contacts.create_contact, account, data=form(email="1@x.de", idempotency_key=key))
    guest = actor_of(tree)
    do(contacts.create_contact, guest, data=form(email="2@x.de", idempotency_key=key))
    for number in range(3, 9):
        do(contacts.create_contact, guest, data=form(email=f"{number}@x.de"))
    merge(tree, account)
    while Worker().work():
        pass
    again = do(contacts.create_contact, account, data=form(email="1@x.de", idempotency_key=key))
    assert again.id == mine.id
    with transaction(read_only=True) as db:
        assert {each.book_id for each in db.exec(select(IdempotencyKey))} == {account.book_id}
    assert all(
        change.is_own
        for contact in do(contacts.get_contacts, account).contacts
        for change in do(history.list_changes, account, contact_id=contact.id)
    )


def test_contacts_that_came_along_count_in_the_quota(configure: Configure) -> None:
    configure(CRM_LIMIT_CONTACTS_PER_ACCOUNT="3", CRM_LIMIT_CONTACTS_PER_GUEST="3")
    tree, account = signed_in(), actor_of(signed_in())
    do(contacts.create_contact, account, data=form(email="1@x.de"))
    for number in (2, 3):
        do(contacts.create_contact, actor_of(tree), data=form(email=f"{number}@x.de"))
    merge(tree, account)
    with pytest.raises(QuotaReached):
        do(contacts.create_contact, account, data=form(email="4@x.de"))


def test_what_is_left_to_merge_goes_with_an_account_that_is_deleted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(books, "BATCH", 10)
    tree, account = signed_in(), actor_of(signed_in())
    guest = actor_of(tree)
    for number in range(25):
        do(contacts.create_contact, guest, data=form(email=f"{number}@x.de"))
    merge(tree, account)
    with transaction() as db:
        while accounts.delete_batch(db, account.account_id, 100):
            pass
    worker = Worker()
    while worker.work():
        pass
    with transaction(read_only=True) as db:
        assert db.exec(select(Contact)).all() == []
        assert db.exec(select(AddressBook)).all() == []


def test_a_form_sent_before_signing_in_is_known_afterwards() -> None:
    tree, account = signed_in(), actor_of(signed_in())
    data = form()
    made = do(contacts.create_contact, actor_of(tree), data=data)
    merge(tree, account)
    assert do(contacts.create_contact, account, data=data).id == made.id


def test_a_contact_without_an_email_can_be_edited_without_one() -> None:
    actor = actor_of(signed_in())
    made = [do(contacts.create_contact, actor, data=form(email=f"{n}@x.de")) for n in range(2)]
    with transaction() as db:  # as an import does
        db.connection().execute(sa.text("UPDATE contact SET email = NULL, email_key = NULL"))
    for contact in made:
        data = {"version": 1, "name": "Without", "email": ""}
        changed = do(contacts.update_contact, actor, contact_id=contact.id, data=data).contact
        assert (changed.name, changed.email) == ("Without", None)
    data = {"version": 2, "name": "With", "email": "with@x.de"}
    assert do(contacts.update_contact, actor, contact_id=made[0].id, data=data).contact.email
    with pytest.raises(ValidationFailed, match=r".*"):
        do(
            contacts.update_contact,
            actor,
            contact_id=made[0].id,
            data={"version": 3, "name": "Without", "email": ""},
        )
