"""Statements about accounts."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from crm_app.database.account_models import Account, BrowserSession, Installation, PasswordReset
from crm_app.database.models import AddressBook, Contact, Membership
from crm_app.domain.email import email_key
from crm_app.domain.text import normalize
from crm_app.errors import EmailTaken


def get_installation(db: Session) -> Installation:
    """Return the one row that the first migration wrote."""
    return db.exec(select(Installation)).one()


def get(db: Session, account_id: int) -> Account:
    """Return the account with this id, which is known to be there."""
    return db.exec(select(Account).where(col(Account.id) == account_id)).one()


def find(db: Session, account_id: int) -> Account | None:
    """Return the account with this id."""
    return db.exec(select(Account).where(col(Account.id) == account_id)).one_or_none()


def lock(db: Session, account_id: int) -> Account | None:
    """Return the account with this id, as it is now, and let other writers of it wait."""
    statement = select(Account).where(col(Account.id) == account_id)
    return db.exec(statement.with_for_update()).one_or_none()


def find_by_email(db: Session, email: str) -> Account | None:
    """Return the account that signed up with this email.

    Before revision 0005 two spellings of one email could sign up; either still finds its own.
    """
    key, former_key = email_key(email), normalize(normalize(email).casefold())
    statement = select(Account).where(col(Account.email_key).in_((former_key, key)))
    found = db.exec(statement.order_by(col(Account.email_key) != former_key)).all()
    # The former key took straße.example for strasse.example.
    return next((each for each in found if email_key(each.email or "") == key), None)


def add_guest(db: Session, tag: str) -> Account:
    """Write a guest's account with an address book of its own, and return it."""
    book = AddressBook()
    db.add(book)
    db.flush()
    assert book.id is not None  # set by the flush
    account = Account(id=book.id, tag=tag)
    db.add(account)
    db.flush()
    db.add(Membership(book_id=book.id, account_id=account.id, role="owner"))
    db.flush()
    return account


def save(db: Session, account: Account) -> None:
    """Write a changed account.

    Raises:
        EmailTaken: Another account has this email; the transaction is over.
    """
    try:
        db.add(account)
        db.flush()
    except IntegrityError as error:
        raise EmailTaken from error


def delete(db: Session, account_id: int) -> None:
    """Remove the account, its own address book and, by the foreign keys, all that belongs to it."""
    own = sa.select(col(Membership.book_id)).where(
        col(Membership.account_id) == account_id, col(Membership.role) == "owner"
    )
    db.connection().execute(sa.delete(AddressBook).where(col(AddressBook.id).in_(own)))
    db.connection().execute(sa.delete(Account).where(col(Account.id) == account_id))


def is_guest(account_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a column names an account of a guest."""
    return sa.exists().where(col(Account.id) == account_id, col(Account.is_guest))


def is_idle_guest(since: datetime) -> sa.ColumnElement[bool]:
    """Return the condition for guests without a contact that were not here since this time."""
    own = col(Membership.account_id) == col(Account.id)
    has_contact = sa.exists().where(own, col(Contact.book_id) == col(Membership.book_id))
    was_here = sa.exists().where(
        col(BrowserSession.account_id) == col(Account.id), col(BrowserSession.used_at) >= since
    )
    is_old_guest = col(Account.is_guest) & (col(Account.created_at) < since)
    return is_old_guest & ~has_contact & ~was_here


def add_password_reset(db: Session, reset: PasswordReset) -> None:
    """Write a one-time link in place of the account's former one."""
    delete_password_resets(db, col(PasswordReset.account_id) == reset.account_id)
    db.add(reset)
    db.flush()


def find_password_reset(db: Session, token_hash: str) -> PasswordReset | None:
    """Return the one-time link with this hash; other uses of it wait until this one is over."""
    statement = select(PasswordReset).where(col(PasswordReset.token_hash) == token_hash)
    return db.exec(statement.with_for_update()).one_or_none()


def delete_password_resets(db: Session, which: sa.ColumnElement[bool]) -> None:
    """Remove the one-time links for which this holds."""
    db.connection().execute(sa.delete(PasswordReset).where(which))
