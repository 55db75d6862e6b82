"""Statements about accounts and the browsers signed in to them."""

from sqlmodel import Session, col, select

from crm_app.models import Account, Installation, SignIn


def get_installation(session: Session) -> Installation:
    """Return the one row that the first migration wrote."""
    return session.exec(select(Installation)).one()


def find_sign_in(session: Session, token_hash: str) -> SignIn | None:
    """Return the sign-in whose cookie has this hash."""
    return session.exec(select(SignIn).where(col(SignIn.token_hash) == token_hash)).one_or_none()


def add_account(session: Session, account: Account) -> int:
    """Write a new account and return its id."""
    session.add(account)
    session.flush()
    assert account.id is not None  # set by the flush
    return account.id


def add_sign_in(session: Session, sign_in: SignIn) -> None:
    """Write a new sign-in."""
    session.add(sign_in)
    session.flush()
