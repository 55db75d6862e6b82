"""Ids as the outside sends them."""

from uuid import UUID


def read_uuid(value: object) -> UUID | None:
    """Return the value as a UUID, None if it is none."""
    try:
        return UUID(str(value))
    except ValueError:
        return None
