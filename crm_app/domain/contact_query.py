"""Which contacts a list shows."""

from dataclasses import dataclass
from uuid import UUID

PAGE_SIZE = 50
MAX_ROWS = 1000


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """The contacts in which all words of `text` occur, without accents and case, newest first.

    `limit` is between 1 and 1,000. `after` is the id of the last contact of the page before.
    """

    text: str = ""
    limit: int = PAGE_SIZE
    after: UUID | None = None

    @property
    def rows(self) -> int:
        """The limit, brought between 1 and 1,000."""
        return min(max(self.limit, 1), MAX_ROWS)
