"""Accounts with passwords, sessions that end, and the audit trail."""

import sqlalchemy as sa
from alembic import op
from uuid_utils.compat import uuid7

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
SQLITE_TRIGGER = """
CREATE TRIGGER audit_event_no_{verb} BEFORE {verb} ON audit_event
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""
SQLITE_NO_REPLACE = """
CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event
WHEN EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$
"""
POSTGRESQL_TRIGGER = """
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
EXECUTE FUNCTION audit_event_refuse()
"""


def upgrade() -> None:
    """Add what accounts need; the guests that are there stay signed in."""
    # Not in batch mode: it rebuilds the table, and dropping the old one would empty contacts.
    op.add_column("account", sa.Column("email", sa.String(255)))
    op.add_column("account", sa.Column("email_key", sa.String))
    op.add_column("account", sa.Column("password_hash", sa.String(255)))
    op.add_column("account", sa.Column("disabled_at", UTC_TIME))
    op.create_index("uq_account_email_key", "account", ["email_key"], unique=True)
    extend_sign_ins()
    op.create_table(
        "known_device",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("device_hash", sa.String(64), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("account_id", "device_hash"),
    )
    op.create_table(
        "sign_in_delay",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("tried_at", UTC_TIME, nullable=False),
        sa.Column("blocked_until", UTC_TIME, nullable=False),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "password_reset",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("account_id"),
        sa.UniqueConstraint("token_hash"),
    )
    create_audit_trail()


def extend_sign_ins() -> None:
    """Give each browser that is signed in an id, and the times its session is judged by."""
    op.add_column("sign_in", sa.Column("public_id", sa.Uuid))
    op.add_column("sign_in", sa.Column("address", sa.String(45), server_default=""))
    op.add_column("sign_in", sa.Column("user_agent", sa.String(255), server_default=""))
    op.add_column("sign_in", sa.Column("claimed_at", UTC_TIME))
    op.add_column("sign_in", sa.Column("used_at", UTC_TIME))
    op.add_column("sign_in", sa.Column("ended_at", UTC_TIME))
    connection = op.get_bind()
    table = sa.table("sign_in", *map(sa.column, ("id", "claimed_at", "used_at", "created_at")))
    public_id = sa.column("public_id", sa.Uuid)
    table.append_column(public_id)
    connection.execute(
        sa.update(table).values(claimed_at=table.c.created_at, used_at=table.c.created_at)
    )
    for sign_in_id in connection.scalars(sa.select(table.c.id)).all():
        statement = sa.update(table).where(table.c.id == sign_in_id)
        connection.execute(statement.values(public_id=uuid7()))
    with op.batch_alter_table("sign_in") as batch:
        batch.alter_column("public_id", existing_type=sa.Uuid, nullable=False)
        for name, length in (("address", 45), ("user_agent", 255)):
            batch.alter_column(
                name, existing_type=sa.String(length), nullable=False, server_default=None
            )
        batch.alter_column("used_at", existing_type=UTC_TIME, nullable=False)
        batch.create_unique_constraint("uq_sign_in_public_id", ["public_id"])


def create_audit_trail() -> None:
    """Create the trail and let the database itself refuse to change or shorten it."""
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("target", sa.Uuid),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("device", sa.String(60), nullable=False),
    )
    op.create_index("ix_audit_event_account_id_id", "audit_event", ["account_id", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_FUNCTION)
        op.execute(POSTGRESQL_TRIGGER)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(verb=verb))
        op.execute(SQLITE_NO_REPLACE)


def downgrade() -> None:
    """Drop what was added; accounts with passwords cannot be signed in to any more."""
    op.drop_table("audit_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_event_refuse")
    op.drop_table("password_reset")
    op.drop_table("sign_in_delay")
    op.drop_table("known_device")
    with op.batch_alter_table("sign_in") as batch:
        batch.drop_constraint("uq_sign_in_public_id", type_="unique")
        for name in ("public_id", "address", "user_agent", "claimed_at", "used_at", "ended_at"):
            batch.drop_column(name)
    op.drop_index("uq_account_email_key", "account")
    for name in ("email", "email_key", "password_hash", "disabled_at"):
        op.drop_column("account", name)
