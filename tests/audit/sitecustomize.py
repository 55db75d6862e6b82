"""Loaded by Python at its start in the processes under test.

It notes where they connect to, and lets their clock be set by a file with seconds in it.
"""

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

NOTES = os.environ.get("CRM_TEST_AUDIT", "")
CLOCK = os.environ.get("CRM_TEST_CLOCK", "")
LOOK_SECONDS = 0.05
LOCAL = ("127.", "::1", "localhost", "0.0.0.0")


def listen(event: str, arguments: tuple[Any, ...]) -> None:
    """Write down every connection and look-up that leaves this machine."""
    if event == "socket.connect":
        address = arguments[1]
    elif event == "socket.getaddrinfo":
        address = arguments
    else:
        return
    is_local = not isinstance(address, tuple) or str(address[0] or "localhost").startswith(LOCAL)
    if not is_local:
        with open(NOTES, "a") as notes:
            notes.write(f"{event} {address}\n")


def follow_clock(file: Path) -> None:
    """Be off by as many seconds as the file says, and again when it says something else."""
    import time_machine

    traveller = time_machine.travel(time.time(), tick=True).start()
    real_time = time_machine.escape_hatch.time.time
    is_over = threading.Event()

    def follow() -> None:
        offset = 0.0
        while not is_over.wait(LOOK_SECONDS):
            wanted = float(file.read_text() or 0) if file.exists() else 0
            if wanted != offset:
                traveller.move_to(real_time() + wanted, tick=True)
                offset = wanted

    def start() -> None:
        threading.Thread(target=follow, daemon=True).start()

    start()
    os.register_at_fork(after_in_child=start)


if CLOCK:
    follow_clock(Path(CLOCK))
if NOTES:
    sys.addaudithook(listen)
