"""Accounts: signing up and in, passwords, and the end of an account."""

from dataclasses import dataclass

from sqlmodel import Session

from crm_app.database.account_models import Account
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.clock import utc_now
from crm_app.domain.email import email_key
from crm_app.errors import CurrentPasswordWrong, NotSignedIn, SignUpClosed
from crm_app.repositories import accounts, books, contacts
from crm_app.repositories import sessions as session_rows
from crm_app.schemas.accounts import (
    Identity,
    NewAccount,
    PasswordChange,
    PasswordConfirmation,
    SignInForm,
    SignUpForm,
    read_form,
)
from crm_app.services import audit, jobs, sessions, sign_in_delays
from crm_app.services import books as address_books
from crm_app.services.audit import Action
from crm_app.services.books import BATCH
from crm_app.services.sign_in_delays import Reservation
from crm_app.settings import get_settings


@dataclass(frozen=True, slots=True)
class Attempt:
    """A password to be judged outside the transaction: `hash` is empty where nobody has one."""

    password: str
    hash: str | None
    account_id: int | None
    reservation: Reservation
    ticket: str = ""


def get_identity(db: Session, actor: Actor) -> Identity:
    """Return who the actor is, as the page shows it, and what came along at signing in."""
    merge = address_books.get_recent_merge(db, actor)
    return Identity(
        email=actor.email,
        is_guest=actor.is_guest,
        tag=actor.tag,
        duplicates=merge.duplicates,
        is_merging=merge.is_running,
    )


def begin_sign_in(db: Session, caller: Caller, *, data: object) -> Attempt:
    """Count an attempt to sign in and return what is to be judged.

    It counts as failed until `finish_sign_in` says otherwise, so that attempts at the same time
    count too.

    Raises:
        ValidationFailed: Email or password are missing.
        RateLimited: There were too many attempts with this email lately.
    """
    form: SignInForm = read_form(SignInForm, data)
    account = accounts.find_by_email(db, form.email)
    account_key = (account and account.email_key) or email_key(form.email)
    account_id = account.id if account and not account.disabled_at else None
    is_known = account_id is not None and session_rows.knows_device(
        db, account_id, caller.device_hash
    )
    key = sign_in_delays.key_of(account_key, caller.device_hash if is_known else "")
    reservation = sign_in_delays.reserve(db, key)
    password_hash = account.password_hash if account and account_id else None
    return Attempt(form.password, password_hash, account_id, reservation, form.ticket)


def finish_sign_in(
    db: Session, caller: Caller, *, attempt: Attempt, is_right: bool, new_hash: str | None
) -> bool:
    """Sign in if the password was right: the browser can trade its ticket for a cookie.

    `new_hash` replaces a hash that was made with older settings.
    Returns whether it was right; a wrong one is noted in the trail, which an exception would undo.
    """
    if not is_right or attempt.account_id is None or not _still_holds(db, attempt):
        audit.record_for(db, caller, attempt.account_id, Action.SIGN_IN_FAILED)
        return False
    sign_in_delays.forgive(db, attempt.reservation)
    account = accounts.get(db, attempt.account_id)
    if new_hash:
        account.password_hash = new_hash
        accounts.save(db, account)
    sessions.open_ticket(db, attempt.account_id, attempt.ticket, caller)
    audit.record_for(db, caller, attempt.account_id, Action.SIGNED_IN)
    return True


def is_sign_up_open() -> bool:
    """Return whether visitors can make accounts here."""
    return get_settings().sign_up == "on"


def read_sign_up(db: Session, _caller: Caller, *, data: object) -> SignUpForm:
    """Judge the form of a new account, before the password is hashed.

    Raises:
        SignUpClosed: Visitors cannot make accounts here.
        ValidationFailed: A field breaks a rule.
    """
    if not is_sign_up_open():
        raise SignUpClosed
    return read_form(SignUpForm, data)


def sign_up(db: Session, caller: Caller, *, form: SignUpForm, password_hash: str) -> None:
    """Make an account; a guest's own becomes one and keeps its contacts.

    Raises:
        EmailTaken: Somebody signed up with this email.
        TicketUsed: The form's ticket belongs to another sign-in.
    """
    account = _guest_of(db, caller) or accounts.add_guest(db, sessions.tag_of(caller.token_hash))
    account_id = _give_password(db, account, form.email, password_hash)
    # A cookie from before may be known to others; it must not open what is an account now.
    session_rows.end_all(db, account_id, utc_now())
    sessions.open_ticket(db, account_id, form.ticket, caller)
    audit.record_for(db, caller, account_id, Action.SIGNED_UP)


def create_account(db: Session, caller: Caller, *, form: NewAccount, password_hash: str) -> int:
    """Make an account without a visitor, for the command line; return its id.

    Raises:
        EmailTaken: Somebody signed up with this email.
    """
    account = accounts.add_guest(db, sessions.tag_of(sessions.new_token()))
    account_id = _give_password(db, account, form.email, password_hash)
    audit.record_for(db, caller, account_id, Action.SIGNED_UP)
    return account_id


