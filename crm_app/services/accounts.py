"""Accounts: guests get one with a cookie; a cookie's hash tells who is asking."""

import hashlib
import secrets

from sqlmodel import Session

from crm_app.actor import Actor
from crm_app.errors import NotSignedIn
from crm_app.models import Account, SignIn
from crm_app.repositories import accounts

TOKEN_BYTES = 32


def hash_token(token: str) -> str:
    """Return the hash of a session token; only the hash is stored and handed on (SHA-256, hex)."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def get_installation_id(session: Session) -> str:
    """Return the id of this database, 32 hex digits, the same for its whole life."""
    return accounts.get_installation(session).public_id.hex


def open_guest_account(session: Session) -> str:
    """Create a guest account with one sign-in and return the token for the visitor's cookie."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    account_id = accounts.add_account(session, Account(is_guest=True))
    accounts.add_sign_in(session, SignIn(account_id=account_id, token_hash=hash_token(token)))
    return token


def get_actor(session: Session, *, token_hash: str) -> Actor:
    """Return who the session cookie with this hash belongs to.

    Raises:
        NotSignedIn: No sign-in has this hash.
    """
    sign_in = accounts.find_sign_in(session, token_hash)
    if sign_in is None:
        raise NotSignedIn
    return Actor(account_id=sign_in.account_id)
