"""What the operator sees: one log line per action, and references that lead to it."""

import logging
import secrets
import sys
from typing import Any

import structlog

from crm_app.settings import get_settings

log: Any = structlog.get_logger()


EVENT_LOGGERS = (
    "reflex_base.event.processor.event_processor",
    "reflex_base.event.processor.base_state_processor",
)


def configure_logging() -> None:
    """Write log lines to standard error: JSON in production, readable in development."""
    in_production = get_settings().env == "production"
    renderer = (
        structlog.processors.JSONRenderer()
        if in_production
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    for name in EVENT_LOGGERS:
        logging.getLogger(name).addFilter(_without_payload)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


class WithoutPayload(logging.Filter):
    """Take what a visitor sent out of Reflex's complaints about events it cannot process."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the kind of the error only: payload, headers and trace may hold what was typed."""
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = (
            f"An event was refused: {kind.__name__ if kind else 'its payload does not fit'}"
        )
        record.args, record.exc_info = (), None
        return True


def new_reference() -> str:
    """Return a reference a person can read out, like 7F3A-91C2; the log line has it too."""
    digits = secrets.token_hex(4).upper()
    return f"{digits[:4]}-{digits[4:]}"


_without_payload = WithoutPayload()  # one, so that configuring twice adds it once
