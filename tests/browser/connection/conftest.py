"""The page behind a proxy that loses, delays and refuses connections."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage, Watch
from tests.proxy import Proxy, proxied
from tests.server import Server, running


@pytest.fixture(scope="session")
def proxy() -> Proxy:
    return Proxy()


@pytest.fixture(scope="session")
def proxied_server(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("proxied")
    with running(folder, CRM_PUBLIC_URL=proxy.url) as server, proxied(proxy, server.port):
        yield server


@pytest.fixture
def page(new_page: NewPage, proxied_server: Server, proxy: Proxy, watch: Watch) -> Iterator[Page]:
    """The page of a new visitor, behind the proxy."""
    page = new_page(url=proxy.url)
    yield page
    proxy.heal()
    proxy.is_slow = False
    watch.console.clear()  # the browser reports each attempt to connect
