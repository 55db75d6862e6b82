"""The benchmarks in Chromium: each operation on both pages, and the page without scripts."""

import pytest
from playwright.sync_api import Browser

from benchmarks import person
from benchmarks.first_load import blank, load_plain
from benchmarks.load_client import seed
from benchmarks.plain_page import PATH
from tests.server import Server, running

IDS = "rows => rows.map(row => row.dataset.contactId)"


@pytest.mark.parametrize("path", ["/", "/before.html"])
def test_each_operation_is_timed_until_it_is_painted(
    browser: Browser, server: Server, path: str
) -> None:
    with person.opened(browser, server, path, contacts=3) as page:
        for name in person.OPERATIONS:
            block = person.run_block(page, name, 1)
            assert block.failures == 0, name
            assert 0 < block.times[0] < person.PATIENCE_MS
        assert page.get_by_test_id("contact-row").count() == 3  # one was created, one deleted


def test_the_plain_page_has_the_same_rows_and_no_script(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("plain")
    with running(folder, module="benchmarks.plain_page") as server:
        ((cookie, _),) = seed(server, 1, 3)
        first_paint, first_row = load_plain(browser, server, cookie)
        assert 0 < first_paint <= first_row
        with blank(browser, server, cookie) as page:
            page.goto(server.url + PATH)
            plain = page.get_by_test_id("contact-row").evaluate_all(IDS)
            assert page.locator("script").count() == 0
            assert len(plain) == 3
            page.goto(server.url)
            assert page.get_by_test_id("contact-row").evaluate_all(IDS) == plain
