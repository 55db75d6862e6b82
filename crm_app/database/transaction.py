"""`transaction()`: the one place that opens a transaction, commits it and translates its errors."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from crm_app.database import failures, threads
from crm_app.database.engine import TIME_LIMIT, get_engine, suspicion_of
from crm_app.database.failures import Reason
from crm_app.database.sqlite import refuse_if_moved
from crm_app.errors import DatabaseUnavailable

LASTING = (Reason.UNREACHABLE, Reason.READ_ONLY, Reason.DAMAGED)  # as long as a connection lasts


@contextmanager
def transaction(*, read_only: bool = False) -> Generator[Session, None, None]:
    """Open a session, commit when the block ends well, roll back when it raises.

    Raises:
        CrmError: What the driver's error means: `DatabaseUnavailable` within five seconds, unsure
            if the connection was lost in the middle of the commit, without having written if the
            database's file was moved, ...
        sqlalchemy.exc.SQLAlchemyError: What can only be a mistake of ours.
    """
    threads.refuse_event_loop()
    options: dict[str, Any] = {"read_only": read_only, "time_limit": TIME_LIMIT}
    if read_only:
        options["postgresql_readonly"] = True
    engine = get_engine()
    suspicion, is_committing = suspicion_of(engine), False
    refuse_if_moved(engine)
    if threads.is_superseded():
        raise DatabaseUnavailable(Reason.SLOW)
    try:
        with _session(engine) as db:
            db.connection(execution_options=options)
            yield db
            db.flush()
            refuse_if_moved(engine)
            is_committing = not read_only
            db.commit()
            suspicion.is_on &= read_only
    except SQLAlchemyError as error:
        failure = failures.translate(error)
        if failure is None:
            raise
        if isinstance(failure, DatabaseUnavailable) and failure.reason in LASTING:
            suspicion.is_on = True
            suspicion.is_damaged |= failure.reason == Reason.DAMAGED
            failure.is_unsure = is_committing and failure.reason == Reason.UNREACHABLE
        raise failure from error


@contextmanager
def _session(engine: Engine) -> Generator[Session, None, None]:
    """Open a session; its connection is not used again if it is why the block fails."""
    with Session(engine, expire_on_commit=False) as db:
        try:
            yield db
        except SQLAlchemyError as error:
            if failures.find_reason(error) in LASTING:
                db.invalidate()
            raise
