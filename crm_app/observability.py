"""What the operator sees: one log line per action, and references that lead to it."""

import logging
import secrets
import sys
from typing import Any

import structlog

from crm_app.settings import get_settings

log: Any = structlog.get_logger()


def configure_logging() -> None:
    """Write log lines to standard error: JSON in production, readable in development."""
    in_production = get_settings().env == "production"
    renderer = (
        structlog.processors.JSONRenderer()
        if in_production
        else structlog.dev.ConsoleRenderer(colors=False)
    )
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


def new_reference() -> str:
    """Return a reference a person can read out, like 7F3A-91C2; the log line has it too."""
    digits = secrets.token_hex(4).upper()
    return f"{digits[:4]}-{digits[4:]}"
