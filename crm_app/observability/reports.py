"""Error reports to Sentry: only with CRM_SENTRY_DSN; else its library is not even imported."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from crm_app.observability.traces import chain_of, describe, frames_of
from crm_app.settings import get_settings
from crm_app.version import VERSION

if TYPE_CHECKING:
    from sentry_sdk import Client

FLUSH_SECONDS = 2
TAGS = ("action", "request")


class _Reporter:
    """The client of Sentry, None when nothing is to be reported."""

    client: "Client | None" = None


class Listeners:
    """A listener to errors besides Sentry: the inspector, in development."""

    current: Callable[[BaseException, str], None] | None = None
    """Takes the error and its reference."""


def start() -> None:
    """Begin to report, if the settings say where to.

    Raises:
        sentry_sdk.utils.BadDsn: `CRM_SENTRY_DSN` is no address of a project.
    """
    settings = get_settings()
    dsn = settings.sentry_dsn.get_secret_value()
    if not dsn:
        return
    from sentry_sdk import Client

    _Reporter.client = Client(
        dsn=dsn,
        server_name="",
        release=VERSION,
        environment=settings.env,
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_client_reports=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        enable_metrics=False,
        spotlight=False,
    )


def report(error: BaseException, *, reference: str, code: str) -> None:
    """Report an error nobody expected, with the action and the request it belongs to.

    Returns at once: it is sent in a thread of its own. Of messages only our own are in it.
    """
    if Listeners.current:
        Listeners.current(error, reference)
    if _Reporter.client is None:
        return
    context = structlog.contextvars.get_contextvars()
    named = {name: context[name] for name in TAGS if context.get(name)}
    values = [_exception(each) for each in chain_of(error)]
    _Reporter.client.capture_event(
        {
            "level": "error",
            "exception": {"values": values},
            "tags": {"reference": reference, "code": code, **named},
        }
    )


def stop() -> None:
    """Send what is left, for at most two seconds, and report nothing more."""
    if _Reporter.client is not None:
        _Reporter.client.close(timeout=FLUSH_SECONDS)
        _Reporter.client = None


def _exception(error: BaseException) -> dict[str, Any]:
    frames = [
        {"filename": frame.filename, "function": frame.name, "lineno": frame.lineno}
        for frame in frames_of(error)
    ]
    kind = type(error)
    said = {"type": kind.__name__, "module": kind.__module__, "value": describe(error)}
    return {**said, "stacktrace": {"frames": frames}} if frames else said
