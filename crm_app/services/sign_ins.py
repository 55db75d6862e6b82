"""Sessions: whose cookie it is, until when, and how a browser comes by one and loses it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col

from crm_app.database.account_models import (
    TAG_LENGTH,
    USER_AGENT_LENGTH,
    Account,
    PasswordReset,
    SignIn,
)
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.clock import utc_now
from crm_app.errors import NotSignedIn, SignInNotFound
from crm_app.repositories import accounts, sign_ins
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
    found = sign_ins.find(db, caller.token_hash) if caller.token_hash else None
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
    sign_in = sign_ins.get(db, _active(sign_ins.find(db, caller.token_hash)).id)
    sign_in.used_at = utc_now()
    sign_in.address = caller.address
    sign_ins.save(db, sign_in)


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
        found = sign_ins.find(db, caller.token_hash)
        is_former_owner = found is not None and not found.is_guest
        return Visitor(is_new=get_settings().has_guests and not is_former_owner)


def open_ticket(db: Session, account_id: int, ticket: str, caller: Caller) -> None:
    """Let the browser that knows the ticket trade it for a cookie, once and soon.

    A form that comes twice has the same ticket; the first did it.

    Raises:
        TicketUsed: The ticket is another account's, or was traded, or is a session's cookie.
    """
    waiting = sign_ins.take_ticket(db, hash_token(ticket))
    if waiting is None or waiting.account_id != account_id:
        sign_ins.add_ticket(db, sign_in_of(account_id, hash_token(ticket), caller))


def claim_ticket(db: Session, caller: Caller, *, ticket: str, device_hash: str) -> str:
    """Trade a ticket for a new session and return the token for its cookie.

    The session that the browser had before ends; if it was a guest's, its contacts come along.

    Raises:
        NotSignedIn: The ticket is used, older than a minute, or never was one.
    """
    sign_in = sign_ins.take_ticket(db, hash_token(ticket))
    now = utc_now()
    if sign_in is None or now - sign_in.created_at > timedelta(seconds=TICKET_SECONDS):
        raise NotSignedIn
    _end_former(db, caller, sign_in.account_id)
    token = new_token()
    sign_in.token_hash = hash_token(token)
    sign_in.claimed_at = sign_in.used_at = now
    sign_ins.save(db, sign_in)
    sign_ins.add_device(db, sign_in.account_id, device_hash)
    return token


def _end_former(db: Session, caller: Caller, account_id: int) -> None:
    """End the session the browser had before; merge the address book of a guest.

    What other tabs of the guest are about to write fails instead of being lost.
    """
    found = sign_ins.find(db, caller.token_hash)
    if found is None and caller.may_become_guest:  # its cookie must not make a guest any more
        sign_in = sign_in_of(account_id, caller.token_hash, caller)
        sign_in.claimed_at = sign_in.ended_at = utc_now()
        sign_ins.save(db, sign_in)
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
        SessionView.of(sign_in, is_current=sign_in.id == actor.sign_in_id)
        for sign_in in sign_ins.list_newest(db, actor)
        if account and _is_active(sign_in, account)
    ]


def revoke_session(db: Session, actor: Actor, *, session_id: str) -> None:
    """End a session of the actor's account; its next event is refused.

    Raises:
        SignInNotFound: The account has no such session.
    """
    public_id = read_uuid(session_id)
    statement = sign_ins.owned_by(actor).where(col(SignIn.public_id) == public_id)
    sign_in = db.exec(statement).one_or_none()
    if sign_in is None:
        raise SignInNotFound
    sign_in.ended_at = utc_now()
    sign_ins.save(db, sign_in)
    audit.record(db, actor, Action.SESSION_REVOKED, public_id)


def sign_out(db: Session, actor: Actor) -> None:
    """End the actor's own session."""
    _end(db, actor.sign_in_id)
    audit.record(db, actor, Action.SIGNED_OUT)


def sign_out_everywhere(db: Session, actor: Actor) -> None:
    """End all sessions of the actor's account, this one too, and forget its devices."""
    end_all(db, actor.account_id)
    audit.record(db, actor, Action.SIGNED_OUT_EVERYWHERE)


def end_all(db: Session, account_id: int, *, keep_device: str = "") -> None:
    """End every way into the account but its password: sessions, tickets, open reset links.

    Its browsers are strangers again, but the one with this device cookie.
    """
    sign_ins.end_all(db, account_id, utc_now())
    sign_ins.forget_devices(db, account_id, but=keep_device)
    accounts.delete_password_resets(db, col(PasswordReset.account_id) == account_id)


def sign_in_of(account_id: int, token_hash: str, caller: Caller) -> SignIn:
    """Return a sign-in by the browser behind the caller, not written yet."""
    return SignIn(
        account_id=account_id,
        token_hash=token_hash,
        address=caller.address,
        user_agent=caller.user_agent[:USER_AGENT_LENGTH],
    )


def _active(found: sign_ins.Found | None) -> sign_ins.Found:
    if found is None or not _is_active(found, found):
        raise NotSignedIn
    return found


def _end(db: Session, sign_in_id: int) -> None:
    sign_in = sign_ins.get(db, sign_in_id)
    sign_in.ended_at = utc_now()
    sign_ins.save(db, sign_in)


def _is_use_due(active: sign_ins.Found) -> bool:
    """Return whether the recorded use is older than a 30th of the time until the session ends."""
    idle = GUEST_LIFETIME if active.is_guest else get_settings().session_idle
    return _age(active.used_at) > idle / USES_RECORDED


def _is_active(sign_in: SignIn | sign_ins.Found, account: Account | sign_ins.Found) -> bool:
    if sign_in.claimed_at is None or sign_in.ended_at or account.disabled_at:
        return False
    settings = get_settings()
    if account.is_guest:
        return settings.has_guests and _age(sign_in.used_at) < GUEST_LIFETIME
    is_fresh = _age(sign_in.claimed_at) < settings.session_lifetime
    return is_fresh and _age(sign_in.used_at) < settings.session_idle


def _age(time: datetime) -> float:
    return (utc_now() - time).total_seconds()
