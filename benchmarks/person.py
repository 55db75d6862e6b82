"""How long does a person wait in Chromium: from the click to the painted row?

The page with server actions against one that does the same by `fetch`, POST and then GET of the
list. That page draws its rows without a framework, so its script has less to do.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from benchmarks.actions import QUERIES
from benchmarks.clients import Block, new_fields
from benchmarks.load_client import seed
from benchmarks.plan import Plan, shuffled
from benchmarks.reference import each_round
from benchmarks.results import ACTION, ROUTE_AND_LIST, Results
from tests.browser.chromium import open_browser
from tests.browser.steps import fill, search
from tests.server import Server, running

QUESTION = "person"
PATIENCE_MS = 5_000
WIDE: Any = {"width": 1280, "height": 900}
BEFORE = Path(__file__).parent / "before/before.html"
STOPWATCH = """window.waitFor = (kind, value, patience) => new Promise(done => {
    const row = "[data-testid=contact-row]";
    const isDone = {
        create: () => document.querySelector(row)?.textContent.includes(value),
        search: () => document.querySelector("[data-query]").dataset.query === value,
        delete: () => !document.querySelector(`${row}[data-contact-id="${value}"]`),
    }[kind];
    const type = kind === "search" ? "input" : "click";
    let startedAt = 0;
    const start = event => { startedAt ||= event.timeStamp; };
    const finish = ms => {
        observer.disconnect();
        removeEventListener(type, start, true);
        done(ms);
    };
    const observer = new MutationObserver(() => {
        if (!startedAt || !isDone()) return;
        observer.disconnect();
        // The first frame draws the row, the second comes when it is drawn.
        requestAnimationFrame(() => requestAnimationFrame(now => finish(now - startedAt)));
    });
    addEventListener(type, start, true);
    observer.observe(document, {subtree: true, childList: true, attributes: true});
    setTimeout(() => finish(0), patience);
});"""


def create(page: Page) -> float:
    fields = new_fields()
    fill(page, **fields)
    return wait(page, "create", fields["name"], page.get_by_test_id("submit").click)


def delete(page: Page) -> float:
    """Delete the newest contact; opening the question does not count."""
    row = page.get_by_test_id("contact-row").first
    contact_id = row.get_attribute("data-contact-id") or ""
    row.hover()
    row.get_by_test_id("delete").click()
    return wait(page, "delete", contact_id, page.get_by_test_id("confirm-delete").click)


def search_for(page: Page, text: str) -> float:
    return wait(page, "search", text, lambda: search(page, text))


def wait(page: Page, kind: str, value: str, act: Callable[[], None]) -> float:
    """Act, and return the milliseconds until the result is painted; 0 if it never is."""
    arguments = [kind, value, PATIENCE_MS]
    page.evaluate("arguments => { window.waiting = window.waitFor(...arguments); }", arguments)
    act()
    return page.evaluate("window.waiting")


def run_block(page: Page, name: str, repeats: int) -> Block:
    """Do something so many times as a person would."""
    page.bring_to_front()
    block = Block()
    for number in range(repeats):
        if name == "search":
            took = search_for(page, [query for query in QUERIES if query][number % 7])
        else:
            took = {"create": create, "delete": delete}[name](page)
        if took:
            block.times.append(took)
        else:
            block.failures += 1
    if name == "search":
        search_for(page, "")
    return block


@contextmanager
def pages(browser: Browser, server: Server) -> Iterator[dict[str, Page]]:
    """Open both pages, each in a browser of its own, with contacts of its own."""
    found: dict[str, Page] = {}
    contexts: list[BrowserContext] = []
    for way, (cookie, _) in zip((ACTION, ROUTE_AND_LIST), seed(server, 2), strict=True):
        name, value = cookie.split("=", 1)
        context = browser.new_context(viewport=WIDE)
        context.add_cookies([{"name": name, "value": value, "url": server.url}])
        context.add_init_script(STOPWATCH)
        contexts.append(context)
        found[way] = context.new_page()
    found[ACTION].goto(f"{server.url}/")
    # Once: a browser that asks what to do about each request is slower.
    found[ROUTE_AND_LIST].route("**/before.html", serve_before, times=1)
    found[ROUTE_AND_LIST].goto(f"{server.url}/before.html")
    for page in found.values():
        page.get_by_test_id("contact-row").first.wait_for()
    yield found
    for context in contexts:
        context.close()


def serve_before(route: Route) -> None:
    route.fulfill(path=BEFORE, content_type="text/html; charset=utf-8")


def measure(plan: Plan, results: Results) -> None:
    """Measure both pages on one server; the first round is there to warm up."""
    chance = plan.chance(QUESTION)
    repeats = 1 if plan.is_quick else plan.operations
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = open_browser(playwright)
        with pages(browser, server) as found:
            for counts in each_round(plan, results, QUESTION):
                for name in ("create", "search", "delete"):
                    for way in shuffled(chance, found):
                        block = run_block(found[way], name, repeats)
                        if counts:
                            case = f"{name}, Chromium"
                            times, failures = block.times, block.failures
                            results.record(QUESTION, case, way, times, failures=failures)
        browser.close()
