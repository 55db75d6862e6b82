"""Phones of 40 characters, one key for all spellings of an email, the last use of a known device.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import IntegrityError

from crm_app.domain import text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PHONES = ("phone", "phone_digits")


def upgrade() -> None:
    """Widen the columns, name the page's address, and compute the keys again."""
    _set_phone_length(40)
    op.add_column("installation", sa.Column("page_url", sa.String(255)))
    op.alter_column("known_device", "created_at", new_column_name="used_at")
    for table in ("account", "contact"):
        _compute_email_keys(table)


def downgrade() -> None:
    """Narrow the columns; the keys stay, for they are computed from what was typed.

    PostgreSQL refuses while there is a longer phone number; SQLite keeps it.
    """
    op.alter_column("known_device", "used_at", new_column_name="created_at")
    op.drop_column("installation", "page_url")
    _set_phone_length(20)


def _set_phone_length(length: int) -> None:
    """Change the type of the columns; SQLite can only add, fill, drop and rename one."""
    for column in PHONES:
        if op.get_bind().dialect.name == "postgresql":
            op.alter_column("contact", column, type_=sa.String(length))
            continue
        op.add_column("contact", sa.Column("new_phone", sa.String(length)))
        op.execute(f"UPDATE contact SET new_phone = {column}")  # noqa: S608
        op.drop_column("contact", column)
        op.alter_column("contact", "new_phone", new_column_name=column)


def _compute_email_keys(name: str) -> None:
    """Give each row the key of its email as the program computes it now.

    Where that key is taken, the row keeps its former one, and with it its place:
    `accounts.find_by_email` still finds an account by such a key.
    """
    table = sa.table(name, sa.column("id"), sa.column("email"), sa.column("email_key"))
    connection = op.get_bind()
    size = "octet_length(email)"
    if connection.dialect.name == "sqlite":
        size = "length(CAST(email AS BLOB))"
    # The key of other ASCII is what it was.
    concerned = sa.text(f"{size} <> length(email) OR lower(email) LIKE '%xn--%'")
    rows = connection.execute(sa.select(table).where(concerned).order_by(table.c.id)).all()
    for row in rows:
        key = text.email_key(row.email)
        if key == row.email_key:
            continue
        change = sa.update(table).where(table.c.id == row.id).values(email_key=key)
        try:
            with connection.begin_nested():
                connection.execute(change)
        except IntegrityError:
            continue
