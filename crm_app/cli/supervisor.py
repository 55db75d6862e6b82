"""The process that starts the server's worker, and another one when that ends unexpectedly."""

import gc
import os
import signal
from importlib import import_module
from typing import Any

from granian.constants import Interfaces
from granian.server import Server

from crm_app.observability.logs import SERVER_LOG, configure_logging

MODULE = "crm_app.crm_app"
SIGNALS = (signal.SIGTERM, signal.SIGINT)
STOP_SECONDS = 10
"""What a worker has to stop, then it is killed: `threads.FINISH_SECONDS` for what runs, 2 to report
errors, 1 to write SQLite's log into the file, 1 to flush our log and end."""


def supervise(address: str, port: int) -> None:
    """Serve until stopped.

    A worker that is killed is replaced; one that ends again within 5.5 seconds is not.

    Raises:
        SystemExit: The worker could not be kept running; the log says why.
    """
    configure_logging()
    os.register_at_fork(
        before=_hold_signals, after_in_parent=_release_signals, after_in_child=_hear_signals
    )
    server = Server(
        MODULE,
        address=address,
        port=port,
        interface=Interfaces.ASGI,
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=True,
        log_dictconfig=SERVER_LOG,
    )
    server.serve(target_loader=load_application, wrap_loader=False)


def load_application() -> Any:
    """Import the application, in the worker: whatever it does cannot harm its supervisor."""
    gc.disable()  # importing makes hardly any garbage; looking for it takes a tenth of the time
    application = import_module(MODULE).app()
    gc.freeze()
    gc.enable()
    return application


def _hold_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def _release_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _hear_signals() -> None:
    """Let a new worker be ended at once until it has handlers of its own.

    It inherits its parent's, which do nothing here: a signal that comes while it imports the
    application would be lost. Ctrl-C reaches both, and the parent then sends SIGTERM.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _release_signals()