def begin_password_change(db: Session, actor: Actor, *, data: object) -> tuple[Attempt, str]:
    """Count an attempt to change the password; return the one to be judged and the new one.

    Raises:
        ValidationFailed: A field breaks a rule.
        RateLimited: There were too many wrong passwords lately.
    """
    account = accounts.get(db, actor.account_id)
    form: PasswordChange = read_form(PasswordChange, data)
    return _begin_confirmation(db, actor, account, form.password, form.ticket), form.new_password


def change_password(
    db: Session, actor: Actor, *, attempt: Attempt, is_right: bool, password_hash: str
) -> bool:
    """Set a new password, end all sessions and let this browser trade its ticket for a new one.

    Returns whether the password that held was right; a wrong one is noted in the trail.
    """
    if not _is_confirmed(db, actor, attempt, is_right):
        return False
    account = accounts.get(db, actor.account_id)
    account.password_hash = password_hash
    accounts.save(db, account)
    sessions.end_all(db, actor.account_id, keep_device=actor.caller.device_hash)
    sessions.open_ticket(db, actor.account_id, attempt.ticket, actor.caller)
    audit.record(db, actor, Action.PASSWORD_CHANGED)
    return True


def begin_deletion(db: Session, actor: Actor, *, data: object) -> Attempt:
    """Count an attempt to delete the account and return the password that is to be judged.

    Raises:
        ValidationFailed: The password is missing.
        RateLimited: There were too many wrong passwords lately.
    """
    form: PasswordConfirmation = read_form(PasswordConfirmation, data)
    return _begin_confirmation(db, actor, accounts.get(db, actor.account_id), form.password, "")


def delete_account(db: Session, actor: Actor, *, attempt: Attempt, is_right: bool) -> bool:
    """Remove the account with everything in it; a job goes on with a large address book.

    Only the audit trail stays. Nobody can sign in to it any more, and its email is free at once.
    Returns whether the password was right; a wrong one is recorded in the trail.
    """
    if not _is_confirmed(db, actor, attempt, is_right):
        return False
    audit.record(db, actor, Action.ACCOUNT_DELETED)
    account = accounts.get(db, actor.account_id)
    account.email = account.email_key = account.password_hash = None
    account.disabled_at = utc_now()
    accounts.save(db, account)
    sessions.end_all(db, actor.account_id)
    if delete_batch(db, actor.account_id, BATCH):
        jobs.enqueue(db, "delete_account", arguments={"account": actor.account_id})
    return True


def delete_batch(db: Session, account_id: int, limit: int) -> int:
    """Remove so many contacts, then keys, of the account's book, after the last the account.

    Returns how many there were, 0 after the last.
    """
    books.lock(db, book_id := books.own(db, account_id))
    ids = contacts.list_ids(db, book_id, limit)
    contacts.remove(db, book_id, ids)
    if len(ids) == limit or books.remove_keys(db, book_id, limit) == limit:
        return limit
    accounts.delete(db, account_id)
    return 0


def set_disabled(db: Session, caller: Caller, *, email: str, is_disabled: bool) -> bool:
    """Disable or enable the account and end its sessions; return False if there is none."""
    account = accounts.find_by_email(db, email)
    if account is None:
        return False
    account.disabled_at = utc_now() if is_disabled else None
    accounts.save(db, account)
    sessions.end_all(db, account.id)
    action = Action.ACCOUNT_DISABLED if is_disabled else Action.ACCOUNT_ENABLED
    audit.record_for(db, caller, account.id, action)
    return True


def _give_password(db: Session, account: Account, email: str, password_hash: str) -> int:
    account.is_guest = False
    account.email, account.email_key = email, email_key(email)
    account.password_hash = password_hash
    accounts.save(db, account)
    return account.id


def _begin_confirmation(
    db: Session, actor: Actor, account: Account, password: str, ticket: str
) -> Attempt:
    """Count an attempt of someone who is signed in, together with those of this browser."""
    if account.is_guest:
        raise CurrentPasswordWrong  # a guest has none
    device = actor.caller.device_hash or "signed in without a device cookie"
    reservation = sign_in_delays.reserve(db, sign_in_delays.key_of(account.email_key or "", device))
    return Attempt(password, account.password_hash, account.id, reservation, ticket)


def _is_confirmed(db: Session, actor: Actor, attempt: Attempt, is_right: bool) -> bool:
    if is_right and _still_holds(db, attempt):
        sign_in_delays.forgive(db, attempt.reservation)
        return True
    audit.record(db, actor, Action.PASSWORD_REFUSED)
    return False


def _still_holds(db: Session, attempt: Attempt) -> bool:
    """Return whether the password that was judged is the account's still.

    Between the two transactions it can be changed, and the account be disabled or deleted.
    """
    account = accounts.lock(db, attempt.account_id or 0)
    return account is not None and not account.disabled_at and account.password_hash == attempt.hash


def _guest_of(db: Session, caller: Caller) -> Account | None:
    """Return the account of the guest that the caller is, None if it has none."""
    try:
        actor = sessions.get_actor(db, caller)
    except NotSignedIn:
        return None
    return accounts.lock(db, actor.account_id) if actor.is_guest else None
