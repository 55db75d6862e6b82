"""What starts and stops with the server."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import reflex as rx

from crm_app.database import health, revisions, threads
from crm_app.database.engine import close_engine
from crm_app.database.transaction import transaction
from crm_app.errors import DatabaseUnavailable
from crm_app.http.session_cookie import installation_id
from crm_app.observability import reports
from crm_app.observability.logs import log
from crm_app.services import installation
from crm_app.settings import get_settings

stopping: list[asyncio.Task[None]] = []  # kept, or they might be collected


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
        installation_id()
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
        log.warning("the page's address was not stored", reason=error.reason)


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
