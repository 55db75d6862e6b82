"""Sessions: looking them up, signing in by a ticket, listing and ending them."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col

from crm_app.database.account_models import (
    TAG_LENGTH,
    USER_AGENT_LENGTH,
    Account,
    BrowserSession,
    PasswordReset,
)
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.clock import utc_now
from crm_app.errors import NotSignedIn, SessionNotFound
from crm_app.repositories import accounts, sessions
from crm_app.schemas.accounts import SessionView
from crm_app.schemas.ids import read_uuid
from crm_app.services import audit, books
from crm_app.services.audit import Action
from crm_app.settings import get_settings

TOKEN_BYTES = 32
GUEST_LIFETIME = 400 * 24 * 3600  # seconds; the longest that browsers keep a cookie (RFC 6265bis)
TICKET_SECONDS = 60
USES_RECORDED = 30  # in the time until an idle session ends


def hash_token(token: str) -> str:
    """Return the hash of a secret; only the hash is stored and handed on (SHA-256, hex)."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def new_token() -> str:
    """Return a secret that nobody can guess: 256 bits as 43 characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def tag_of(token_hash: str) -> str:
    """Return the tag of a new visitor; the account that is made later keeps it."""
    return hash_token(f"tag {token_hash}")[:TAG_LENGTH]


def get_actor(db: Session, caller: Caller) -> Actor:
    """Return who the session cookie behind the caller belongs to.

    Raises:
        NotSignedIn: No session that has this hash goes on, and it is no new visitor's.
    """
    found = sessions.find(db, caller.token_hash) if caller.token_hash else None
    if found is None and caller.may_become_guest and get_settings().has_guests:
        return Actor(0, 0, 0, is_guest=True, email="", tag=tag_of(caller.token_hash), caller=caller)
    active = _active(found)
    return Actor(
        active.account_id,
        active.book_id,
        active.id,
        is_guest=active.is_guest,
        email=active.email or "",
        tag=active.tag,
        caller=caller,
        signed_in_at=active.claimed_at,
        is_use_due=_is_use_due(active),
    )


def record_use(db: Session, caller: Caller) -> None:
    """Record that the session is in use, and from where."""
    session = sessions.get(db, _active(sessions.find(db, caller.token_hash)).id)
    session.used_at = utc_now()
    session.address = caller.address
    sessions.save(db, session)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opens the page: by `tag` an account or guest, else nobody, who `is_new` or is not."""

    tag: str = ""
    is_guest: bool = False
    is_new: bool = False


def find_visitor(db: Session, caller: Caller) -> Visitor:
    """Return who opens the page; without a session only who never had an account's can be new."""
    try:
        actor = get_actor(db, caller)
        return Visitor(actor.tag, actor.is_guest)
    except NotSignedIn:
        found = sessions.find(db, caller.token_hash)
        is_former_owner = found is not None and not found.is_guest
        return Visitor(is_new=get_settings().has_guests and not is_former_owner)


def open_ticket(db: Session, account_id: int, ticket: str, caller: Caller) -> None:
    """Let the browser that knows the ticket trade it for a cookie, once and soon.

    A form that comes twice has the same ticket; the first did it.

    Raises:
        TicketUsed: The ticket is another account's, or was traded, or is a session's cookie.
    """
    waiting = sessions.take_ticket(db, hash_token(ticket))
    if waiting is None or waiting.account_id != account_id:
        sessions.add_ticket(db, new_session(account_id, hash_token(ticket), caller))


def claim_ticket(db: Session, caller: Caller, *, ticket: str, device_hash: str) -> str:
    """Trade a ticket for a new session and return the token for its cookie.

    The session that the browser had before ends; if it was a guest's, its contacts come along.

    Raises:
        NotSignedIn: The ticket is used, older than a minute, or never was one.
    """
    session = sessions.take_ticket(db, hash_token(ticket))
    now = utc_now()
    if session is None or now - session.created_at > timedelta(seconds=TICKET_SECONDS):
        raise NotSignedIn
    _end_former(db, caller, session.account_id)
    token = new_token()
    session.token_hash = hash_token(token)
    session.claimed_at = session.used_at = now
    sessions.save(db, session)
    sessions.add_device(db, session.account_id, device_hash)
    return token


