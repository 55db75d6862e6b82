"""The server's database, looked at and aged from outside."""

import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.server import Server

Row = dict[str, Any]


def dump(server: Server) -> dict[str, list[Row]]:
    """Return every row in a stable order, but those of the audit trail and the server's jobs."""
    names = rows(server, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    tables = [row["name"] for row in names if not row["name"].startswith("sqlite_")]
    for own in ("audit_event", "job"):
        tables.remove(own)
    return {table: rows(server, f"SELECT * FROM {table}") for table in tables}


def rows(server: Server, statement: str, *values: object) -> list[Row]:
    """Run a statement, keep what it does, and return its rows."""
    with closing(sqlite3.connect(server.database, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        with connection:
            return [dict(row) for row in connection.execute(statement, values)]


@contextmanager
def locked(server: Server, how: str = "IMMEDIATE") -> Iterator[None]:
    """Keep other writers out for as long as the block runs."""
    with closing(sqlite3.connect(server.database, timeout=10, isolation_level=None)) as connection:
        connection.execute(f"BEGIN {how}")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def without_contacts(server: Server) -> Iterator[None]:
    """Take the table of contacts away for a while."""
    for_a_while = ("ALTER TABLE contact RENAME TO away", "ALTER TABLE away RENAME TO contact")
    with closing(sqlite3.connect(server.database)) as connection:
        connection.execute(for_a_while[0])
        try:
            yield
        finally:
            connection.execute(for_a_while[1])


def count(server: Server, action: str, email: str = "") -> int:
    """Return how often the audit trail has this, for one account or for all."""
    found = rows(server, "SELECT account_id FROM audit_event WHERE action = ?", action)
    owner = account_id(server, email) if email else None
    return sum(not email or row["account_id"] == owner for row in found)


def account_id(server: Server, email: str) -> int:
    """Return the id of the account with this email address."""
    return rows(server, "SELECT id FROM account WHERE email = ?", email)[0]["id"]


def add_contacts(server: Server, number: int) -> None:
    """Give the owner of the newest contact so many more."""
    rows(
        server,
        """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        INSERT INTO contact (public_id, book_id, name, email, email_key, search_text, version,
            created_at, updated_at)
        SELECT lower(hex(randomblob(16))), book_id, 'Person ' || i, i || '@example.com',
            i || '@example.com', ' person ' || i, 1, created_at, created_at
        FROM n, contact WHERE contact.id = (SELECT max(id) FROM contact)""",
        number,
    )


def read_files(paths: Iterable[Path]) -> bytes:
    """Return the contents of files, read by another process.

    SQLite loses its locks on a database when this process closes the file, and then its data.
    """
    command = ["cat", "/dev/null", *map(str, paths)]
    return subprocess.run(command, capture_output=True, check=True).stdout
