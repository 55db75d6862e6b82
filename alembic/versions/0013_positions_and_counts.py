"""Any position of a list is found, and contacts, companies and tags are counted, by triggers.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

from crm_app.database.list_models import SORTED

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BLOCK = 1_000  # contacts; one of twice as many is split
# By what each order is sorted, besides the id; the text of it is the key of a block.
COLUMN = {"id": "", "changed": "updated_at", "name": "name_key", "company": "company_order"}
EVENTS = ("insert", "update", "delete")


def upgrade() -> None:
    """Create the tables, fill them, and have triggers keep them."""
    create_tables()
    if is_sqlite():
        for name in EVENTS:
            op.execute(f"DROP TRIGGER contact_revision_{name}")
        statements = on_sqlite()
    else:
        statements = on_postgresql()
    for statement in [*counting(), *statements]:
        op.get_bind().exec_driver_sql(statement)


def is_sqlite() -> bool:
    """Return whether the database is SQLite."""
    return op.get_bind().dialect.name == "sqlite"


def create_tables() -> None:
    """Create the tables of companies and of blocks."""

    def book(table: str) -> list[sa.schema.SchemaItem]:
        key = sa.ForeignKeyConstraint(
            ["book_id"], ["address_book.id"], name=f"fk_{table}_book_id", ondelete="CASCADE"
        )
        return [sa.Column("book_id", sa.Integer, nullable=False), key]

    op.create_table(
        "company",
        *book("company"),
        sa.Column("key", SORTED, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("contacts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("book_id", "key", name="pk_company"),
    )
    op.create_index("ix_company_book_id_contacts", "company", ["book_id", "contacts"])
    op.create_table(
        "contact_block",
        *book("contact_block"),
        sa.Column("sorted_by", sa.String(10), nullable=False),
        sa.Column("key", SORTED, nullable=False),
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("book_id", "sorted_by", "key", "id", name="pk_contact_block"),
        sqlite_with_rowid=False,
    )
    if is_sqlite():  # on PostgreSQL an index of the contacts has their tags
        op.create_table(
            "contact_tag",
            sa.Column("tag_id", sa.Integer, nullable=False),
            sa.Column("contact_id", sa.Integer, nullable=False),
            sa.PrimaryKeyConstraint("tag_id", "contact_id", name="pk_contact_tag"),
            sqlite_with_rowid=False,
        )


def key_of(row: str, column: str) -> str:
    """Return the key of a row in an order, as text."""
    if not column:
        return "''"
    if column == "updated_at" and not is_sqlite():
        return f"to_char({row}.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    return f"{row}.{column}"


def company_of(row: str) -> str:
    """Return what the company of a row is known by: what stands before the name."""
    order = f"{row}.company_order"
    if is_sqlite():
        return f"substr({order}, 1, instr({order}, char(1)) - 1)"
    return f"split_part({order}, chr(1), 1)"


def counting() -> list[str]:
    """Return the statements that count what is there."""
    company = company_of("contact")
    statements = [
        f"INSERT INTO company (book_id, key, name, contacts) SELECT book_id, {company},"  # noqa: S608
        " max(company), count(*) FROM contact"
        f" WHERE deleted_at IS NULL AND company IS NOT NULL GROUP BY book_id, {company}"
    ]
    for name, column in COLUMN.items():
        key = key_of("contact", column)
        by = f"{column}, id" if column else "id"
        size = f"CASE WHEN total - place < {BLOCK} THEN total - place ELSE {BLOCK} END"
        begin = "CASE WHEN place = 0 THEN {} ELSE {} END"
        statements += [
            "INSERT INTO contact_block (book_id, sorted_by, key, id, size)"  # noqa: S608
            f" SELECT book_id, '{name}', {begin.format(repr(''), 'key')},"
            f" {begin.format(0, 'id')}, {size} FROM"
            f" (SELECT book_id, {key} AS key, id,"
            f" row_number() OVER (PARTITION BY book_id ORDER BY {by}) - 1 AS place,"
            " count(*) OVER (PARTITION BY book_id) AS total"
            " FROM contact WHERE deleted_at IS NULL) AS placed"
            f" WHERE place / {BLOCK} * {BLOCK} = place",
            "INSERT INTO contact_block (book_id, sorted_by, key, id, size)"  # noqa: S608
            f" SELECT id, '{name}', '', 0, 0 FROM address_book WHERE true"
            " ON CONFLICT DO NOTHING",
        ]
    return statements


def on_sqlite() -> list[str]:
    """Return the statements that create the triggers of SQLite, which are run for each row."""
    counted = ("book_id", "deleted_at", "company_order", "tag_ids")
    differs = " OR ".join(f"old.{name} IS NOT new.{name}" for name in counted)
    come, gone = counts_of_sqlite("new", "+ 1"), counts_of_sqlite("old", "- 1")
    moved = {
        name: (place_of_sqlite("old", name, "- 1"), place_of_sqlite("new", name, "+ 1"))
        for name in COLUMN
    }
    revised = "UPDATE address_book SET revision = revision + 1 WHERE id IN"
    triggers = {
        "contact_count_insert AFTER INSERT ON contact": (
            *(new for _, new in moved.values()),
            *come,
            f"{revised} (new.book_id)",
        ),
        "contact_count_delete AFTER DELETE ON contact": (
            *(old for old, _ in moved.values()),
            *gone,
            f"{revised} (old.book_id)",
        ),
        f"contact_count_update AFTER UPDATE OF {', '.join(counted)} ON contact WHEN {differs}": (
            *gone,
            *come,
        ),
        "contact_revision_update AFTER UPDATE ON contact": (
            f"{revised} (old.book_id, new.book_id)",
        ),
        "address_book_blocks AFTER INSERT ON address_book": [
            f"INSERT INTO contact_block VALUES (new.id, '{name}', '', 0, 0)"  # noqa: S608
            for name in COLUMN
        ],
    }
    for name, column in COLUMN.items():
        changing = ("book_id", "deleted_at", *([column] if column else []))
        is_moved = " OR ".join(f"old.{each} IS NOT new.{each}" for each in changing)
        of = ", ".join(changing)
        triggers |= {
            f"contact_block_{name} AFTER UPDATE OF {of} ON contact WHEN {is_moved}": moved[name],
            f"contact_block_split_{name} AFTER UPDATE OF size ON contact_block"
            f" WHEN new.sorted_by = '{name}' AND new.size > {2 * BLOCK}": split_of_sqlite(name),
        }
    own = "book_id = new.book_id AND sorted_by = new.sorted_by AND key = new.key AND id = new.id"
    triggers["contact_block_empty AFTER UPDATE OF size ON contact_block"] = (
        f"DELETE FROM contact_block WHERE {own} AND new.size <= 0 AND new.id > 0",  # noqa: S608
    )
    return [
        f"CREATE TRIGGER {name} BEGIN {'; '.join(each)}; END" for name, each in triggers.items()
    ]


def place_of_sqlite(row: str, name: str, by: str) -> str:
    """Return the statement that counts the row in its block."""
    own = f"book_id = {row}.book_id AND sorted_by = '{name}'"
    last = (
        f"SELECT key, id FROM contact_block WHERE {own}"  # noqa: S608
        f" AND (key, id) <= ({key_of(row, COLUMN[name])}, {row}.id)"
        " ORDER BY key DESC, id DESC LIMIT 1"
    )
    return (
        f"UPDATE contact_block SET size = size {by}"  # noqa: S608
        f" WHERE {own} AND (key, id) = ({last}) AND {row}.deleted_at IS NULL"
    )


def counts_of_sqlite(row: str, by: str) -> list[str]:
    """Return the statements that count the row for its company and its tags."""
    is_active = f"{row}.deleted_at IS NULL"
    own = f"book_id = {row}.book_id AND key = {company_of(row)}"
    own_tags = f"SELECT value FROM json_each({row}.tag_ids) WHERE {is_active}"  # noqa: S608
    tags = f"UPDATE tag SET contacts = contacts {by} WHERE id IN ({own_tags})"  # noqa: S608
    if row == "new":
        return [
            f"INSERT INTO company SELECT new.book_id, {company_of('new')}, new.company, 1"
            f" WHERE new.company IS NOT NULL AND {is_active}"
            " ON CONFLICT (book_id, key) DO UPDATE SET contacts = contacts + 1",
            tags,
            "INSERT OR IGNORE INTO contact_tag"  # noqa: S608
            f" SELECT value, new.id FROM json_each(new.tag_ids) WHERE {is_active}",
        ]
    return [
        f"UPDATE company SET contacts = contacts - 1 WHERE {own}"  # noqa: S608
        f" AND old.company IS NOT NULL AND {is_active}",
        f"DELETE FROM company WHERE {own} AND contacts <= 0",  # noqa: S608
        tags,
        "DELETE FROM contact_tag WHERE contact_id = old.id"  # noqa: S608
        f" AND tag_id IN ({own_tags})",
    ]


def split_of_sqlite(name: str) -> tuple[str, str]:
    """Return the statements that make two of a block."""
    column = COLUMN[name]
    columns, begin = (f"{column}, id", "new.key, new.id") if column else ("id", "new.id")
    return (
        f"INSERT INTO contact_block SELECT book_id, '{name}', {key_of('contact', column)}, id,"  # noqa: S608
        f" new.size - {BLOCK} FROM contact"
        f" WHERE book_id = new.book_id AND deleted_at IS NULL AND ({columns}) >= ({begin})"
        f" ORDER BY {columns} LIMIT 1 OFFSET {BLOCK}",
        f"UPDATE contact_block SET size = {BLOCK} WHERE book_id = new.book_id"  # noqa: S608
        f" AND sorted_by = '{name}' AND key = new.key AND id = new.id",
    )


MOVED = """SELECT book_id, id, company, company_order, tag_ids, sorted_by, key, {by} AS by
    FROM {rows} AS contact CROSS JOIN LATERAL (VALUES {keys}) AS sorted (sorted_by, key)
    WHERE deleted_at IS NULL"""
FUNCTION = """CREATE FUNCTION contact_count_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    block contact_block;
    next contact_block;
