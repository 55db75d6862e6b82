"""What the operator reads: one log line per action, and references that lead to it."""

import contextlib
import logging
import secrets
import sys
from typing import Any

import structlog
from structlog.typing import EventDict

from crm_app.observability.traces import trace_of
from crm_app.settings import get_settings

log: Any = structlog.get_logger()

EVENT_LOGGERS = (
    "reflex_base.event.processor.event_processor",
    "reflex_base.event.processor.base_state_processor",
)


def configure_logging() -> None:
    """Write log lines to standard error: JSON in production, readable in development."""
    in_production = get_settings().env == "production"
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_trace,
            structlog.processors.JSONRenderer()
            if in_production
            else structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _StandardError(),
    )
    logging.getLogger().addHandler(_libraries)
    for name in EVENT_LOGGERS:
        logging.getLogger(name).addFilter(_without_payload)


def new_reference() -> str:
    """Return a reference a person can read out, like 7F3A-91C2; the log line has it too."""
    digits = secrets.token_hex(4).upper()
    return f"{digits[:4]}-{digits[4:]}"


class Libraries(logging.Handler):
    """Write what Reflex and other libraries complain about in the form of our own lines.

    Their messages may hold what was typed, or the token of a tab; so the line has the place in
    the source that complained, and of the message what was fixed before anything was put in.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        error = record.exc_info[1] if record.exc_info else None
        fixed = {"template": record.msg} if record.args and isinstance(record.msg, str) else {}
        log.log(
            record.levelno,
            "library complains",
            logger=record.name,
            place=f"{record.funcName}:{record.lineno}",
            **fixed,
            **({"exc_info": error} if error else {}),
        )


class WithoutPayload(logging.Filter):
    """Take what a visitor sent out of Reflex's complaints about events it cannot process.

    In development Reflex writes its log itself, with the trace and the payload in it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the kind of the error only."""
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = "An event was refused: %s"
        record.args = (kind.__name__ if kind else "its payload does not fit",)
        record.exc_info = None
        return True


class _StandardError:
    """Write whole lines; one that cannot be written (a full disk) is lost, an action never."""

    def msg(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg


def _with_trace(_logger: Any, _method: str, line: EventDict) -> EventDict:
    error = line.pop("exc_info", None)
    if isinstance(error, BaseException):
        line["exception"] = trace_of(error)
    return line


_libraries = Libraries(logging.WARNING)  # one of each, so that configuring twice adds it once
_without_payload = WithoutPayload()
