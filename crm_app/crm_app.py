"""The application that Reflex loads: page, middleware, error handlers, lifespan tasks."""

import json
from collections import deque
from pathlib import Path
from typing import cast
from urllib.parse import quote

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from starlette.middleware import Middleware

from crm_app.cli.build import CLIENT
from crm_app.database import models
from crm_app.errors import ErrorCode
from crm_app.http.middleware import SESSION_SCRIPT, VIEWS, HttpMiddleware, MiddlewareOptions
from crm_app.jobs.worker import Worker
from crm_app.lifespan import finish_before_stop, migrated, pages, report_errors
from crm_app.observability import metrics, reports
from crm_app.observability.events import begun
from crm_app.observability.logs import configure_logging, log, new_reference
from crm_app.observability.traces import outline_of
from crm_app.page import index, not_found
from crm_app.reflex_seam import events
from crm_app.reflex_seam.development import is_development
from crm_app.reflex_seam.frontend import IN_HTML, backend_url
from crm_app.reflex_seam.kept_states import KeptStates
from crm_app.reflex_seam.outer_app import OuterApp
from crm_app.states import rules
from crm_app.states.authorization import AuthorizationMiddleware
from crm_app.states.contact_list import find_first
from crm_app.states.handler_error import HandlerErrorState
from crm_app.states.session import SessionState

ICON = Path(__file__).parents[1] / "assets/favicon.svg"  # small: spares a request
HEAD_SCRIPT = Path(__file__).parent / "components/head.js"
assert models.Contact  # `reflex db makemigrations` finds the tables by this import


def on_backend_error(exception: Exception) -> rx.event.EventSpec | None:
    """Log an exception of an event handler and notify its visitor; operations never raise."""
    reference, code = new_reference(), ErrorCode.UNKNOWN.value
    event = events.find_current()
    about = begun.describe(event.id) if event else {}
    log.error("handler failed", reference=reference, code=code, **about, exc_info=exception)
    reports.report(exception, reference=reference, code=code)
    if event is None or not _may_notify(event):
        return None
    return HandlerErrorState.report(reference)  # pyright: ignore[reportReturnType]


def _may_notify(event: events.EventIds) -> bool:
    """Return whether the visitor can be notified: not when the notification failed."""
    notified.append(event.id)
    return event.parent_id not in notified


def on_frontend_error(exception: Exception) -> None:
    """Log an error that the page reports, by kind and place; it comes from outside.

    Errors of scripts and promises arrive as events; they are counted when their beacons arrive. An
    update that the page could not apply is reported outside any event, and has no beacon.
    """
    log.error("page failed", reference=new_reference(), error=outline_of(exception))
    if events.find_current() is None:
        metrics.PAGE_ERRORS.labels("update").inc()


notified: deque[str] = deque(maxlen=1000)
"""The ids of events whose failure was reported to their visitors."""


def head() -> list[rx.Component]:
    """Return the elements of the page's head besides those of Reflex.

    The inline script comes first: Reflex and the session's script rely on what it repairs. The
    session's script blocks: it says whose drafts the page may show.
    """
    icon = quote(ICON.read_text().strip().replace('"', "'"), safe=" =/:'")
    return [
        # It blocks: without this, it would wait behind the scripts that the HTML names first.
        rx.el.link(rel="preload", href=backend_url(SESSION_SCRIPT), custom_attrs={"as": "script"}),
        inline_script(),
        *([inspector.probe()] if inspector else []),
        rx.el.script(src=backend_url(SESSION_SCRIPT)),
        rx.cond(IN_HTML, rx.el.link(rel="icon", href=f"data:image/svg+xml,{icon}")),
    ]


def inline_script() -> rx.Component:
    """Return `head.js`, without comments and indentation, as a script in the HTML."""
    lines = map(str.strip, HEAD_SCRIPT.read_text().splitlines())
    text = json.dumps("".join(line for line in lines if not line.startswith("//")))
    html = rx.Var(f"{{__html: {IN_HTML!s} ? {text} : ''}}")
    attributes = {"dangerouslySetInnerHTML": html, "suppressHydrationWarning": True}
    return rx.el.script(custom_attrs=attributes)


def page() -> rx.Component:
    """Return the page, in development with the inspector."""
    return index(*([inspector.panel()] if inspector else []))


if is_development():  # elsewhere the package is not even imported
    from crm_app.inspector import install

    inspector = install
else:
    inspector = None

configure_logging()
tabs = KeptStates(lambda: cast(StateManagerMemory, app.state_manager))
options = MiddlewareOptions(rules.is_event, rules.REJECTION, CLIENT, tabs, find_first, pages())
app = OuterApp(
    app_wraps={},
    backend_exception_handler=on_backend_error,
    frontend_exception_handler=on_frontend_error,
    head_components=head(),
    html_lang="en",
    reset_style=False,
    toaster=None,
)
app.add_page(
    page,
    route="/",
    title="Contact Manager",
    description="Your contacts, found in a keystroke.",
    image="/favicon.svg",
    on_load=[SessionState.load],
)
app.serve_page_at(*VIEWS)
if is_development():  # there React Router, too, has to know the addresses
    for view in VIEWS:
        app.add_page(page, route=view, title="Contact Manager")
app.add_page(not_found, route="404", title="Page not found - Contact Manager")
app.put_behind(
    *([Middleware(inspector.InspectorRoutes, pages=pages())] if inspector else []),
    Middleware(HttpMiddleware, options=options),
)
app.add_middleware(AuthorizationMiddleware())
if inspector:
    inspector.start(app)
app.register_lifespan_task(migrated)
app.register_lifespan_task(report_errors)
app.register_lifespan_task(metrics.event_loop.watch)
app.register_lifespan_task(Worker().run)
app.register_lifespan_task(tabs.watch)
app.register_lifespan_task(finish_before_stop)