BEGIN
    FOR block IN
        WITH moved AS ({moved}),
        net AS (
            SELECT book_id, sorted_by, key, id, sum(by) AS by FROM moved
            GROUP BY book_id, sorted_by, key, id HAVING sum(by) <> 0
        ),
        found AS (
            SELECT last.book_id, last.sorted_by, last.key, last.id, sum(net.by) AS by
            FROM net CROSS JOIN LATERAL (
                SELECT * FROM contact_block AS each
                WHERE each.book_id = net.book_id AND each.sorted_by = net.sorted_by
                AND (each.key, each.id) <= (net.key COLLATE "C", net.id)
                ORDER BY each.key DESC, each.id DESC LIMIT 1
            ) AS last
            GROUP BY last.book_id, last.sorted_by, last.key, last.id
        )
        UPDATE contact_block AS counted SET size = size + found.by FROM found
        WHERE counted.book_id = found.book_id AND counted.sorted_by = found.sorted_by
        AND counted.key = found.key AND counted.id = found.id
        RETURNING counted.*
    LOOP
        IF block.size <= 0 AND block.id > 0 THEN
            DELETE FROM contact_block WHERE book_id = block.book_id
            AND sorted_by = block.sorted_by AND key = block.key AND id = block.id;
        END IF;
        WHILE block.size > {most} LOOP
            next := block;
            {split}
            next.size := block.size - {size};
            UPDATE contact_block SET size = {size} WHERE book_id = block.book_id
            AND sorted_by = block.sorted_by AND key = block.key AND id = block.id;
            INSERT INTO contact_block VALUES (next.*);
            block := next;
        END LOOP;
    END LOOP;
    WITH moved AS ({moved}),
    net AS (
        SELECT book_id, {company} AS key, max(company) FILTER (WHERE by > 0) AS name, sum(by) AS by
        FROM moved WHERE sorted_by = 'id' AND company IS NOT NULL
        GROUP BY book_id, {company} HAVING sum(by) <> 0
    ),
    gone AS (
        UPDATE company SET contacts = contacts + net.by FROM net
        WHERE company.book_id = net.book_id AND company.key = net.key AND net.by < 0
    )
    INSERT INTO company (book_id, key, name, contacts)
    SELECT book_id, key, name, by FROM net WHERE by > 0
    ON CONFLICT (book_id, key) DO UPDATE SET contacts = company.contacts + excluded.contacts;
    DELETE FROM company WHERE contacts <= 0
    AND book_id IN (SELECT book_id FROM ({books}) AS changed);
    WITH moved AS ({moved}),
    net AS (
        SELECT unnest(tag_ids) AS id, by FROM moved WHERE sorted_by = 'id'
    )
    UPDATE tag SET contacts = contacts + each.by
    FROM (SELECT id, sum(by) AS by FROM net GROUP BY id HAVING sum(by) <> 0) AS each
    WHERE tag.id = each.id;
    UPDATE address_book SET revision = revision + 1
    WHERE id IN (SELECT book_id FROM ({books}) AS changed);
    RETURN NULL;
