"""Lists are sorted by name, company and change; contacts have tags; notes are searched.

Revision ID: 0012
Revises: 0011
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from crm_app.database.list_models import SORTED, TagIds
from crm_app.domain import search_text

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BATCH = 5_000
FIELDS = ("name", "email", "company", "phone", "notes")
DERIVED = ("search_text", "name_key", "company_order")
ACTIVE: dict[str, Any] = {
    "sqlite_where": sa.text("deleted_at IS NULL"),
    "postgresql_where": sa.text("deleted_at IS NULL"),
}
DELETED: dict[str, Any] = {
    "sqlite_where": sa.text("deleted_at IS NOT NULL"),
    "postgresql_where": sa.text("deleted_at IS NOT NULL"),
}
SORTED_BY = {"changed": "updated_at", "name": "name_key", "company": "company_order"}

# The search index is that of revision 0010.
OPTIONS = {"pgsz": 1_000, "crisismerge": 64}
TEXT = (
    "char(1, 0xF0000 + {row}.book_id / 60000, 0xF0000 + {row}.book_id % 60000)"
    " || replace({row}.search_text, ' ', '  ')"
)
COLUMNS = ("book_id", "search_text", "deleted_at")
TRIGGERS = ("contact_search_insert", "contact_search_update", "contact_search_delete")
LACKING = ("email", "phone", "company", "notes")


def upgrade() -> None:
    """Add the columns, and compute them and the search index for the contacts there are."""
    drop_index()
    create_tags()
    for name in ("name_key", "company_order"):
        op.add_column("contact", sa.Column(name, SORTED, nullable=False, server_default=""))
    none = "[]" if is_sqlite() else "{}"
    op.add_column("contact", sa.Column("tag_ids", TagIds, nullable=False, server_default=none))
    fill()
    for name, column in SORTED_BY.items():
        op.create_index(f"ix_contact_active_{name}", "contact", ["book_id", column, "id"], **ACTIVE)
    for name, condition in lacking().items():
        where = sa.text(f"deleted_at IS NULL AND {condition}")
        only: dict[str, Any] = {"sqlite_where": where, "postgresql_where": where}
        op.create_index(f"ix_contact_without_{name}", "contact", ["book_id", "id"], **only)
    op.drop_index("ix_contact_deleted", "contact")
    op.create_index("ix_contact_deleted", "contact", ["book_id", "deleted_at", "id"], **DELETED)
    create_index()
    if not is_sqlite():
        op.create_index(
            "ix_contact_tag_ids", "contact", ["tag_ids"], postgresql_using="gin", **ACTIVE
        )


def lacking() -> dict[str, str]:
    """Return the conditions for contacts that lack something."""
    none = "'[]'" if is_sqlite() else "'{}'"
    return {name: f"{name} IS NULL" for name in LACKING} | {"tags": f"tag_ids = {none}"}


def is_sqlite() -> bool:
    """Return whether the database is SQLite."""
    return op.get_bind().dialect.name == "sqlite"


def create_tags() -> None:
    """Create the table of tags."""
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("book_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("color", sa.Integer, nullable=False),
        sa.Column("contacts", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_tag"),
        sa.ForeignKeyConstraint(
            ["book_id"], ["address_book.id"], name="fk_tag_book_id", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_tag_book_id_key", "tag", ["book_id", "key"], unique=True)


def fill() -> None:
    """Compute what is derived from the fields of each contact."""
    contact = sa.table("contact", *map(sa.column, ("book_id", "id", *FIELDS, *DERIVED)))
    own = (contact.c.book_id == sa.bindparam("book")) & (contact.c.id == sa.bindparam("number"))
    values = {name: sa.bindparam(f"new_{name}") for name in DERIVED}
    change = sa.update(contact).where(own).values(values)
    for rows in batches(contact):
        op.get_bind().execute(change, [*map(derived, rows)])


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


def derived(row: Any) -> dict[str, Any]:
    """Return the parameters of the statement that stores what is derived."""
    values = search_text.derived({name: getattr(row, name) for name in FIELDS})
    changed = {f"new_{name}": values[name] for name in DERIVED}
    return {"book": row.book_id, "number": row.id, **changed}


def create_index() -> None:
    """Build the search index of the active contacts; PostgreSQL's is there all the time."""
    if not is_sqlite():
        return
    execute(
        "CREATE VIRTUAL TABLE contact_search"
        " USING fts5 (text, content='', tokenize='trigram case_sensitive 1')"
    )
    for option, value in OPTIONS.items():
        execute(f"INSERT INTO contact_search (contact_search, rank) VALUES ('{option}', {value})")  # noqa: S608
    active = " WHERE {row}.deleted_at IS NULL"
    add = f"INSERT INTO contact_search (rowid, text) SELECT {{row}}.id, {TEXT}"
    remove = (
        "INSERT INTO contact_search (contact_search, rowid, text)"
        f" SELECT 'delete', {{row}}.id, {TEXT}"
    )
    execute(f"{add} FROM contact{active} ORDER BY id".format(row="contact"))
    add_new, remove_old = (add + active).format(row="new"), (remove + active).format(row="old")
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in COLUMNS)
    execute(f"CREATE TRIGGER {TRIGGERS[0]} AFTER INSERT ON contact BEGIN {add_new}; END")
    execute(
        f"CREATE TRIGGER {TRIGGERS[1]} AFTER UPDATE OF {', '.join(COLUMNS)} ON contact"
        f" WHEN {changed} BEGIN {remove_old}; {add_new}; END"
    )
    execute(f"CREATE TRIGGER {TRIGGERS[2]} AFTER DELETE ON contact BEGIN {remove_old}; END")


def drop_index() -> None:
    """Drop the search index: it would follow each of the changes that are to come."""
    if is_sqlite():
        for name in TRIGGERS:
            execute(f"DROP TRIGGER {name}")
        op.drop_table("contact_search")


def execute(statement: str) -> None:
    """Run the statement as it is: a colon in it is no parameter."""
    op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Drop what was added; tags are lost, and search texts stay until the next change."""
    drop_index()
    if not is_sqlite():
        op.drop_index("ix_contact_tag_ids", "contact")
    op.drop_index("ix_contact_deleted", "contact")
    op.create_index("ix_contact_deleted", "contact", ["book_id", "deleted_at"], **DELETED)
    for name in lacking():
        op.drop_index(f"ix_contact_without_{name}", "contact")
    for name in SORTED_BY:
        op.drop_index(f"ix_contact_active_{name}", "contact")
    for name in ("tag_ids", "company_order", "name_key"):
        op.drop_column("contact", name)
    op.drop_table("tag")
    create_index()
