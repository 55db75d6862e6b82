"""Accounts, the browsers signed in to them, and their contacts."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
IS_ACTIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    """Create the tables; name the installation."""
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_id", sa.Uuid, nullable=False),
    )
    op.bulk_insert(installation, [{"public_id": uuid4()}])
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("is_guest", sa.Boolean, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_sign_in_account_id", "sign_in", ["account_id"])
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_id", sa.Uuid, nullable=False),
        sa.Column("owner_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("company", sa.String(100)),
        sa.Column("phone", sa.String(20)),
        sa.Column("notes", sa.String(500)),
        sa.Column("email_key", sa.String, nullable=False),
        sa.Column("phone_digits", sa.String(20)),
        sa.Column("search_text", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("idempotency_key", sa.Uuid),
        sa.Column("idempotency_hash", sa.String(64)),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("updated_at", UTC_TIME, nullable=False),
        sa.Column("deleted_at", UTC_TIME),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("public_id"),
        sa.UniqueConstraint("owner_id", "idempotency_key"),
        sa.CheckConstraint("version >= 1", name="version"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_contact_living_email",
        "contact",
        ["owner_id", "email_key"],
        unique=True,
        sqlite_where=IS_ACTIVE,
        postgresql_where=IS_ACTIVE,
    )
    op.create_index(
        "ix_contact_living_newest",
        "contact",
        ["owner_id", "id"],
        sqlite_where=IS_ACTIVE,
        postgresql_where=IS_ACTIVE,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("installation")
    op.drop_table("contact")
    op.drop_table("sign_in")
    op.drop_table("account")
