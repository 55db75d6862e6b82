"""A trigram index finds contacts.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# FTS5 merges parts of the index while contacts are written. Pages of 1,000 bytes instead of 4,050
# make the steps small: one insert in 60 takes 6 ms longer instead of 20. From 16 parts of a size on
# it would merge them all at once, which takes 100 ms with a million contacts.
OPTIONS = {"pgsz": 1_000, "crisismerge": 64}
# The book's trigram, whose first character no folded text has, then each word after two spaces:
# so one letter at the start of a word is a trigram, too.
TEXT = (
    "char(1, 0xF0000 + {row}.book_id / 60000, 0xF0000 + {row}.book_id % 60000)"
    " || replace({row}.search_text, ' ', '  ')"
)
ADD = "INSERT INTO contact_search (rowid, text) SELECT {row}.id, " + TEXT
# The index keeps no text: a row leaves it by the text with which it came.
REMOVE = (
    "INSERT INTO contact_search (contact_search, rowid, text) SELECT 'delete', {row}.id, " + TEXT
)
IS_ACTIVE = " WHERE {row}.deleted_at IS NULL"
ADD_NEW = (ADD + IS_ACTIVE).format(row="new")
REMOVE_OLD = (REMOVE + IS_ACTIVE).format(row="old")
INDEXED = ("book_id", "search_text", "deleted_at")
HAS_CHANGED = " OR ".join(f"old.{name} IS NOT new.{name}" for name in INDEXED)
TRIGGERS = {
    "contact_search_insert": f"AFTER INSERT ON contact BEGIN {ADD_NEW}; END",
    "contact_search_update": (
        f"AFTER UPDATE OF {', '.join(INDEXED)} ON contact WHEN {HAS_CHANGED}"
        f" BEGIN {REMOVE_OLD}; {ADD_NEW}; END"
    ),
    "contact_search_delete": f"AFTER DELETE ON contact BEGIN {REMOVE_OLD}; END",
}


def upgrade() -> None:
    """Build the index from the active contacts."""
    if op.get_bind().dialect.name == "sqlite":
        build_on_sqlite()
    else:
        build_on_postgresql()


def build_on_sqlite() -> None:
    """Create a table of FTS5, and the triggers by which it follows the contacts."""
    execute(
        "CREATE VIRTUAL TABLE contact_search"
        " USING fts5 (text, content='', tokenize='trigram case_sensitive 1')"
    )
    for option, value in OPTIONS.items():
        execute(f"INSERT INTO contact_search (contact_search, rank) VALUES ('{option}', {value})")  # noqa: S608
    execute(f"{ADD} FROM contact{IS_ACTIVE} ORDER BY id".format(row="contact"))
    for name, action in TRIGGERS.items():
        execute(f"CREATE TRIGGER {name} {action}")


def execute(statement: str) -> None:
    """Run the statement as it is: a colon in it is no parameter."""
    op.get_bind().exec_driver_sql(statement)


def build_on_postgresql() -> None:
    """Create an index of the extension pg_trgm, which is installed if it is not."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_index(
        "ix_contact_search_text",
        "contact",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    """Drop the index. The extension stays: others may use it."""
    if op.get_bind().dialect.name == "sqlite":
        for name in TRIGGERS:
            execute(f"DROP TRIGGER {name}")
        op.drop_table("contact_search")
    else:
        op.drop_index("ix_contact_search_text", "contact")
