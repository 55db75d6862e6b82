"""Guessing passwords takes ever longer: delays per email, kept in the database.

The first three attempts are free; then one has to wait 1, 4, 16, and from then on 60 minutes after
each wrong one. That is at most 5 in any 10 minutes for strangers, from any number of addresses.
Each browser that signed in before is counted apart, so that nobody keeps the owner out.
An email without an account is treated the same, so that nobody learns which is which.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from crm_app.domain.clock import utc_now
from crm_app.errors import RateLimited
from crm_app.repositories import sign_in_delays

FREE_ATTEMPTS = 3
FIRST_DELAY = 60  # seconds
FACTOR = 4
LONGEST_DELAY = 3600
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reservation:
    """An attempt that counts as failed until it is forgiven; how it was before."""

    key: str
    failures: int
    tried_at_before: datetime


def key_of(email_key: str, device_hash: str) -> str:
    """Return under which key attempts are counted; the device is empty for strangers.

    It keeps the email out of the table, no more: a list of emails would find it.
    """
    return hashlib.sha256(f"{device_hash} {email_key}".encode("utf-8", "surrogatepass")).hexdigest()


def reserve(db: Session, key: str) -> Reservation:
    """Count an attempt as failed, before it is judged.

    Raises:
        RateLimited: It is too early for another one; it is not judged and does not count.
    """
    delay = sign_in_delays.lock(db, key)
    now = utc_now()
    wait = (delay.blocked_until - now).total_seconds()
    if 0 < wait <= LONGEST_DELAY:  # more than that means that the clock was set back
        raise RateLimited(wait)
    if now - delay.tried_at > FORGOTTEN_AFTER:
        delay.failures = 0
    reservation = Reservation(key, delay.failures + 1, delay.tried_at)
    delay.failures += 1
    delay.tried_at = now
    delay.blocked_until = now + timedelta(seconds=_seconds_after(delay.failures))
    sign_in_delays.save(db, delay)
    return reservation


def forgive(db: Session, reservation: Reservation) -> None:
    """Take back the attempt that turned out to be right, as if it had not been.

    When others were reserved meanwhile, the wait that they brought stays.
    """
    delay = sign_in_delays.lock(db, reservation.key)
    if delay.failures == reservation.failures:
        delay.blocked_until, delay.tried_at = utc_now(), reservation.tried_at_before
    delay.failures = max(0, delay.failures - 1)
    sign_in_delays.save(db, delay)


def _seconds_after(failures: int) -> int:
    if failures < FREE_ATTEMPTS:
        return 0
    return min(LONGEST_DELAY, FIRST_DELAY * FACTOR ** min(failures - FREE_ATTEMPTS, 10))
