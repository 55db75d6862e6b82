"""The history of contacts and long work have tables, and old rows of the audit trail can go.

Revision ID: 0006b
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006b"
down_revision = "0006"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
HAS_KEY = sa.text("idempotency_key IS NOT NULL")
STATES = "'queued', 'running', 'done', 'stopped', 'failed'"
# A row of the trail can be removed when it is 30 days old.
SQLITE_KEEP_TRAIL = """
CREATE TRIGGER audit_event_no_DELETE BEFORE DELETE ON audit_event
WHEN OLD.at > datetime('now', '-30 days')
BEGIN SELECT RAISE(ABORT, 'the audit trail keeps what is younger than 30 days'); END
"""
SQLITE_KEEP_WHOLE_TRAIL = """
CREATE TRIGGER audit_event_no_DELETE BEFORE DELETE ON audit_event
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""
POSTGRESQL_KEEP_TRAIL = (
    "DROP TRIGGER audit_event_append_only ON audit_event",
    "CREATE TRIGGER audit_event_no_update BEFORE UPDATE OR TRUNCATE ON audit_event"
    " EXECUTE FUNCTION audit_event_refuse()",
    "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event FOR EACH ROW"
    " WHEN (OLD.at > now() - interval '30 days') EXECUTE FUNCTION audit_event_refuse()",
)
POSTGRESQL_KEEP_WHOLE_TRAIL = (
    "DROP TRIGGER audit_event_no_update ON audit_event",
    "DROP TRIGGER audit_event_no_delete ON audit_event",
    "CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event"
    " EXECUTE FUNCTION audit_event_refuse()",
)


def is_sqlite() -> bool:
    """Return whether the database is SQLite."""
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    """Create the tables; histories begin with the next change of each contact."""
    create_history()
    create_jobs()
    reduce_audit_trail()


def create_history() -> None:
    """Create the history; it begins with the next change of each contact.

    SQLite numbers contacts over all books, so that the book is no part of the keys there.
    """
    book = () if is_sqlite() else ("book_id",)
    op.create_table(
        "contact_change",
        sa.Column("book_id", sa.Integer, nullable=False),
        sa.Column("contact_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("via", sa.String(60), nullable=False),
        sa.Column("at", UTC_TIME, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint(*book, "contact_id", "version"),
        sa.ForeignKeyConstraint(
            [*book, "contact_id"],
            [*(f"contact.{name}" for name in book), "contact.id"],
            ondelete="CASCADE",
            onupdate="CASCADE",
            name="fk_contact_change_contact",
        ),
    )


def create_jobs() -> None:
    """Create the table of long work."""
    op.create_table(
        "job",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("book_id", sa.Integer),
        sa.Column("arguments", sa.JSON, nullable=False),
        sa.Column("cursor", sa.JSON, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("run_after", UTC_TIME, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("finished_at", UTC_TIME),
        sa.Column("problem", sa.String(200), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name="state"),
    )
    op.create_index("ix_job_state_run_after", "job", ["state", "run_after"])


def reduce_audit_trail() -> None:
    """Drop the keys of actions, and let old rows be removed."""
    op.drop_index("ix_audit_event_idempotency_key", "audit_event")
    op.drop_column("audit_event", "idempotency_key")
    if is_sqlite():
        op.execute("DROP TRIGGER audit_event_no_DELETE")
        op.execute(SQLITE_KEEP_TRAIL)
    else:
        for statement in POSTGRESQL_KEEP_TRAIL:
            op.execute(statement)


def downgrade() -> None:
    """Keep the whole audit trail again; history and jobs are lost."""
    if is_sqlite():
        op.execute("DROP TRIGGER audit_event_no_DELETE")
        op.execute(SQLITE_KEEP_WHOLE_TRAIL)
    else:
        for statement in POSTGRESQL_KEEP_WHOLE_TRAIL:
            op.execute(statement)
    op.add_column("audit_event", sa.Column("idempotency_key", sa.Uuid))
    op.create_index(
        "ix_audit_event_idempotency_key",
        "audit_event",
        ["idempotency_key"],
        sqlite_where=HAS_KEY,
        postgresql_where=HAS_KEY,
    )
    for table in ("job", "contact_change"):
        op.drop_table(table)
