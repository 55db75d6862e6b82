"""What the drivers of SQLite and PostgreSQL report, translated to failures people can meet."""

import re
import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from crm_app.errors import CrmError, DatabaseUnavailable, NotSignedIn, ValidationFailed


class Trouble(StrEnum):
    """Why the database could not do it; for the log, not for the person."""

    AWAY = "away"
    LOCKED = "locked"
    SLOW = "slow"
    FULL = "full"
    READ_ONLY = "read-only"
    DAMAGED = "damaged"
    OUTDATED = "schema out of date"
    MISSING = "file missing"
    REPLACED = "file replaced"


SENTENCES: dict[str, str] = {
    Trouble.DAMAGED: "The database is damaged: stop the server and restore a backup",
    Trouble.MISSING: "The database's file is missing: put it back where it was",
    Trouble.REPLACED: (
        "Another file is in the place of the database's: put the former one back, or restart the"
        " server to use this one"
    ),
}
"""What an operator reads, by the trouble; of the others only that the database is out of reach."""


# https://www.sqlite.org/rescode.html
SQLITE: dict[int, Trouble] = {
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_INTERRUPT: Trouble.SLOW,  # the time limit of `db.transaction`
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_IOERR_WRITE: Trouble.FULL,  # what a quota looks like
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_PERM: Trouble.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Trouble.DAMAGED,
    sqlite3.SQLITE_NOTADB: Trouble.DAMAGED,
    sqlite3.SQLITE_IOERR: Trouble.AWAY,
    sqlite3.SQLITE_CANTOPEN: Trouble.AWAY,
    sqlite3.SQLITE_PROTOCOL: Trouble.AWAY,
    sqlite3.SQLITE_NOMEM: Trouble.AWAY,
}
WRITTEN_TABLE = re.compile(r'\s*(?:INSERT INTO|UPDATE) "?(\w+)')
# Tables with foreign keys that lead to an account or to its address book.
OF_ACCOUNTS = (
    *("contact", "idempotency_key", "known_device", "membership", "password_reset", "sign_in"),
)
# It has no code of its own for a schema that is older than what is asked.
SQLITE_OUTDATED = re.compile(r"^no such (table|column)|has no column named")
# Codes, or the class they begin with:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
POSTGRESQL: dict[str, Trouble] = {
    "57014": Trouble.SLOW,  # statement_timeout
    "55P03": Trouble.LOCKED,
    "40": Trouble.LOCKED,  # deadlock, serialization
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
    "42501": Trouble.READ_ONLY,
    "42P01": Trouble.OUTDATED,
    "42703": Trouble.OUTDATED,
    "XX001": Trouble.DAMAGED,
    "XX002": Trouble.DAMAGED,
    "08": Trouble.AWAY,
    "28": Trouble.AWAY,  # the role or its password
    "3D": Trouble.AWAY,  # no such database
    "53": Trouble.AWAY,  # too many connections, out of memory
    "57P": Trouble.AWAY,  # stopped, starting up
    "58": Trouble.AWAY,  # of its operating system
}


def translate(error: SQLAlchemyError) -> CrmError | None:
    """Return the failure that the driver's error means, None if it means that we made a mistake."""
    if _is_account_missing(error):
        return NotSignedIn()
    if _is_unfit_value(error):
        return ValidationFailed("This has a character or a value that cannot be stored")
    trouble = find_trouble(error)
    return DatabaseUnavailable(trouble) if trouble else None


def find_trouble(error: SQLAlchemyError) -> Trouble | None:
    """Return why the database could not do it, None if what it was asked was wrong."""
    if isinstance(error, PoolTimeout):
        return Trouble.SLOW  # no free connection
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        return _sqlite_trouble(cause)
    if sqlstate := getattr(cause, "sqlstate", None):
        return _postgresql_trouble(sqlstate)
    return Trouble.AWAY if isinstance(error, OperationalError | InterfaceError) else None


def _sqlite_trouble(cause: sqlite3.Error) -> Trouble | None:
    code = getattr(cause, "sqlite_errorcode", None)  # missing where Python's own module complains
    if code == sqlite3.SQLITE_ERROR and SQLITE_OUTDATED.search(str(cause)):
        return Trouble.OUTDATED
    return None if code is None else SQLITE.get(code) or SQLITE.get(code & 0xFF)


def _postgresql_trouble(sqlstate: str) -> Trouble | None:
    return next((POSTGRESQL[key] for key in _keys(sqlstate) if key in POSTGRESQL), None)


def _keys(sqlstate: str) -> tuple[str, ...]:
    return sqlstate, sqlstate[:3], sqlstate[:2]


def _is_account_missing(error: SQLAlchemyError) -> bool:
    """Return True if a row names an account that was deleted since the actor was looked up.

    SQLite does not name the key that is broken, so the table decides.
    """
    if _code(error) not in (sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, "23503"):
        return False
    written = WRITTEN_TABLE.match((isinstance(error, DBAPIError) and error.statement) or "")
    return written is not None and written[1] in OF_ACCOUNTS


def _is_unfit_value(error: SQLAlchemyError) -> bool:
    code = _code(error)
    return code == sqlite3.SQLITE_TOOBIG or (isinstance(code, str) and code.startswith("22"))


def _code(error: SQLAlchemyError) -> int | str | None:
    """Return SQLite's result code, or PostgreSQL's SQLSTATE."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    return getattr(cause, "sqlite_errorcode", None) or getattr(cause, "sqlstate", None)