def _end_former(db: Session, caller: Caller, account_id: int) -> None:
    """End the session the browser had before; merge the address book of a guest.

    What other tabs of the guest are about to write fails instead of being lost.
    """
    found = sessions.find(db, caller.token_hash)
    if found is None and caller.may_become_guest:  # its cookie must not make a guest any more
        session = new_session(account_id, caller.token_hash, caller)
        session.claimed_at = session.ended_at = utc_now()
        sessions.save(db, session)
        return
    try:
        former = _active(found)
    except NotSignedIn:
        return
    _end(db, former.id)
    if former.is_guest and former.account_id != account_id:
        books.merge_guest(db, caller, book_id=former.book_id, account_id=account_id)


def get_sessions(db: Session, actor: Actor) -> list[SessionView]:
    """Return the browsers that are signed in to the actor's account, the last used first."""
    account = accounts.find(db, actor.account_id)
    return [
        SessionView.of(session, is_current=session.id == actor.session_id)
        for session in sessions.list_newest(db, actor)
        if account and _is_active(session, account)
    ]


def revoke_session(db: Session, actor: Actor, *, session_id: str) -> None:
    """End a session of the actor's account; its next event is refused.

    Raises:
        SessionNotFound: The account has no such session.
    """
    public_id = read_uuid(session_id)
    statement = sessions.owned_by(actor).where(col(BrowserSession.public_id) == public_id)
    session = db.exec(statement).one_or_none()
    if session is None:
        raise SessionNotFound
    session.ended_at = utc_now()
    sessions.save(db, session)
    audit.record(db, actor, Action.SESSION_REVOKED, public_id)


def sign_out(db: Session, actor: Actor) -> None:
    """End the actor's own session."""
    _end(db, actor.session_id)
    audit.record(db, actor, Action.SIGNED_OUT)


def sign_out_everywhere(db: Session, actor: Actor) -> None:
    """End all sessions of the actor's account, this one too, and forget its devices."""
    end_all(db, actor.account_id)
    audit.record(db, actor, Action.SIGNED_OUT_EVERYWHERE)


def end_all(db: Session, account_id: int, *, keep_device: str = "") -> None:
    """End every way into the account but its password and API tokens: sessions, tickets, links.

    Its browsers are strangers again, but the one with this device cookie.
    """
    sessions.end_all(db, account_id, utc_now())
    sessions.forget_devices(db, account_id, but=keep_device)
    accounts.delete_password_resets(db, col(PasswordReset.account_id) == account_id)


def new_session(account_id: int, token_hash: str, caller: Caller) -> BrowserSession:
    """Return a session of the caller's browser, not written yet."""
    return BrowserSession(
        account_id=account_id,
        token_hash=token_hash,
        address=caller.address,
        user_agent=caller.user_agent[:USER_AGENT_LENGTH],
    )


def _active(found: sessions.Found | None) -> sessions.Found:
    if found is None or not _is_active(found, found):
        raise NotSignedIn
    return found


def _end(db: Session, session_id: int) -> None:
    session = sessions.get(db, session_id)
    session.ended_at = utc_now()
    sessions.save(db, session)


def _is_use_due(active: sessions.Found) -> bool:
    """Return whether the recorded use is older than a 30th of the time until the session ends."""
    idle = GUEST_LIFETIME if active.is_guest else get_settings().session_idle
    return _age(active.used_at) > idle / USES_RECORDED


def _is_active(session: BrowserSession | sessions.Found, account: Account | sessions.Found) -> bool:
    if session.claimed_at is None or session.ended_at or account.disabled_at:
        return False
    settings = get_settings()
    if account.is_guest:
        return settings.has_guests and _age(session.used_at) < GUEST_LIFETIME
    is_fresh = _age(session.claimed_at) < settings.session_lifetime
    return is_fresh and _age(session.used_at) < settings.session_idle


def _age(time: datetime) -> float:
    return (utc_now() - time).total_seconds()
