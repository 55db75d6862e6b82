"""The server's clock."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the time, with its time zone."""
    return datetime.now(UTC)
