"""API tokens: creating, listing and revoking them, and who stands behind one."""

import secrets
from datetime import timedelta

from sqlmodel import Session

from crm_app.database.account_models import ApiToken
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.clock import utc_now
from crm_app.errors import NotAllowed, TokenInvalid, TokenNotFound, TooManyTokens
from crm_app.repositories import tokens
from crm_app.schemas.ids import read_uuid
from crm_app.schemas.tokens import FIELDS, NewToken, Scope, TokenForm, TokenView
from crm_app.schemas.validation import validate
from crm_app.services import audit
from crm_app.services.audit import Action
from crm_app.services.sessions import hash_token

PREFIX = "crm_"
SECRET_BYTES = 32
MAX_TOKENS = 50
USE_RECORDED_AFTER = timedelta(minutes=1)
EXPIRED_KEPT = timedelta(days=30)


def hash_secret(secret: str) -> str:
    """Return the hash of a token's secret, which is no hash of a cookie with the same value."""
    return hash_token(f"API token {secret}")


def create_token(db: Session, actor: Actor, *, data: object) -> NewToken:
    """Create an API token; its secret is returned this one time.

    Raises:
        ValidationFailed: A field breaks a rule.
        NotAllowed: Guests cannot have tokens.
        TooManyTokens: The account has 50.
    """
    if actor.is_guest:
        raise NotAllowed("Create an account to use API tokens")
    form = validate(TokenForm, data, fields=FIELDS)
    if tokens.count(db, actor) >= MAX_TOKENS:
        raise TooManyTokens(MAX_TOKENS)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken(
        account_id=actor.account_id,
        token_hash=hash_secret(secret),
        name=form.name,
        scopes=" ".join(scope for scope in Scope if scope in form.scopes),
        expires_at=utc_now() + timedelta(days=form.days) if form.days else None,
    )
    tokens.add(db, token)
    audit.record(db, actor, Action.TOKEN_CREATED, token.public_id)
    return NewToken(TokenView.of(token), secret)


def list_tokens(db: Session, actor: Actor) -> list[TokenView]:
    """Return the account's tokens, the newest first; expired ones for 30 days more."""
    return [TokenView.of(token) for token in tokens.list_newest(db, actor)]


def revoke_token(db: Session, actor: Actor, *, token_id: str) -> None:
    """Remove a token: the next request with it is refused.

    Raises:
        TokenNotFound: The account has no such token.
    """
    public_id = read_uuid(token_id)
    if public_id is None or not tokens.remove(db, actor, public_id):
        raise TokenNotFound
    audit.record(db, actor, Action.TOKEN_REVOKED, public_id)


def get_actor(db: Session, caller: Caller) -> Actor:
    """Return whose token the caller has.

    Raises:
        TokenInvalid: There is no such token, it is expired, or the account is disabled.
    """
    found, now = tokens.find(db, caller.token_hash), utc_now()
    if found is None or found.disabled_at or (found.expires_at and found.expires_at <= now):
        raise TokenInvalid
    is_recent = found.used_at is not None and now - found.used_at < USE_RECORDED_AFTER
    return Actor(
        found.account_id,
        found.book_id,
        session_id=0,
        is_guest=False,
        email=found.email or "",
        tag=found.tag,
        caller=caller,
        is_use_due=not is_recent or found.used_from != caller.address,
        scopes=frozenset(found.scopes.split()),
        via=f"token {found.name}",
    )


def record_use(db: Session, caller: Caller) -> None:
    """Record that the token is in use, and from where."""
    if found := tokens.find(db, caller.token_hash):
        tokens.record_use(db, found.id, utc_now(), caller.address)
