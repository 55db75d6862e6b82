"""Which contacts a list shows, in which order, and from where on."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from crm_app.domain.contact_list.cursor import Cursor

PAGE_SIZE = 50
MAX_ROWS = 1000


class Order(StrEnum):
    """What a list is sorted by. `BEST` puts the best matches of a search first, else the newest."""

    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"
    CHANGED = "changed"
    NAME = "name"
    NAME_DESCENDING = "-name"
    COMPANY = "company"


class Missing(StrEnum):
    """What the contacts of a filter lack."""

    EMAIL = "email"
    PHONE = "phone"
    COMPANY = "company"
    NOTES = "notes"
    TAGS = "tags"


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """The contacts in which all words of `text` occur, without accents and case.

    They have one of the `tags`, this `company`, and none of what `without` names; names of tags and
    companies are compared as search compares text. The page has at most `limit` of them, between 1
    and 1,000: those that follow `after`, or else the first `start`.
    """

    text: str = ""
    limit: int = PAGE_SIZE
    after: Cursor | None = None
    order: Order = Order.NEWEST
    tags: tuple[str, ...] = ()
    company: str = ""
    without: tuple[Missing, ...] = ()
    start: int = 0

    @property
    def rows(self) -> int:
        """The limit, brought between 1 and 1,000."""
        return min(max(self.limit, 1), MAX_ROWS)

    @property
    def is_ranked(self) -> bool:
        """Whether the best matches come first."""
        return self.order is Order.BEST and bool(self.text.strip())

    @property
    def sorting(self) -> Order:
        """What contacts are sorted by that match equally well."""
        return Order.NEWEST if self.order is Order.BEST else self.order

    @property
    def identity(self) -> str:
        """What tells the query from others, of whatever page."""
        asked = (self.text, self.order, self.tags, self.company, self.without)
        return sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()[:12]
