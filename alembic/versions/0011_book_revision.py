"""An address book counts the changes of what a search of it can find.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLE = "address_book"
INDEXED = ("book_id", "search_text", "deleted_at")
HAS_CHANGED = " OR ".join(f"old.{name} IS NOT new.{name}" for name in INDEXED)
COUNT = "UPDATE address_book SET revision = revision + 1 WHERE id IN ({books})"
TRIGGERS = {
    "contact_revision_insert": ("AFTER INSERT ON contact", "new.book_id"),
    "contact_revision_update": (
        f"AFTER UPDATE OF {', '.join(INDEXED)} ON contact WHEN {HAS_CHANGED}",
        "old.book_id, new.book_id",
    ),
    "contact_revision_delete": ("AFTER DELETE ON contact", "old.book_id"),
}


def upgrade() -> None:
    """Add the number, and on SQLite the triggers that count."""
    op.add_column(TABLE, sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "sqlite":
        for name, (event, books) in TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {event} BEGIN {COUNT.format(books=books)}; END")


def downgrade() -> None:
    """Drop the triggers and the number."""
    if op.get_bind().dialect.name == "sqlite":
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_column(TABLE, "revision")
