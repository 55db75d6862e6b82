"""Keys of deletions: one that is sent again differs from one that another tab made.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the key; contacts that are in the trash already have none."""
    op.add_column("contact", sa.Column("deletion_key", sa.Uuid))


def downgrade() -> None:
    """Drop the keys."""
    op.drop_column("contact", "deletion_key")
