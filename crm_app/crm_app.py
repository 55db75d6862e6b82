"""The application: the one page behind the HTTP shell, its database migrated when it starts."""

import asyncio
import json
import os
import signal
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import quote

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex_base.event.context import EventContext
from sqlalchemy.exc import SQLAlchemyError

from crm_app.cli.serve import CLIENT
from crm_app.database import health, models, revisions, threads
from crm_app.database.engine import close_engine
from crm_app.database.transaction import transaction
from crm_app.errors import CrmError, DatabaseUnavailable, ErrorCode
from crm_app.http.shell import SESSION_SCRIPT, Doors, Shell
from crm_app.observability import metrics, reports
from crm_app.observability.events import begun
from crm_app.observability.logs import configure_logging, log, new_reference
from crm_app.observability.traces import outline_of
from crm_app.page import index, not_found
from crm_app.reflex_seam.kept_states import KeptStates
from crm_app.services import installation, tidying
from crm_app.settings import get_settings
from crm_app.states import gate, rules
from crm_app.states.handler_error import HandlerErrorState
from crm_app.states.session import SessionState

ASSETS = Path(__file__).parent.parent / "assets"
ICON = ASSETS / "favicon.svg"  # small: spares a request
TIDY_SECONDS = 24 * 3600
TIDY_AGAIN_SECONDS = 600
TIDY_PAUSE_SECONDS = 1  # between two batches: others write too
stopping: list[asyncio.Task[None]] = []  # kept, or they might be collected
assert models.Contact  # `reflex db makemigrations` finds the tables by this import


def on_backend_error(exception: Exception) -> rx.event.EventSpec | None:
    """Log what an event handler raised and tell its visitor; actions never raise."""
    reference, code = new_reference(), ErrorCode.UNKNOWN.value
    event = _failing_event()
    about = begun.describe(event.txid) if event else {}
    log.error("handler failed", reference=reference, code=code, **about, exc_info=exception)
    reports.report(exception, reference=reference, code=code)
    if event is None or not _may_tell(event):
        return None
    return HandlerErrorState.report(reference)  # pyright: ignore[reportReturnType]


def _failing_event() -> EventContext | None:
    try:
        return EventContext.get()
    except LookupError:  # nobody's event: there is no visitor
        return None


def _may_tell(event: EventContext) -> bool:
    """Tell whether the visitor can be told: not that telling failed, which would go on for ever."""
    told.append(event.txid)
    return event.parent_txid not in told


def on_frontend_error(exception: Exception) -> None:
    """Log and count what the page reports of itself, by kind and place; it comes from outside."""
    log.error("page failed", reference=new_reference(), error=outline_of(exception))
    metrics.count_page_error("script", "socket")


told: deque[str] = deque(maxlen=1000)
"""The events whose failure their visitors were told of."""


# Where the page knows its backend to be: in development Reflex moves to another port if need be.
BACKEND = rx.Var(
    "env.PING",
    _var_data=rx.vars.VarData(imports={"$/env.json": [rx.ImportVar(tag="env", is_default=True)]}),
).to(str)

# True where the HTML is made, False in the bundle, which so has no second copy of what is there.
IN_HTML = rx.Var("import.meta.env.SSR").to(bool)


def head() -> list[rx.Component]:
    """Return what the page's head has besides what Reflex puts there.

    The inline script comes first: Reflex and the session's script rely on what it repairs. The
    session's script is waited for: it says whose drafts the page may show.
    """
    icon = quote(ICON.read_text().strip().replace('"', "'"), safe=" =/:'")
    script = BACKEND.replace("/ping", SESSION_SCRIPT) if pages() else SESSION_SCRIPT
    return [
        inline_script(),
        rx.el.script(src=script),
        rx.cond(IN_HTML, rx.el.link(rel="icon", href=f"data:image/svg+xml,{icon}")),
        rx.el.script(src="/crm.js", type="module"),
    ]


def inline_script() -> rx.Component:
    """Return `assets/head.js`, without comments and indentation, as a script in the HTML."""
    lines = map(str.strip, (ASSETS / "head.js").read_text().splitlines())
    text = json.dumps("".join(line for line in lines if not line.startswith("//")))
    html = rx.Var(f"{{__html: {IN_HTML!s} ? {text} : ''}}")
    attributes = {"dangerouslySetInnerHTML": html, "suppressHydrationWarning": True}
    return rx.el.script(custom_attrs=attributes)


