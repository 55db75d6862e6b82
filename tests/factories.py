"""Input for the tests: contacts as a form would send them."""

import json
from collections.abc import Mapping
from uuid import uuid4

ADA = {
    "name": "Ada Lovelace",
    "email": "ada@analytical.engine",
    "company": "Analytical Engines",
    "phone": "+44 20 7946 0958",
    "notes": "Met at the Royal Society.",
}


def form(**fields: object) -> dict[str, object]:
    """Return a form for a new contact with its own key."""
    return {**ADA, "idempotency_key": str(uuid4()), **fields}


def change(contact: object, **fields: object) -> dict[str, object]:
    """Return the form that edits a contact (a view) as it was loaded, with some fields changed."""
    values = {name: getattr(contact, name) or "" for name in ADA}
    hidden = {
        "contact_id": getattr(contact, "id", ""),
        "version": str(getattr(contact, "version", 0)),
    }
    return {**values, **hidden, "idempotency_key": str(uuid4()), **fields}


def base_of(contact: object) -> str:
    """Return what the page sends as the values that the form of this contact was opened with."""
    return json.dumps({name: getattr(contact, name) or "" for name in ADA})


def without_id(data: Mapping[str, object]) -> dict[str, object]:
    """Return an edit form as the service takes it, the id apart."""
    return {name: value for name, value in data.items() if name != "contact_id"}
