"""The plan of a recorded statement: explained without values, in a transaction rolled back."""

from typing import Any

import psycopg
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from crm_app.database.engine import TIME_LIMIT, get_engine
from crm_app.inspector.actions import Statement
from crm_app.observability.traces import describe

GENERIC_PLANS = 160_000  # PostgreSQL 16
TOO_OLD = "PostgreSQL explains statements without values from version 16 on."
NONE = "There is no plan of this statement."


def plan_of(statement: Statement) -> str:
    """Return the plan that the database makes for any values, or why there is none."""
    if not statement.has_plan:
        return NONE
    options: dict[str, Any] = {"read_only": True, "time_limit": TIME_LIMIT}
    try:
        with get_engine().connect() as connection:
            connection = connection.execution_options(**options, postgresql_readonly=True)
            with connection.begin() as transaction:
                explain = _postgresql if connection.dialect.name == "postgresql" else _sqlite
                plan = explain(connection, statement)
                transaction.rollback()
        return plan
    except (SQLAlchemyError, psycopg.Error) as error:
        cause = error.__cause__ or error
        return f"{NONE} {type(cause).__name__}: {describe(cause)}"


def _sqlite(connection: Connection, statement: Statement) -> str:
    """Explain with NULL for each value; SQLite only plans, and reads nothing."""
    nothing = (None,) * statement.parameters
    steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement.text}", nothing)
    depths: dict[int, int] = {}
    lines: list[str] = []
    for step, parent, _, text in steps:
        depths[step] = depths.get(parent, -1) + 1
        lines.append(f"{'  ' * depths[step]}{text}")
    return "\n".join(lines) or "Nothing is read: the rows come with the statement."


def _postgresql(connection: Connection, statement: Statement) -> str:
    """Explain with placeholders; the driver sends it as it is, as there are no values."""
    driver: Any = connection.connection.driver_connection
    if driver.info.server_version < GENERIC_PLANS:
        return TOO_OLD
    lines = driver.execute(f"EXPLAIN (GENERIC_PLAN) {statement.text}").fetchall()
    return "\n".join(line for (line,) in lines)
