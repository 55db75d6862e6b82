"""The sessions of browsers are in `browser_session`, which was `sign_in`.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
COLUMNS = (
    "id, account_id, token_hash, created_at, public_id, address, user_agent, claimed_at, used_at, "
    "ended_at"
)
KEYS = ("pk_{}", "fk_{}_account_id", "uq_{}_token_hash", "uq_{}_public_id")


def upgrade() -> None:
    """Rename the table with its keys and index; all rows stay."""
    rename("sign_in", "browser_session")


def downgrade() -> None:
    """Give the table, its keys and its index their former names."""
    rename("browser_session", "sign_in")


def rename(former: str, table: str) -> None:
    """Rename a table of sessions with everything that is named after it."""
    if op.get_bind().dialect.name == "sqlite":
        rebuild_on_sqlite(former, table)
    else:
        rename_on_postgresql(former, table)


def rebuild_on_sqlite(former: str, table: str) -> None:
    """Copy the rows to another table: SQLite cannot rename keys. No other table refers to it."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("public_id", sa.Uuid, nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("user_agent", sa.String(255), nullable=False),
        sa.Column("claimed_at", UTC_TIME),
        sa.Column("used_at", UTC_TIME, nullable=False),
        sa.Column("ended_at", UTC_TIME),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("token_hash"),
        sa.UniqueConstraint("public_id"),
    )
    op.execute(f"INSERT INTO {table} ({COLUMNS}) SELECT {COLUMNS} FROM {former}")  # noqa: S608
    op.drop_table(former)
    op.create_index(f"ix_{table}_account_id", table, ["account_id"])


def rename_on_postgresql(former: str, table: str) -> None:
    """Rename in place, which takes the same time for any number of rows."""
    op.rename_table(former, table)
    for key in KEYS:
        op.execute(
            f"ALTER TABLE {table} RENAME CONSTRAINT {key.format(former)} TO {key.format(table)}"
        )
    op.execute(f"ALTER INDEX ix_{former}_account_id RENAME TO ix_{table}_account_id")
    op.execute(f"ALTER SEQUENCE {former}_id_seq RENAME TO {table}_id_seq")
