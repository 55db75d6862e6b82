"""Contacts belong to address books, and idempotency keys have a table.

Revision ID: 0006
Revises: 0005
"""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
IS_ACTIVE = sa.text("deleted_at IS NULL")
IS_DELETED = sa.text("deleted_at IS NOT NULL")
COLUMNS = (
    "id, public_id, name, email, company, phone, notes, email_key, phone_digits, search_text, "
    "version, created_at, updated_at, deleted_at"
)


def is_sqlite() -> bool:
    """Return whether the database is SQLite."""
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    """Give each account an address book of the same id, and its contacts to the book."""
    add_tags()
    create_books()
    create_idempotency_keys()
    if is_sqlite():
        rebuild_contacts_on_sqlite()
    else:
        alter_contacts_on_postgresql()
    create_contact_indexes()


def add_tags() -> None:
    """Store by what each account's page knows its drafts; so far it was computed."""
    op.add_column("account", sa.Column("tag", sa.String(16), nullable=False, server_default=""))
    connection = op.get_bind()
    installation = sa.table("installation", sa.column("public_id", sa.Uuid))
    public_id = connection.execute(sa.select(installation.c.public_id)).scalar_one()
    account = sa.table("account", sa.column("id"), sa.column("tag"))
    ids = connection.scalars(sa.select(account.c.id)).all()
    tags = [
        {"number": number, "new": sha256(f"{public_id.hex} {number}".encode()).hexdigest()[:16]}
        for number in ids
    ]
    if tags:
        statement = sa.update(account).where(account.c.id == sa.bindparam("number"))
        connection.execute(statement.values(tag=sa.bindparam("new")), tags)


