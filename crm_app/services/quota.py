"""How many contacts an address book may have, those in the trash included."""

from collections import OrderedDict
from functools import cache

from sqlmodel import Session

from crm_app.domain.actor import Actor
from crm_app.errors import QuotaReached
from crm_app.repositories import contacts
from crm_app.settings import get_settings

COUNT_LASTS = 1_000  # contacts; counting a million takes 50 ms
MAX_BOOKS = 10_000


def spend(db: Session, actor: Actor) -> None:
    """Let the actor have one contact more.

    The contacts are counted again after every thousand, so several processes can together exceed
    the quota by as many each. So can the contacts that a guest brings along when signing in: they
    are never refused.

    Raises:
        QuotaReached: There are as many as allowed.
    """
    quota = _quota_of(actor)
    known = _left(db.get_bind())
    left = known.pop(actor.book_id, 0)
    if left <= 0:
        left = min(quota - contacts.count_all(db, actor), COUNT_LASTS)
    if left <= 0:
        raise QuotaReached(quota, is_guest=actor.is_guest)
    known[actor.book_id] = left - 1
    if len(known) > MAX_BOOKS:
        known.popitem(last=False)


def require(db: Session, actor: Actor, count: int) -> None:
    """Check that the actor may have so many contacts more; nothing is spent.

    Raises:
        QuotaReached: There is room for fewer.
    """
    quota = _quota_of(actor)
    left = max(0, quota - contacts.count_all(db, actor))
    if left < count:
        raise QuotaReached(quota, is_guest=actor.is_guest, left=left)


def _quota_of(actor: Actor) -> int:
    settings = get_settings()
    per_guest, per_account = settings.limit_contacts_per_guest, settings.limit_contacts_per_account
    return per_guest if actor.is_guest else per_account


def recount(db: Session, book_id: int) -> None:
    """Count the book's contacts before another is added: it got many at once."""
    _left(db.get_bind()).pop(book_id, None)


@cache
def _left(_database: object) -> OrderedDict[int, int]:
    """Return how many more each book may get before it is counted again."""
    return OrderedDict()
