"""A real browser on the production build; no console error and no foreign request is tolerated."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.chromium import open_browser
from tests.browser.steps import add
from tests.server import Server, running

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SIZES = {
    "very wide": {"width": 1600, "height": 900},
    "wide": WIDE,
    "phone": PHONE,
    "narrow": {"width": 320, "height": 800},
}
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = open_browser(playwright)
    yield browser
    browser.close()


class Watch:
    """What a page did that it should not: each test fails that leaves something here."""

    def __init__(self) -> None:
        self.console: list[str] = []
        self.foreign: list[str] = []

    def follow(self, page: Page, host: str) -> None:
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda request: self._see(request.url, host))
        page.on("websocket", lambda socket: self._see(socket.url, host))

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.console.append(text)

    def _see(self, url: str, host: str) -> None:
        if urlparse(url).netloc != host and not url.startswith(("data:", "blob:")):
            self.foreign.append(url)


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert watch.console == []
    assert watch.foreign == []


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make browsers that know nothing of each other."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        settings: dict[str, Any] = {"viewport": WIDE, "timezone_id": "Europe/Berlin"}
        contexts.append(browser.new_context(**{**settings, **options}))
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def new_page(server: Server, new_context: Callable[..., BrowserContext], watch: Watch) -> NewPage:
    """Open the page as a new visitor, or in a context or on another server that is given."""

    def open_page(
        path: str = "/", context: BrowserContext | None = None, url: str = "", **options: Any
    ) -> Page:
        page = (context or new_context(**options)).new_page()
        watch.follow(page, urlparse(url or server.url).netloc)
        page.goto((url or server.url) + path)
        page.locator("[data-testid=skeleton]").wait_for(state="detached")
        return page

    return open_page


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """The page of a new visitor on a wide screen."""
    return new_page()


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """The page of a new visitor on a phone."""
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def page_with_two(page: Page) -> Page:
    """The page of a visitor with two contacts, Grace above Ada."""
    add(page)
    add(
        page, name="Grace Hopper", email="grace@navy.example", company="US Navy", phone="", notes=""
    )
    return page
