"""Rows of the entries in the history of sample contacts."""

from datetime import datetime
from typing import Any

from crm_app.domain.contact_fields import Values
from crm_app.services.contacts import Action


def change_row(
    book_id: int, account_id: int, via: str, person: Values, at: datetime
) -> dict[str, Any]:
    """Return the entry about a contact's creation, without the contact's id.

    It has the email alone, by which the number of a sample contact is known.
    """
    return {
        "book_id": book_id,
        "version": 1,
        "action": Action.CREATED.value,
        "account_id": account_id,
        "via": via,
        "at": at,
        "changes": {"email": [None, person["email"]]} if person["email"] else {},
    }
