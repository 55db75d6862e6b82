"""Errors of the drivers of SQLite and PostgreSQL, translated to failures fit to show."""

import re
import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from crm_app.errors import CrmError, DatabaseUnavailable, NotSignedIn, ValidationFailed


class Reason(StrEnum):
    """Why the database is unavailable; for the log, not for the person."""

    UNREACHABLE = "unreachable"
    LOCKED = "locked"
    SLOW = "slow"
    FULL = "full"
    READ_ONLY = "read-only"
    DAMAGED = "damaged"
    OUTDATED = "schema out of date"
    MISSING = "file missing"
    REPLACED = "file replaced"


SENTENCES: dict[str, str] = {
    Reason.DAMAGED: "The database is damaged: stop the server and restore a backup",
    Reason.MISSING: "The database's file is missing: put it back where it was",
    Reason.REPLACED: (
        "Another file is in the place of the database's: put the former one back, or restart the"
        " server to use this one"
    ),
}
"""What an operator reads, by reason; other reasons are reported as unreachable."""


# https://www.sqlite.org/rescode.html
SQLITE: dict[int, Reason] = {
    sqlite3.SQLITE_BUSY: Reason.LOCKED,
    sqlite3.SQLITE_LOCKED: Reason.LOCKED,
    sqlite3.SQLITE_INTERRUPT: Reason.SLOW,  # the time limit of a transaction
    sqlite3.SQLITE_FULL: Reason.FULL,
    sqlite3.SQLITE_IOERR_WRITE: Reason.FULL,  # an exceeded quota
    sqlite3.SQLITE_READONLY: Reason.READ_ONLY,
    sqlite3.SQLITE_PERM: Reason.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Reason.DAMAGED,
    sqlite3.SQLITE_NOTADB: Reason.DAMAGED,
    sqlite3.SQLITE_IOERR: Reason.UNREACHABLE,
    sqlite3.SQLITE_CANTOPEN: Reason.UNREACHABLE,
    sqlite3.SQLITE_PROTOCOL: Reason.UNREACHABLE,
    sqlite3.SQLITE_NOMEM: Reason.UNREACHABLE,
}
WRITTEN_TABLE = re.compile(r'\s*(?:INSERT INTO|UPDATE) "?(\w+)')
# Tables with foreign keys that lead to an account or to its address book.
OF_ACCOUNTS = (
    *("api_token", "browser_session", "contact", "idempotency_key", "known_device", "membership"),
    "password_reset",
)
# SQLite has no error code for a missing table or column.
SQLITE_OUTDATED = re.compile(r"^no such (table|column)|has no column named")
# Codes, or the class they begin with:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
POSTGRESQL: dict[str, Reason] = {
    "57014": Reason.SLOW,  # statement_timeout
    "55P03": Reason.LOCKED,
    "40": Reason.LOCKED,  # deadlock, serialization
    "53100": Reason.FULL,
    "25006": Reason.READ_ONLY,
    "42501": Reason.READ_ONLY,
    "42P01": Reason.OUTDATED,
    "42703": Reason.OUTDATED,
    "XX001": Reason.DAMAGED,
    "XX002": Reason.DAMAGED,
    "08": Reason.UNREACHABLE,
    "28": Reason.UNREACHABLE,  # the role or its password
    "3D": Reason.UNREACHABLE,  # no such database
    "53": Reason.UNREACHABLE,  # too many connections, out of memory
    "57P": Reason.UNREACHABLE,  # stopped, starting up
    "58": Reason.UNREACHABLE,  # error of its operating system
}


def translate(error: SQLAlchemyError) -> CrmError | None:
    """Return the failure that the driver's error means, None if it is a mistake of ours."""
    if _is_account_missing(error):
        return NotSignedIn()
    if _is_unfit_value(error):
        return ValidationFailed("This has a character or a value that cannot be stored")
    reason = find_reason(error)
    return DatabaseUnavailable(reason) if reason else None


def find_reason(error: SQLAlchemyError) -> Reason | None:
    """Return why the database is unavailable, None if the statement was wrong."""
    if isinstance(error, PoolTimeout):
        return Reason.SLOW  # no free connection
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        return _sqlite_reason(cause)
    if sqlstate := getattr(cause, "sqlstate", None):
        return _postgresql_reason(sqlstate)
    return Reason.UNREACHABLE if isinstance(error, OperationalError | InterfaceError) else None


def _sqlite_reason(cause: sqlite3.Error) -> Reason | None:
    code = getattr(cause, "sqlite_errorcode", None)  # missing for errors of Python's own module
    if code == sqlite3.SQLITE_ERROR and SQLITE_OUTDATED.search(str(cause)):
        return Reason.OUTDATED
    return None if code is None else SQLITE.get(code) or SQLITE.get(code & 0xFF)


def _postgresql_reason(sqlstate: str) -> Reason | None:
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
