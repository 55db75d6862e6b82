"""One-time links that set a new password."""

from datetime import timedelta

from sqlmodel import Session

from crm_app.database.account_models import PasswordReset
from crm_app.domain.actor import Caller
from crm_app.domain.clock import utc_now
from crm_app.errors import LinkInvalid
from crm_app.repositories import accounts
from crm_app.schemas.accounts import PasswordResetForm, read_form
from crm_app.services import audit, sessions
from crm_app.services.audit import Action

LIFETIME = timedelta(hours=1)


def offer_password_reset(db: Session, caller: Caller, *, email: str) -> str | None:
    """Return the token of a one-time link that sets a new password, None without an account."""
    account = accounts.find_by_email(db, email)
    if account is None:
        return None
    token = sessions.new_token()
    reset = PasswordReset(account_id=account.id, token_hash=sessions.hash_token(token))
    accounts.add_password_reset(db, reset)
    audit.record_for(db, caller, account.id, Action.PASSWORD_RESET_OFFERED)
    return token


def read_password_reset(db: Session, _caller: Caller, *, data: object) -> PasswordResetForm:
    """Judge the form of a new password and its link, before the password is hashed.

    Raises:
        ValidationFailed: The new password breaks a rule.
        LinkInvalid: The link was used, is older than an hour, or never was one.
    """
    form: PasswordResetForm = read_form(PasswordResetForm, data)
    _find_reset(db, form.link)
    return form


def reset_password(
    db: Session, caller: Caller, *, form: PasswordResetForm, password_hash: str
) -> None:
    """Set a new password by a one-time link, end all sessions and sign this browser in.

    Raises:
        LinkInvalid: The link was used, is older than an hour, or never was one.
    """
    reset = _find_reset(db, form.link)
    account = accounts.get(db, reset.account_id)
    account.password_hash = password_hash
    accounts.save(db, account)
    sessions.end_all(db, reset.account_id)
    sessions.open_ticket(db, reset.account_id, form.ticket, caller)
    audit.record_for(db, caller, reset.account_id, Action.PASSWORD_RESET)


def _find_reset(db: Session, link: str) -> PasswordReset:
    """Return the one-time link; no one else can use it meanwhile."""
    reset = accounts.find_password_reset(db, sessions.hash_token(link))
    if reset is None or utc_now() - reset.created_at > LIFETIME:
        raise LinkInvalid
    if accounts.get(db, reset.account_id).disabled_at:
        raise LinkInvalid
    return reset