END $$"""
NEXT = """SELECT {key}, id INTO next.key, next.id FROM contact
            WHERE book_id = block.book_id AND deleted_at IS NULL AND ({columns}) >= ({begin})
            ORDER BY {columns} LIMIT 1 OFFSET {size};"""
BLOCKS = """CREATE FUNCTION address_book_blocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO contact_block (book_id, sorted_by, key, id, size) VALUES {rows};
    RETURN NULL;
END $$"""


def on_postgresql() -> list[str]:
    """Return the statements that create the triggers of PostgreSQL, which see all rows at once."""
    rows = {"insert": {"new": 1}, "update": {"old": -1, "new": 1}, "delete": {"old": -1}}
    statements: list[str] = []
    for event, tables in rows.items():
        referencing = " ".join(f"{row.upper()} TABLE AS {row}_rows" for row in tables)
        statements += [
            function(event, tables),
            f"CREATE TRIGGER contact_count_{event} AFTER {event.upper()} ON contact"
            f" REFERENCING {referencing} EXECUTE FUNCTION contact_count_{event}()",
        ]
    first = ", ".join(f"(new.id, '{name}', '', 0, 0)" for name in COLUMN)
    return [
        *statements,
        BLOCKS.format(rows=first),
        "CREATE TRIGGER address_book_blocks AFTER INSERT ON address_book"
        " FOR EACH ROW EXECUTE FUNCTION address_book_blocks()",
    ]


def function(event: str, tables: dict[str, int]) -> str:
    """Return the statement that creates what a trigger runs."""
    keys = ", ".join(f"('{name}', {key_of('contact', by)})" for name, by in COLUMN.items())
    moved = (MOVED.format(by=by, rows=f"{row}_rows", keys=keys) for row, by in tables.items())
    books = " UNION ".join(f"SELECT book_id FROM {row}_rows" for row in tables)  # noqa: S608
    splits = (f"IF block.sorted_by = '{name}' THEN {next_of(name)} END IF;" for name in COLUMN)
    return FUNCTION.format(
        event=event,
        moved=" UNION ALL ".join(moved),
        books=books,
        company=company_of("moved"),
        split="\n            ".join(splits),
        size=BLOCK,
        most=2 * BLOCK,
    )


def next_of(name: str) -> str:
    """Return the statement that finds where the second half of a block begins."""
    column = COLUMN[name]
    columns, begin = (f"{column}, id", "block.key, block.id") if column else ("id", "block.id")
    if column == "updated_at":
        begin = (
            "CASE block.key WHEN '' THEN '-infinity'::timestamptz"
            " ELSE (block.key || '+00')::timestamptz END, block.id"
        )
    key = key_of("contact", column)
    return NEXT.format(key=key, columns=columns, begin=begin, size=BLOCK)


def downgrade() -> None:
    """Drop the triggers and what they keep; SQLite's revisions are counted as before."""
    if is_sqlite():
        names = [
            *(f"contact_count_{event}" for event in EVENTS),
            *("contact_revision_update", "address_book_blocks", "contact_block_empty"),
            *(f"contact_block_{name}" for name in COLUMN),
            *(f"contact_block_split_{name}" for name in COLUMN),
        ]
        for name in names:
            op.execute(f"DROP TRIGGER {name}")
        revise_on_sqlite()
        op.drop_table("contact_tag")
    else:
        for name in (*(f"contact_count_{event}" for event in EVENTS), "address_book_blocks"):
            op.execute(f"DROP FUNCTION {name} CASCADE")
    op.drop_table("contact_block")
    op.drop_table("company")


def revise_on_sqlite() -> None:
    """Create the triggers of revision 0011."""
    columns = ("book_id", "search_text", "deleted_at")
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in columns)
    update = f"AFTER UPDATE OF {', '.join(columns)} ON contact WHEN {changed}"
    for event, (when, books) in {
        "insert": ("AFTER INSERT ON contact", "new.book_id"),
        "update": (update, "old.book_id, new.book_id"),
        "delete": ("AFTER DELETE ON contact", "old.book_id"),
    }.items():
        count = f"UPDATE address_book SET revision = revision + 1 WHERE id IN ({books})"  # noqa: S608
        op.execute(f"CREATE TRIGGER contact_revision_{event} {when} BEGIN {count}; END")
