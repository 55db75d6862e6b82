"""Guests: visitors who begin without signing up; an account is made when they first write."""

import re

from sqlmodel import Session

from crm_app.domain.actor import Actor, Caller
from crm_app.repositories import accounts, sessions
from crm_app.services.sessions import get_actor, new_session, new_token, tag_of

GUEST_TOKEN = re.compile(r"guest-[A-Za-z0-9_-]{43}")


def new_guest_token() -> str:
    """Return a secret for a new visitor's cookie."""
    return f"guest-{new_token()}"


def is_guest_token(token: str) -> bool:
    """Return whether the secret has the form of one that new visitors get.

    The server keeps no list of them: a visitor who only looks leaves no row.
    """
    return GUEST_TOKEN.fullmatch(token) is not None


def begin_guest(db: Session, caller: Caller) -> Actor:
    """Make the account of a new visitor, unless another tab of it just did."""
    sessions.lock_token(db, caller.token_hash)
    if sessions.find(db, caller.token_hash) is None:
        account = accounts.add_guest(db, tag_of(caller.token_hash))
        session = new_session(account.id, caller.token_hash, caller)
        session.claimed_at = session.created_at
        sessions.save(db, session)
    return get_actor(db, caller)
