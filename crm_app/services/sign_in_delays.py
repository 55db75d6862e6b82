"""Guessing passwords takes ever longer: delays per email, kept in the database.

The first three attempts are free; then one has to wait 1, 4, 16, and from then on 60 minutes after
each wrong one. That is at most 5 in any 10 minutes. Strangers and the browsers that signed in
before are counted apart, so that strangers cannot keep the owner out: together at most 10.
An email without an account is treated the same, so that nobody learns which is which.
"""

import hashlib
from datetime import timedelta

from sqlmodel import Session

from crm_app.errors import RateLimited
from crm_app.models import utc_now
from crm_app.repositories import sign_ins

FREE_ATTEMPTS = 3
FIRST_DELAY = 60  # seconds
FACTOR = 4
LONGEST_DELAY = 3600
FORGOTTEN_AFTER = timedelta(days=1)


def key_of(email_key: str, *, is_known: bool) -> str:
    """Return under which key attempts are counted; nobody can read the email out of it quickly."""
    kind = "known device" if is_known else "stranger"
    return hashlib.sha256(f"{kind} {email_key}".encode("utf-8", "surrogatepass")).hexdigest()


def reserve(session: Session, key: str) -> None:
    """Count an attempt as failed, before it is judged.

    Raises:
        RateLimited: It is too early for another one; it is not judged and does not count.
    """
    delay = sign_ins.lock_delay(session, key)
    now = utc_now()
    if now < delay.blocked_until:
        raise RateLimited((delay.blocked_until - now).total_seconds())
    if now - delay.tried_at > FORGOTTEN_AFTER:
        delay.failures = 0
    delay.failures += 1
    delay.tried_at = now
    delay.blocked_until = now + timedelta(seconds=_seconds_after(delay.failures))
    sign_ins.save(session, delay)


def forgive(session: Session, key: str) -> None:
    """Take back the attempt that turned out to be right."""
    delay = sign_ins.lock_delay(session, key)
    delay.failures = max(0, delay.failures - 1)
    if delay.failures < FREE_ATTEMPTS:
        delay.blocked_until = utc_now()
    sign_ins.save(session, delay)


def _seconds_after(failures: int) -> int:
    if failures < FREE_ATTEMPTS:
        return 0
    return min(LONGEST_DELAY, FIRST_DELAY * FACTOR ** min(failures - FREE_ATTEMPTS, 10))