def create_books() -> None:
    """Create an address book for each account, and number the next ones after all accounts."""
    op.create_table(
        "address_book",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "membership",
        sa.Column("book_id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, primary_key=True),
        sa.Column("role", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["address_book.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], ondelete="CASCADE"),
        sa.CheckConstraint("role IN ('owner', 'editor', 'viewer')", name="role"),
    )
    op.create_index("ix_membership_account_id", "membership", ["account_id"])
    op.execute("INSERT INTO address_book (id, created_at) SELECT id, created_at FROM account")
    op.execute("INSERT INTO membership SELECT id, id, 'owner' FROM account")
    # The trail names deleted accounts too: their numbers are not given out again.
    highest = (
        "SELECT coalesce(max(id), 0) FROM"
        " (SELECT max(id) AS id FROM account UNION SELECT max(account_id) FROM audit_event)"
        " AS known"
    )
    if is_sqlite():
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'address_book'")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) SELECT 'address_book', ({highest})")
    else:
        op.execute(f"SELECT setval('address_book_id_seq', ({highest}) + 1, false)")


def create_idempotency_keys() -> None:
    """Create the table; the keys of the contacts that were created lately go on being known."""
    op.create_table(
        "idempotency_key",
        sa.Column("book_id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Uuid, primary_key=True),
        sa.Column("operation", sa.String(40), nullable=False),
        sa.Column("input_hash", sa.String(64), nullable=False),
        sa.Column("result", sa.Uuid, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["address_book.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"])
    since = "datetime('now', '-30 days')" if is_sqlite() else "now() - interval '30 days'"
    op.execute(
        "INSERT INTO idempotency_key SELECT owner_id, owner_id, idempotency_key, 'create_contact',"  # noqa: S608
        " idempotency_hash, public_id, created_at FROM contact"
        f" WHERE idempotency_hash IS NOT NULL AND created_at > {since}"
    )


def rebuild_contacts_on_sqlite() -> None:
    """Copy the contacts to a table with other columns; no other table refers to them yet."""
    op.create_table("new_contact", *contact_columns("book_id"), sqlite_autoincrement=True)
    op.execute(
        f"INSERT INTO new_contact (book_id, {COLUMNS})"  # noqa: S608
        f" SELECT owner_id, {COLUMNS} FROM contact"
    )
    keep_last_number("contact", "new_contact")
    op.drop_table("contact")
    op.rename_table("new_contact", "contact")


def keep_last_number(former: str, table: str) -> None:
    """Let SQLite go on numbering where it was: an id is never given out twice."""
    op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")  # noqa: S608
    op.execute(
        f"INSERT INTO sqlite_sequence (name, seq)"  # noqa: S608
        f" SELECT '{table}', seq FROM sqlite_sequence WHERE name = '{former}'"
    )


def contact_columns(book: str) -> list[sa.schema.SchemaItem]:
    """Return the columns and constraints of contacts on SQLite, by the name of their owner."""
    parent = "address_book" if book == "book_id" else "account"
    is_new = book == "book_id"
    return [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_id", sa.Uuid, nullable=False),
        sa.Column(book, sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("email", sa.String(255), nullable=is_new),
        sa.Column("company", sa.String(100)),
        sa.Column("phone", sa.String(40)),
        sa.Column("notes", sa.String(500)),
        sa.Column("email_key", sa.String, nullable=is_new),
        sa.Column("phone_digits", sa.String(40)),
        sa.Column("search_text", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UTC_TIME, nullable=False),
        sa.Column("updated_at", UTC_TIME, nullable=False),
        sa.Column("deleted_at", UTC_TIME),
        sa.ForeignKeyConstraint(
            [book], [f"{parent}.id"], ondelete="CASCADE", name=f"fk_contact_{book}"
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_contact_version")),
    ]


def alter_contacts_on_postgresql() -> None:
    """Change the columns and keys in place."""
    op.drop_index("uq_contact_living_email", "contact")
    op.drop_index("ix_contact_living_newest", "contact")
    op.drop_constraint("uq_contact_owner_id_idempotency_key", "contact")
    op.drop_constraint("uq_contact_public_id", "contact")
    op.drop_constraint("fk_contact_owner_id", "contact")
    op.drop_column("contact", "idempotency_key")
    op.drop_column("contact", "idempotency_hash")
    op.alter_column("contact", "owner_id", new_column_name="book_id")
    op.alter_column("contact", "email", nullable=True)
    op.alter_column("contact", "email_key", nullable=True)
    op.drop_constraint("pk_contact", "contact")
    op.create_primary_key("pk_contact", "contact", ["book_id", "id"])
    op.create_foreign_key(
        "fk_contact_book_id", "contact", "address_book", ["book_id"], ["id"], ondelete="CASCADE"
    )


def create_contact_indexes() -> None:
    """Create the indexes; each begins with the book, so that the table can be distributed by it."""
    indexes = (
        ("uq_contact_active_email", "email_key", True, IS_ACTIVE),
        ("ix_contact_active_newest", "id", False, IS_ACTIVE),
        ("ix_contact_deleted", "deleted_at", False, IS_DELETED),
    )
    for name, column, unique, where in indexes:
        op.create_index(
            name,
            "contact",
            ["book_id", column],
            unique=unique,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_index(
        "uq_contact_book_id_public_id", "contact", ["book_id", "public_id"], unique=True
    )


def downgrade() -> None:
    """Give the contacts back to the accounts; the keys are lost.

    Refused while a contact has no email, or belongs to a book that is no account's own.
    """
    op.drop_table("idempotency_key")
    if is_sqlite():
        rebuild_former_contacts_on_sqlite()
    else:
        alter_former_contacts_on_postgresql()
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
    op.drop_table("membership")
    op.drop_table("address_book")
    op.drop_column("account", "tag")


def rebuild_former_contacts_on_sqlite() -> None:
    """Copy the contacts back to a table as revision 0005 had it."""
    op.create_table(
        "former_contact",
        *contact_columns("owner_id"),
        sa.Column("idempotency_key", sa.Uuid),
        sa.Column("idempotency_hash", sa.String(64)),
        sa.UniqueConstraint("public_id", name="uq_contact_public_id"),
        sa.UniqueConstraint(
            "owner_id", "idempotency_key", name="uq_contact_owner_id_idempotency_key"
        ),
        sqlite_autoincrement=True,
    )
    op.execute(
        f"INSERT INTO former_contact (owner_id, {COLUMNS}) SELECT book_id, {COLUMNS} FROM contact"  # noqa: S608
    )
    keep_last_number("contact", "former_contact")
    op.drop_table("contact")
    op.rename_table("former_contact", "contact")


def alter_former_contacts_on_postgresql() -> None:
    """Change the columns and keys back in place."""
    for name in ("uq_contact_active_email", "ix_contact_active_newest", "ix_contact_deleted"):
        op.drop_index(name, "contact")
    op.drop_index("uq_contact_book_id_public_id", "contact")
    op.drop_constraint("fk_contact_book_id", "contact")
    op.drop_constraint("pk_contact", "contact")
    op.create_primary_key("pk_contact", "contact", ["id"])
    op.alter_column("contact", "book_id", new_column_name="owner_id")
    op.alter_column("contact", "email", nullable=False)
    op.alter_column("contact", "email_key", nullable=False)
    op.add_column("contact", sa.Column("idempotency_key", sa.Uuid))
    op.add_column("contact", sa.Column("idempotency_hash", sa.String(64)))
    op.create_unique_constraint("uq_contact_public_id", "contact", ["public_id"])
    op.create_unique_constraint(
        "uq_contact_owner_id_idempotency_key", "contact", ["owner_id", "idempotency_key"]
    )
    op.create_foreign_key(
        "fk_contact_owner_id", "contact", "account", ["owner_id"], ["id"], ondelete="CASCADE"
    )
