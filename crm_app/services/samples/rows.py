"""Rows of the entries in the history of sample contacts."""

from datetime import datetime
from typing import Any

from crm_app.domain.contact_fields import Values
from crm_app.services.contacts import Action


def change_row(
    book_id: int, account_id: int, via: str, person: Values, at: datetime
) -> dict[str, Any]:
    """Return the entry about a contact's creation, without the contact's id."""
    return {
        "book_id": book_id,
        "version": 1,
        "action": Action.CREATED.value,
        "account_id": account_id,
        "via": via,
        "at": at,
        "changes": {field: [None, value] for field, value in person.items() if value is not None},
    }
