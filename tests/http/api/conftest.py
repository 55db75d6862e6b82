"""A server and clients of its API."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api import client
from tests.server import Server


@pytest.fixture
def api(server: Server) -> Iterator[httpx.Client]:
    """A client with all scopes, of an account of its own."""
    with client(server) as own:
        yield own
