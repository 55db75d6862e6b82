"""Whether the database can be used, in one sentence for the operator."""

from sqlalchemy.exc import SQLAlchemyError

from crm_app.database import revisions
from crm_app.database.engine import is_damaged
from crm_app.database.failures import SENTENCES, Reason
from crm_app.database.transaction import transaction
from crm_app.errors import DatabaseUnavailable

UNREACHABLE = "The database cannot be reached"
PAGE_TABLES = ("installation", "account", "browser_session", "contact")


def find_problem() -> str:
    """Return why the page cannot be served from the database, empty when it can.

    Reads the schema's revision and the newest row of each table that the page needs, within the
    time limit of a transaction. Damage in other rows shows once anything has met it.
    """
    try:
        with transaction(read_only=True) as db:
            connection = db.connection()
            if problem := revisions.describe(revisions.current(connection)):
                return problem
            for table in PAGE_TABLES:
                connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1")  # noqa: S608
    except DatabaseUnavailable as error:
        return describe(error)
    except SQLAlchemyError:
        return UNREACHABLE
    return SENTENCES[Reason.DAMAGED] if is_damaged() else ""


def describe(error: DatabaseUnavailable) -> str:
    """Return the sentence about a failure of the database."""
    return SENTENCES.get(error.reason, UNREACHABLE)
