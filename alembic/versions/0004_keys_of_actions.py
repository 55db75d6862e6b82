"""Keys of updates and deletions in the trail: one that is sent again is not done again.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

HAS_KEY = sa.text("idempotency_key IS NOT NULL")


def upgrade() -> None:
    """Add the key to the trail instead of that of a contact's last deletion.

    A deletion that is sent again after an upgrade finds no contact.
    """
    op.add_column("audit_event", sa.Column("idempotency_key", sa.Uuid))
    op.create_index(
        "ix_audit_event_idempotency_key",
        "audit_event",
        ["idempotency_key"],
        sqlite_where=HAS_KEY,
        postgresql_where=HAS_KEY,
    )
    op.drop_column("contact", "deletion_key")


def downgrade() -> None:
    """Forget the keys; a deletion that is sent again then finds no contact."""
    op.add_column("contact", sa.Column("deletion_key", sa.Uuid))
    op.drop_index("ix_audit_event_idempotency_key", "audit_event")
    op.drop_column("audit_event", "idempotency_key")
