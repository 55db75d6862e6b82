"""Who is asking."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The account behind a request; every query about contacts begins at it."""

    account_id: int
