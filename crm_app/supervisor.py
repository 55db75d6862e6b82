"""The process that starts the server's worker, and another one when that ends unexpectedly."""

import gc
import signal
from importlib import import_module
from typing import Any

from granian.constants import Interfaces
from granian.server import Server

from crm_app.observability.logs import SERVER_LOG, configure_logging

MODULE = "crm_app.crm_app"
STOP_SECONDS = 8
"""What a worker has to stop, then it is killed."""


def supervise(address: str, port: int) -> None:
    """Serve until told to stop.

    A worker that is killed is replaced; one that ends again within 5.5 seconds is not.

    Raises:
        SystemExit: The worker could not be kept running; the log says why.
    """
    configure_logging()
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
    # The worker inherits handlers that only its parent can act on. Until it has its own, SIGTERM
    # ends it at once; Ctrl-C reaches both, and the parent then sends SIGTERM.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # importing makes hardly any garbage; looking for it takes a tenth of the time
    application = import_module(MODULE).app()
    gc.freeze()
    gc.enable()
    return application
