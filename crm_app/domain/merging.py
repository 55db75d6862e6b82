"""Two edits of one contact that know nothing of each other, put together field by field."""

from collections.abc import Mapping
from dataclasses import dataclass

Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Merge:
    """What came of two edits, in the order of the fields.

    `changes` is what mine adds to theirs, `kept` are the fields that only they changed, and
    `collisions` those that both changed, to different values.
    """

    changes: dict[str, str | None]
    kept: tuple[str, ...] = ()
    collisions: tuple[str, ...] = ()


def merge(base: Values, mine: Values, theirs: Values) -> Merge:
    """Merge three ways the fields that `mine` names; `base` is what both edits began with."""
    differing = [field for field in mine if mine[field] != theirs[field]]
    by_me = {field for field in differing if mine[field] != base[field]}
    by_them = {field for field in differing if theirs[field] != base[field]}
    return Merge(
        changes={field: mine[field] for field in differing if field not in by_them},
        kept=tuple(field for field in differing if field not in by_me),
        collisions=tuple(field for field in differing if field in by_me & by_them),
    )
