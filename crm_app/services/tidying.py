"""Removing expired sessions, tickets, links and devices, and how long each is kept."""

from datetime import timedelta

from sqlmodel import Session, col

from crm_app.models import PasswordReset, SignIn, utc_now
from crm_app.repositories import accounts, sign_ins
from crm_app.services.accounts import RESET_LIFETIME
from crm_app.services.sign_in_delays import FORGOTTEN_AFTER
from crm_app.services.sign_ins import GUEST_LIFETIME
from crm_app.settings import get_settings

# As long as browsers keep the cookie: who comes back is asked to sign in and is no new guest.
ENDED_SESSION_KEPT = timedelta(days=60)
IDLE_GUEST_KEPT = timedelta(days=30)
TICKET_KEPT = timedelta(hours=1)  # it is good for a minute
LONGEST_USE = timedelta(seconds=GUEST_LIFETIME)  # of a guest's cookie, and of a device's


def tidy(session: Session) -> None:
    """Remove expired sessions, tickets, links, devices and delays, and idle guests."""
    now = utc_now()
    ended = now - ENDED_SESSION_KEPT
    lifetime = timedelta(seconds=get_settings().session_lifetime)
    is_of_account = ~accounts.is_guest(col(SignIn.account_id))
    for is_over in (
        col(SignIn.ended_at) < ended,
        is_of_account & (col(SignIn.claimed_at) < ended - lifetime),
        col(SignIn.claimed_at).is_(None) & (col(SignIn.created_at) < now - TICKET_KEPT),
        col(SignIn.used_at) < now - LONGEST_USE,
    ):
        sign_ins.delete(session, is_over)
    sign_ins.delete_devices(session, now - LONGEST_USE)
    sign_ins.delete_delays(session, now - FORGOTTEN_AFTER)
    accounts.delete_password_resets(session, col(PasswordReset.created_at) < now - RESET_LIFETIME)
    accounts.delete_idle_guests(session, now - IDLE_GUEST_KEPT)
