"""Sessions: whose cookie it is, until when, and how a browser comes by one and loses it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col

from crm_app.database.models import USER_AGENT_LENGTH, Account, PasswordReset, SignIn, utc_now
from crm_app.domain.actor import Actor, Caller
from crm_app.errors import NotSignedIn, SignInNotFound
from crm_app.repositories import accounts, contacts, sign_ins
from crm_app.schemas.accounts import SessionView
from crm_app.services import audit, quota
from crm_app.services.audit import Action
from crm_app.settings import get_settings

TOKEN_BYTES = 32
GUEST_LIFETIME = 400 * 24 * 3600  # seconds; the longest that browsers keep a cookie (RFC 6265bis)
TICKET_SECONDS = 60
TOUCHES = 30  # how exactly the last use is known: to a 30th of the time until an idle session ends


def hash_token(token: str) -> str:
    """Return the hash of a secret; only the hash is stored and handed on (SHA-256, hex)."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def new_token() -> str:
    """Return a secret that nobody can guess: 256 bits as 43 characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def open_guest_account(db: Session, caller: Caller | None = None) -> str:
    """Create a guest account with one sign-in and return the token for the visitor's cookie."""
    account_id = accounts.save(db, Account(is_guest=True))
    token = new_token()
    sign_in = _sign_in(account_id, token, caller or Caller())
    sign_in.claimed_at = sign_in.created_at
    sign_ins.save(db, sign_in)
    return token


def get_actor(db: Session, caller: Caller) -> Actor:
    """Return who the session cookie behind the caller belongs to.

    Raises:
        NotSignedIn: No living session has this hash.
    """
    sign_in, account = _find_living(db, caller)
    assert sign_in.id is not None  # it was read
    return Actor(sign_in.account_id, sign_in.id, account.is_guest, caller)


def check(db: Session, caller: Caller) -> tuple[int, bool]:
    """Return whose living session this is, and whether its use should be noted anew.

    Raises:
        NotSignedIn: No living session has this hash.
    """
    sign_in, account = _find_living(db, caller)
    idle = GUEST_LIFETIME if account.is_guest else get_settings().session_idle
    return sign_in.account_id, _age(sign_in.used_at) > idle / TOUCHES


def touch(db: Session, caller: Caller) -> None:
    """Note that the session is in use."""
    sign_in, _ = _find_living(db, caller)
    sign_in.used_at = utc_now()
    sign_in.address = caller.address
    sign_ins.save(db, sign_in)


def has_ended(db: Session, caller: Caller) -> bool:
    """Tell whether the cookie was a session of an account: its owner should sign in again."""
    found = sign_ins.find(db, caller.token_hash)
    return found is not None and not found[1].is_guest


def open_ticket(db: Session, account_id: int, ticket: str, caller: Caller) -> None:
    """Let the browser that knows the ticket trade it for a cookie, once and soon.

    A form that comes twice has the same ticket; the first did it.

    Raises:
        TicketUsed: The ticket is another account's, or was traded, or is a session's cookie.
    """
    waiting = sign_ins.take_ticket(db, hash_token(ticket))
    if waiting is None or waiting.account_id != account_id:
        sign_ins.add_ticket(db, _sign_in(account_id, ticket, caller))


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
    """End the session the browser had before; bring the contacts of a guest along.

    A contact whose email the account has already goes to the account's trash. The guest's account
    goes too: what its other tabs are about to write fails instead of being lost with it.
    """
    try:
        sign_in, former = _find_living(db, caller)
    except NotSignedIn:
        return
    sign_in.ended_at = utc_now()
    sign_ins.save(db, sign_in)
    if not former.is_guest or former.id is None or former.id == account_id:
        return
    accounts.lock(db, former.id)
    contacts.trash_doubles(db, former.id, account_id, utc_now())
    if contacts.give_all(db, former.id, account_id):
        quota.recount(db, account_id)
        audit.record_for(db, caller, account_id, Action.CONTACTS_MOVED)
    accounts.delete(db, former.id)


def get_sessions(db: Session, actor: Actor) -> list[SessionView]:
    """Return the browsers that are signed in to the actor's account, the last used first."""
    account = accounts.get(db, actor.account_id)
    return [
        SessionView.of(sign_in, is_current=sign_in.id == actor.sign_in_id)
        for sign_in in sign_ins.list_newest(db, actor)
        if _is_living(sign_in, account)
    ]


def revoke_session(db: Session, actor: Actor, *, session_id: str) -> None:
    """End a session of the actor's account; its next event is refused.

    Raises:
        SignInNotFound: The account has no such session.
    """
    try:
        public_id = UUID(str(session_id))
    except ValueError as error:
        raise SignInNotFound from error
    statement = sign_ins.owned_by(actor).where(col(SignIn.public_id) == public_id)
    sign_in = db.exec(statement).one_or_none()
    if sign_in is None:
        raise SignInNotFound
    sign_in.ended_at = utc_now()
    sign_ins.save(db, sign_in)
    audit.record(db, actor, Action.SESSION_REVOKED, public_id)


def sign_out(db: Session, actor: Actor) -> None:
    """End the actor's own session."""
    sign_in, _ = _find_living(db, actor.caller)
    sign_in.ended_at = utc_now()
    sign_ins.save(db, sign_in)
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


def _sign_in(account_id: int, secret: str, caller: Caller) -> SignIn:
    return SignIn(
        account_id=account_id,
        token_hash=hash_token(secret),
        address=caller.address,
        user_agent=caller.user_agent[:USER_AGENT_LENGTH],
    )


def _find_living(db: Session, caller: Caller) -> tuple[SignIn, Account]:
    found = sign_ins.find(db, caller.token_hash) if caller.token_hash else None
    if found is None or not _is_living(*found):
        raise NotSignedIn
    return found


def _is_living(sign_in: SignIn, account: Account) -> bool:
    if sign_in.claimed_at is None or sign_in.ended_at or account.disabled_at:
        return False
    settings = get_settings()
    if account.is_guest:
        return settings.has_guests and _age(sign_in.used_at) < GUEST_LIFETIME
    is_fresh = _age(sign_in.claimed_at) < settings.session_lifetime
    return is_fresh and _age(sign_in.used_at) < settings.session_idle


def _age(time: datetime) -> float:
    return (utc_now() - time).total_seconds()
