"""Rows of sample contacts, and of the entries in their history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from crm_app.domain.contact_fields import Values
from crm_app.domain.search_text import derived
from crm_app.services.contacts import Action


def contact_row(book_id: int, public_id: UUID, person: Values, at: datetime) -> dict[str, Any]:
    """Return all columns of a new contact but its id."""
    return {
        "book_id": book_id,
        "public_id": public_id,
        **person,
        **derived(person),
        "version": 1,
        "created_at": at,
        "updated_at": at,
        "deleted_at": None,
    }


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
