"""What each order is sorted by, as a statement says it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from crm_app.database.models import Contact
from crm_app.domain.contact_query import Order
from crm_app.errors import PlaceNotFound

ID: Any = col(Contact.id)
parameter: Any = sa.bindparam
TIME = "%Y-%m-%d %H:%M:%S.%f"  # as SQLite stores it, and as blocks have it


@dataclass(frozen=True, slots=True)
class Sorting:
    """An order: the column that comes before the id, if any, and what its blocks are called."""

    blocks: str
    column: Any = None
    is_descending: bool = False

    @property
    def columns(self) -> tuple[Any, ...]:
        """All that the contacts are sorted by."""
        return (ID,) if self.column is None else (self.column, ID)

    def key_of(self, contact: Any) -> str:
        """Return the key of a contact that was read, as text."""
        value = "" if self.column is None else getattr(contact, self.column.key)
        if isinstance(value, datetime):
            return (value.astimezone(UTC) if value.tzinfo else value).strftime(TIME)
        return value

    def parameters(self, key: str, place: int) -> dict[str, Any]:
        """Return what the conditions below compare with.

        Raises:
            PlaceNotFound: The key is none of this order.
        """
        if self.blocks == "changed":
            return {"key": _time(key), "place": place}
        return {"place": place} if self.column is None else {"key": key, "place": place}

    def order_by(self, *, is_reversed: bool = False) -> list[Any]:
        """Return the terms of ORDER BY."""
        is_descending = self.is_descending != is_reversed
        return [each.desc() if is_descending else each.asc() for each in self.columns]

    def beyond(self) -> Any:
        """Return the condition for what comes after the parameters `key` and `place`."""
        place, other = self._place(), self._parameters()
        return place < other if self.is_descending else place > other

    def since(self) -> Any:
        """Return the condition for what is not before `key` and `place`, ascending."""
        return self._place() >= self._parameters()

    def before(self) -> Any:
        """Return the condition for what is before `until_key` and `until_place`, ascending."""
        return self._place() < self._parameters("until_")

    def _place(self) -> Any:
        return ID if self.column is None else sa.tuple_(*self.columns)

    def _parameters(self, prefix: str = "") -> Any:
        place: Any = sa.bindparam(f"{prefix}place", type_=ID.type)
        if self.column is None:
            return place
        return sa.tuple_(sa.bindparam(f"{prefix}key", type_=self.column.type), place)


def _time(key: str) -> datetime:
    try:
        time = datetime.strptime(key, TIME) if key else datetime.min
    except ValueError:
        raise PlaceNotFound from None
    return time.replace(tzinfo=UTC)


SORTINGS = {
    Order.NEWEST: Sorting("id", is_descending=True),
    Order.OLDEST: Sorting("id"),
    Order.CHANGED: Sorting("changed", col(Contact.updated_at), is_descending=True),
    Order.NAME: Sorting("name", col(Contact.name_key)),
    Order.NAME_DESCENDING: Sorting("name", col(Contact.name_key), is_descending=True),
    Order.COMPANY: Sorting("company", col(Contact.company_order)),
}
