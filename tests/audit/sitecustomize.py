"""Loaded by Python at its start in the processes under test: notes where they connect to."""

import os
import sys
from typing import Any

NOTES = os.environ.get("CRM_TEST_AUDIT", "")
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


if NOTES:
    sys.addaudithook(listen)
