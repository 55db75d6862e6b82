"""Search texts, digits of phones and keys of emails by the present rules of text.

Revision ID: 0007
Revises: 0006b
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import IntegrityError

from crm_app.domain import phone
from crm_app.domain.email import email_key
from crm_app.domain.search_text import search_text

revision = "0007"
down_revision = "0006b"
branch_labels = None
depends_on = None

BATCH = 5_000
SEARCHED = ("name", "email", "company", "phone")
COLUMNS = ("book_id", "id", *SEARCHED, "email_key", "phone_digits", "search_text")


def upgrade() -> None:
    """Compute what is derived from the fields again, where it differs."""
    contact = sa.table("contact", *map(sa.column, COLUMNS))
    own = (contact.c.book_id == sa.bindparam("book")) & (contact.c.id == sa.bindparam("number"))
    change = (
        sa.update(contact)
        .where(own)
        .values(phone_digits=sa.bindparam("digits"), search_text=sa.bindparam("text"))
    )
    for rows in batches(contact):
        changed = [new for row in rows if (new := derived(row)) is not None]
        if changed:
            op.get_bind().execute(change, changed)
        for row in rows:
            set_key(contact, row)


def batches(contact: Any) -> Iterator[Any]:
    """Yield the contacts, some thousands at a time."""
    key, last = sa.tuple_(contact.c.book_id, contact.c.id), (0, 0)
    while True:
        following = sa.select(contact).where(key > last).order_by(contact.c.book_id, contact.c.id)
        rows = op.get_bind().execute(following.limit(BATCH)).all()
        if not rows:
            return
        yield rows
        last = (rows[-1].book_id, rows[-1].id)


def derived(row: Any) -> dict[str, Any] | None:
    """Return the new search text and digits, None if they are as they were."""
    digits = phone.indexed_digits(row.phone or "") or None
    text = search_text(*(getattr(row, name) for name in SEARCHED), digits)
    if (digits, text) == (row.phone_digits, row.search_text):
        return None
    return {"book": row.book_id, "number": row.id, "digits": digits, "text": text}


def set_key(contact: Any, row: Any) -> None:
    """Give the row the key of its email; where that is taken, it keeps its former one."""
    key = email_key(row.email) if row.email else None
    if key == row.email_key:
        return
    try:
        with op.get_bind().begin_nested():
            own = (contact.c.book_id == row.book_id) & (contact.c.id == row.id)
            op.get_bind().execute(sa.update(contact).where(own).values(email_key=key))
    except IntegrityError:
        return


def downgrade() -> None:
    """Change nothing: what is derived is computed again with the next change of a contact."""