def pages() -> tuple[str, ...]:
    """Return where the page is in development, when another server has it than the socket."""
    config = rx.config.get_config()
    ports = (config.frontend_port, config.backend_port)
    return () if ports[0] == ports[1] else tuple(f"http://localhost:{port}" for port in ports)


@asynccontextmanager
async def migrated() -> AsyncGenerator[None]:
    """Bring the database's schema up to date before the first visitor; close it after the last."""
    await asyncio.to_thread(prepare_database)
    yield
    # SIGTERM waited already, in the task that it started; Ctrl-C did not.
    await (asyncio.wait(stopping) if stopping else threads.finish())
    if not await asyncio.to_thread(close_engine):
        log.warning("part of the data is in the database's log only: copy both, or use backup")


def prepare_database() -> None:
    """Migrate the database and store the page's address; end the process if that is impossible."""
    try:
        revisions.migrate()
        store_page()
    except revisions.UnfitDatabase as error:
        reason = str(error)
    except DatabaseUnavailable as error:
        reason = health.describe(error)
    else:
        return
    log.error("the server cannot start", reason=reason)
    os._exit(1)  # an exception would come back as a traceback


def store_page() -> None:
    """Store where the page is, if the server that ran before had it elsewhere."""
    url = (pages() or (get_settings().public_url,))[0]
    with transaction(read_only=True) as db:
        is_stored = installation.find_page(db) == url
    if is_stored:
        return
    try:
        with transaction() as db:
            installation.set_page(db, url)
    except DatabaseUnavailable as error:  # locked or read-only; the page works all the same
        log.warning("the page's address was not stored", trouble=error.trouble)


async def finish_before_stop() -> None:
    """Let the running actions end, and their answers go out, when the server is told to stop.

    granian sends nothing any more once it heard the signal, and Reflex cuts handlers at their next
    `await`. So SIGTERM comes to us first; SIGINT, which granian hears as well, goes on to it.
    """
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: stopping.append(loop.create_task(finish())))


async def finish() -> None:
    """End what was begun, then stop."""
    await threads.finish()
    os.kill(os.getpid(), signal.SIGINT)


@asynccontextmanager
async def report_errors() -> AsyncGenerator[None, None]:
    """Report errors while the server runs; when it stops, what is left is sent."""
    reports.start()
    yield
    await asyncio.to_thread(reports.stop)


async def tidy_up() -> None:
    """Remove once a day what nobody can use any more; what fails is tried again soon."""
    while True:
        try:
            has_more = await threads.writers.run(tidy_once)
            pause = TIDY_PAUSE_SECONDS if has_more else TIDY_SECONDS
        except (CrmError, SQLAlchemyError) as error:
            log.warning("not tidied up", exc_info=error)
            pause = TIDY_AGAIN_SECONDS
        await asyncio.sleep(pause)


def tidy_once() -> bool:
    """Remove a batch of what has expired; return whether there may be more."""
    with transaction() as db:
        return tidying.tidy(db)


configure_logging()
tabs = KeptStates(lambda: cast(StateManagerMemory, app.state_manager))
app = rx.App(
    api_transformer=[partial(Shell, doors=Doors(rules.is_event, CLIENT, tabs, pages()))],
    app_wraps={},
    backend_exception_handler=on_backend_error,
    frontend_exception_handler=on_frontend_error,
    head_components=head(),
    html_lang="en",
    reset_style=False,
    toaster=None,
)
app.add_page(
    index,
    route="/",
    title="Contact Manager",
    description="Your contacts, found in a keystroke.",
    image="/favicon.svg",
    on_load=[SessionState.load],
)
app.add_page(not_found, route="404", title="Page not found - Contact Manager")
app.add_middleware(gate.Gate())
app.register_lifespan_task(migrated)
app.register_lifespan_task(report_errors)
app.register_lifespan_task(metrics.watch_event_loop)
app.register_lifespan_task(tidy_up)
app.register_lifespan_task(tabs.watch)
app.register_lifespan_task(finish_before_stop)
