"""Other spellings of a search that found nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Suggestion:
    """A text to search for, and how many contacts it finds.

    Where `is_exact` is False, `total` is only how far was counted.
    """

    text: str
    total: int
    is_exact: bool
