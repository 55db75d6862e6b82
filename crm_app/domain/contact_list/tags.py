"""Tags of contacts: their limits, what names are compared by, and merging two edits of them."""

from collections.abc import Iterable, Sequence

from crm_app.domain.text import normalize

MAX_TAGS = 20  # of a contact
TAG_LENGTH = 40
COLORS = 8
TAGS = "tags"
"""The field that has a contact's tags, in forms and in the history."""


def tag_key(name: str) -> str:
    """Return what the name of a tag is compared by: case folded."""
    return normalize(normalize(name).casefold())


def distinct(names: Iterable[str]) -> list[str]:
    """Return the names without those that are equal to one before."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(tag_key(name), name)
    return [*found.values()]


def merge_tags(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Return their tags with what mine added to the base, without what mine removed from it."""
    before, kept = {*map(tag_key, base)}, {*map(tag_key, mine)}
    removed = before - kept
    added = [name for name in mine if tag_key(name) not in before]
    return distinct([*(name for name in theirs if tag_key(name) not in removed), *added])
