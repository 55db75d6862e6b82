"""The columns of a contact that follow from its fields."""

from crm_app.domain import phone
from crm_app.domain.contact_fields import SEARCHED, Values
from crm_app.domain.email import email_key
from crm_app.domain.search_text import search_text


def derived(values: Values) -> Values:
    """Return `email_key`, `phone_digits` and `search_text` for the fields that people fill in."""
    email, digits = values["email"], phone.indexed_digits(values["phone"] or "") or None
    return {
        "email_key": email_key(email) if email else None,
        "phone_digits": digits,
        "search_text": search_text(*(values[field] for field in SEARCHED), digits),
    }
