"""A place in a list, between two contacts, that stays where it is while others come and go."""

import base64
import json
from dataclasses import dataclass
from typing import Any, cast

from crm_app.domain.text import has_lone_surrogate

MAX_LENGTH = 2_000  # of a cursor as text; the longest key has about 800 bytes


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place after a contact: by what it is sorted, and its id.

    `tier` is that of its match in a search. `of` says to which query the cursor belongs.
    """

    of: str
    key: str
    id: int
    tier: int = 0

    def __str__(self) -> str:
        """Return the cursor as text for an address."""
        values = json.dumps([self.of, self.key, self.id, self.tier], separators=(",", ":"))
        return base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Return the cursor that the text is; None if it is none."""
        if not text.isascii() or len(text) > MAX_LENGTH:
            return None
        try:
            values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (ValueError, RecursionError):
            return None
        if not isinstance(values, list):
            return None
        return cls._of(cast("list[Any]", values))

    @classmethod
    def _of(cls, values: list[Any]) -> "Cursor | None":
        if (
            [*map(type, values)] != [str, str, int, int]
            or not 0 <= values[2] < 2**63
            or not 0 <= values[3] < 9
        ):
            return None
        key = values[1]
        return None if "\0" in key or has_lone_surrogate(key) else cls(*values)


NOWHERE = Cursor("", "", 0)
"""A cursor of no query, for what is no cursor."""
