"""What the operator reads: one log line per action, and references that lead to it."""

import contextlib
import logging
import os
import secrets
import sys
import threading
from functools import cache
from logging.handlers import QueueListener
from multiprocessing.util import Finalize
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import structlog
from structlog.typing import EventDict

from crm_app.observability.traces import trace_of
from crm_app.settings import get_settings

log: Any = structlog.get_logger()

MAX_WAITING = 10_000  # lines
FLUSH_SECONDS = 1

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
        logger_factory=lambda *_: _writer_of(os.getpid()),
    )
    _writer_of(os.getpid())  # at the exit, no thread can be started any more
    Finalize(None, flush_log, exitpriority=0)  # in a worker, too, where `atexit` does nothing
    logging.getLogger().addHandler(_libraries)
    for name in EVENT_LOGGERS:
        logging.getLogger(name).addFilter(_without_payload)


def flush_log() -> None:
    """Wait until the lines logged so far are written, for a second at most."""
    is_written = threading.Event()
    _writer_of(os.getpid()).queue.put(is_written)
    is_written.wait(FLUSH_SECONDS)


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
"""The configuration of granian's log; granian completes it by its defaults."""


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


class _Writer(QueueListener):
    """Write whole lines to standard error, in a thread that alone waits for a slow reader.

    A line that cannot be written is lost. Once one can be, a line says how many were lost.
    """

    queue: Any  # no `Queue`: collecting garbage may log while a line is put, and wait for itself
    lost = 0

    def msg(self, line: str) -> None:
        if self.queue.qsize() < MAX_WAITING:
            self.queue.put(line)
        else:
            self.lost += 1

    debug = info = warning = error = critical = msg

    def handle(self, record: Any) -> None:
        lost = self.lost
        if isinstance(record, threading.Event):
            record.set()
        elif not _write(f"\n{record}" if lost else record):  # the last one may be cut off
            self.lost += 1
        elif lost and _at_once.warning("log lines were lost", lines=lost):
            self.lost -= lost


def _write(line: str) -> bool:
    """Write past Python's buffer: it keeps what failed, and its lock would delay the exit."""
    rest = f"{line}\n".encode(errors="backslashreplace")
    with contextlib.suppress(AttributeError, OSError, ValueError):  # None, full or closed
        while rest:
            rest = rest[os.write(sys.stderr.fileno(), rest) :]
    return not rest


@cache
def _writer_of(_process_id: int) -> _Writer:
    """Return the writer of a process: its thread does not survive a fork."""
    writer = _Writer(SimpleQueue())
    writer.start()
    return writer


def _with_trace(_logger: Any, _method: str, line: EventDict) -> EventDict:
    error = line.pop("exc_info", None)
    if isinstance(error, BaseException):
        line["exception"] = trace_of(error)
    return line


_at_once: Any = structlog.wrap_logger(SimpleNamespace(warning=_write))
_libraries = Libraries(logging.WARNING)  # one of each, so that configuring twice adds it once
_without_payload = WithoutPayload()
