"""What starts and stops with the server."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import reflex as rx

from crm_app.database import health, revisions, threads
from crm_app.database.engine import close_engine
from crm_app.domain.actor import Caller
from crm_app.errors import DatabaseUnavailable
from crm_app.http.session_cookie import installation_id
from crm_app.observability import reports
from crm_app.observability.logs import flush_log, log
from crm_app.operations.perform import INTERNAL, INTERNAL_READ, perform_here
from crm_app.operations.results import unwrap
from crm_app.services import installation
from crm_app.settings import get_settings

stopping: list[asyncio.Task[None]] = []  # kept, or they might be collected


def pages() -> tuple[str, ...]:
    """Return the addresses of the page in development, when page and socket have own ports."""
    config = rx.config.get_config()
    ports = (config.frontend_port, config.backend_port)
    return () if ports[0] == ports[1] else tuple(f"http://localhost:{port}" for port in ports)


@asynccontextmanager
async def migrated() -> AsyncGenerator[None]:
    """Bring the database's schema up to date before the first visitor; close it after the last."""
    await asyncio.to_thread(prepare_database)
    yield
    # The task that SIGTERM started has waited already; Ctrl-C starts none.
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
    flush_log()
    os._exit(1)  # an exception would come back as a traceback


def store_page() -> None:
    """Store the address of the page, if it has changed since the last start."""
    url = (pages() or (get_settings().public_url,))[0]
    if unwrap(perform_here(installation.find_page, Caller(), INTERNAL_READ)) == url:
        return
    # It fails in a database that is locked or read-only; the page works all the same.
    perform_here(installation.set_page, Caller(), INTERNAL, {"url": url})


async def finish_before_stop() -> None:
    """Let running operations be acknowledged before the server stops.

    After the signal granian sends nothing more, and Reflex cancels handlers at their next `await`.
    So SIGTERM is handled here first, and then passed to granian as SIGINT.
    """
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: stopping.append(loop.create_task(finish())))


async def finish() -> None:
    """Finish what runs, then stop."""
    await threads.finish()
    os.kill(os.getpid(), signal.SIGINT)


@asynccontextmanager
async def report_errors() -> AsyncGenerator[None, None]:
    """Report errors while the server runs; unsent reports are sent when it stops."""
    reports.start()
    yield
    await asyncio.to_thread(reports.stop)
