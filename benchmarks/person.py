"""How long does a person wait in Chromium: from the click to the painted row?

The page with server actions against one that does the same by `fetch`, POST and then GET of the
list, with 10,000 contacts each. That page draws its rows without a framework, so its script has
less to do. With `--beside`, the page of another checkout is measured as well, in the same rounds.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, sync_playwright

from benchmarks.actions import CONTACTS, QUERIES
from benchmarks.clients import Block, new_fields
from benchmarks.link import make_link
from benchmarks.plan import Plan, shuffled
from benchmarks.reference import each_round
from benchmarks.results import ACTION, BESIDE, ROUTE_AND_LIST, Results
from tests.browser.chromium import open_browser
from tests.browser.steps import fill, search
from tests.proxy import proxied
from tests.server import ROOT, Server, running

QUESTION = "person"
PATIENCE_MS = 5_000
WIDE: Any = {"width": 1280, "height": 900}
BEFORE = Path(__file__).parent / "before/before.html"
STOPWATCH = (Path(__file__).parent / "stopwatch.js").read_text()
TEXTS = [query for query in QUERIES if query]


def create(page: Page, _number: int) -> float:
    fields = new_fields()
    fill(page, **fields)
    return wait(page, "click", "saved", fields["name"], page.get_by_test_id("submit").click)


def update(page: Page, _number: int) -> float:
    """Rename the newest contact; opening the form does not count."""
    name = new_fields()["name"]
    press(page, "edit")
    page.wait_for_function("() => document.querySelector('[name=email]').value")
    fill(page, name=name)
    return wait(page, "click", "saved", name, page.get_by_test_id("submit").click)


def find(page: Page, number: int) -> float:
    text = TEXTS[number % len(TEXTS)]
    return wait(page, "input", "found", text, lambda: search(page, text))


def list_all(page: Page, number: int) -> float:
    """Return from a search to the whole list."""
    find(page, number)
    return wait(page, "input", "found", "", lambda: search(page, ""))


def confirm(page: Page, _number: int) -> float:
    """Ask whether to delete the newest contact."""
    took = wait(page, "click", "asked", "", lambda: press(page, "delete"))
    page.keyboard.press("Escape")
    page.get_by_test_id("confirm-delete").wait_for(state="hidden")
    return took


def delete(page: Page, _number: int) -> float:
    """Delete the newest contact; opening the question does not count."""
    contact_id = press(page, "delete")
    button = page.get_by_test_id("confirm-delete")
    return wait(page, "click", "gone", contact_id, button.click)


OPERATIONS: dict[str, Callable[[Page, int], float]] = {
    "create": create,
    "update": update,
    "search": find,
    "list": list_all,
    "confirm": confirm,
    "delete": delete,
}
THROUGH_LINK = ("create", "update", "search", "delete")
QUICK = ("create", "search", "delete")


def press(page: Page, test_id: str) -> str:
    """Press a button of the newest contact, whose id is returned."""
    row = page.get_by_test_id("contact-row").first
    row.hover()
    row.get_by_test_id(test_id).click()
    return row.get_attribute("data-contact-id") or ""


def wait(page: Page, event: str, what: str, value: str, act: Callable[[], Any]) -> float:
    """Act, and return the milliseconds from the event until it is painted; 0 if it never is."""
    arguments = [event, what, value, PATIENCE_MS]
    page.evaluate("arguments => { window.waiting = window.time(...arguments); }", arguments)
    act()
    return page.evaluate("window.waiting")


def run_block(page: Page, name: str, repeats: int) -> Block:
    """Do something so many times as a person would."""
    page.bring_to_front()
    block = Block()
    for number in range(repeats):
        if took := OPERATIONS[name](page, number):
            block.times.append(took)
        else:
            block.failures += 1
    if name == "search":
        search(page, "")
        page.locator('[data-query=""]').wait_for()
    return block


@contextmanager
def opened(browser: Browser, server: Server, path: str, contacts: int = CONTACTS) -> Iterator[Page]:
    """Open a page in a browser of its own, with contacts of its own."""
    name, value = seeded(server, contacts).split("=", 1)
    with browser.new_context(viewport=WIDE) as context:
        context.add_cookies([{"name": name, "value": value, "url": server.url}])
        context.add_init_script(STOPWATCH)
        page = context.new_page()
        # Once: a browser that asks what to do about each request is slower.
        page.route("**/before.html", serve_before, times=1)
        page.goto(f"{server.url}{path}")
        page.get_by_test_id("contact-row").first.wait_for()
        yield page


def seeded(server: Server, contacts: int) -> str:
    """Return the cookie of a guest with so many contacts, stored by the server's own checkout."""
    address = {"url": server.url, "database_url": server.database_url}
    code = (
        "from types import SimpleNamespace; from benchmarks.load_client import seed; "
        f"print(seed(SimpleNamespace(**{address}), 1, {contacts})[0][0])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=server.root, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def serve_before(route: Route) -> None:
    route.fulfill(path=BEFORE, content_type="text/html; charset=utf-8")


@contextmanager
def served(*, has_link: bool, root: Path = ROOT) -> Iterator[Server]:
    """Run a server of a checkout, which is built if need be, for browsers near or far."""
    link = make_link()
    variables = {"CRM_PUBLIC_URL": link.url} if has_link else {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if root != ROOT:
            subprocess.run([sys.executable, "-m", "crm_app", "build"], cwd=root, check=True)
        server = stack.enter_context(running(folder, root=root, **variables))
        if has_link:
            stack.enter_context(proxied(link, server.port))
            server.url = link.url
        yield server


def measure(plan: Plan, results: Results) -> None:
    """Measure near the server, then through the link."""
    names = QUICK if plan.is_quick else tuple(OPERATIONS)
    _measure(plan, results, names, "Chromium", has_link=False)
    if not plan.is_quick:
        _measure(plan, results, THROUGH_LINK, "Chromium, link", has_link=True)


def _measure(
    plan: Plan, results: Results, names: tuple[str, ...], where: str, *, has_link: bool
) -> None:
    """Measure all pages in turn; the first round is there to warm up."""
    chance = plan.chance(f"{QUESTION} {where}")
    repeats = 1 if plan.is_quick else plan.operations
    with sync_playwright() as playwright, ExitStack() as stack:
        server = stack.enter_context(served(has_link=has_link))
        browser = open_browser(playwright)
        pages = {
            ACTION: stack.enter_context(opened(browser, server, "/")),
            ROUTE_AND_LIST: stack.enter_context(opened(browser, server, "/before.html")),
        }
        if plan.beside:
            other = stack.enter_context(served(has_link=has_link, root=plan.beside))
            pages[BESIDE] = stack.enter_context(opened(browser, other, "/"))
        for counts in each_round(plan, results, QUESTION):
            for name in names:
                for way in shuffled(chance, pages):
                    block = run_block(pages[way], name, repeats)
                    if counts:
                        case = f"{name}, {where}"
                        times, failures = block.times, block.failures
                        results.record(QUESTION, case, way, times, failures=failures)
        browser.close()
