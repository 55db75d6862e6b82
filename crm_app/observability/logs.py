"""What the operator reads: one log line per action, and references that lead to it."""

import contextlib
import logging
import secrets
import select
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

import structlog
from structlog.typing import EventDict

from crm_app.observability.traces import trace_of
from crm_app.settings import get_settings

log: Any = structlog.get_logger()

PIECE = select.PIPE_BUF // 4  # characters, of up to four bytes
PATIENCE_MS = 50

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


class ServerMessages(logging.Handler):
    """Write what the server says of itself and its worker in the form of our own lines.

    The first line of a message is enough: a failed start brings its traceback along, and the
    exception itself comes with the next message.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        error = record.exc_info[1] if record.exc_info else None
        about = {"exc_info": error} if error else {}
        message = record.getMessage().partition("\n")[0]
        log.log(record.levelno, message, logger="granian", **about)


SERVER_LOG: dict[str, Any] = {
    "handlers": {"ours": {"()": ServerMessages}},
    "loggers": {"_granian": {"handlers": ["ours"], "level": "INFO", "propagate": False}},
}
"""What granian is told about its log; it has a default for what is not in here."""


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
    """Write whole lines; one that cannot be written is lost, an action never.

    That is so on a full disk, and when nobody reads at the other end of a pipe. The next line that
    can be written is how many were lost.
    """

    def msg(self, line: str) -> None:
        with _lost.lock:
            if not (_tell_lost() and _write(f"{line}\n")):
                _lost.lines += 1

    debug = info = warning = error = critical = msg


@dataclass
class _Lost:
    """How many lines were lost since that was said last.

    The lock can be taken twice: collecting garbage in the middle of a line may log another.
    """

    lines: int = 0
    is_telling: bool = False
    lock: Any = field(default_factory=threading.RLock)


def _tell_lost() -> bool:
    """Say how many lines were lost, if any; return False if not even that can be written."""
    lines = _lost.lines
    if not lines or _lost.is_telling:
        return True
    _lost.is_telling = True
    _write("\n")  # the last one may have been cut off
    log.warning("log lines were lost", lines=lines)
    _lost.is_telling = False
    is_said = _lost.lines == lines
    _lost.lines = 0 if is_said else lines
    return is_said


def _write(text: str) -> bool:
    """Write in pieces that a pipe takes at once; return whether it took them all."""
    with contextlib.suppress(OSError, ValueError):
        for start in range(0, len(text), PIECE):
            if not _takes_more():
                return False
            sys.stderr.write(text[start : start + PIECE])
            sys.stderr.flush()
        return True
    return False


def _takes_more() -> bool:
    """Return whether writing will not block; a slow reader is waited for once, and a little."""
    try:
        output = sys.stderr.fileno()
    except (OSError, ValueError):  # it is no file
        return True
    poll = select.poll()
    poll.register(output, select.POLLOUT)
    return bool(poll.poll(0 if _lost.lines else PATIENCE_MS))


def _with_trace(_logger: Any, _method: str, line: EventDict) -> EventDict:
    error = line.pop("exc_info", None)
    if isinstance(error, BaseException):
        line["exception"] = trace_of(error)
    return line


_lost = _Lost()
_libraries = Libraries(logging.WARNING)  # one of each, so that configuring twice adds it once
_without_payload = WithoutPayload()
