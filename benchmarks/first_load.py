"""How heavy is the first load of the page, when does something show, and does anything jump?

Beside it stands the same HTML without scripts, as a page that the server alone renders.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.load_client import seed
from benchmarks.person import STOPWATCH, WIDE
from benchmarks.plain_page import PATH
from benchmarks.plan import Plan, shuffled
from benchmarks.reference import note
from benchmarks.results import FirstLoad, Results, Step
from tests.browser.chromium import open_browser
from tests.server import Server, running

QUESTION, WAY, PLAIN = "first load", "page", "plain page"
LOADS, QUICK_LOADS = 30, 5
QUIET_MS = 300
TIMINGS = """() => ["navigation", "resource"].flatMap(type => performance.getEntriesByType(type))
    .map(({name, startTime, responseStart, responseEnd}) =>
        ({path: new URL(name).pathname, startTime, responseStart, responseEnd}))"""
FIRST_PAINT = """() => new Promise(done => {
    new PerformanceObserver(list => done(list.getEntries()[0].startTime))
        .observe({type: "paint", buffered: true});
})"""
LAYOUT_SHIFT = """() => new Promise(resolve => {
    let total = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => total += entry.value))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => resolve(total), 1000);
})"""
QUERY_SECONDS = re.compile(r'crm_query_seconds_sum\{action="get_contacts"\} (\S+)')


@dataclass
class Load:
    """One load of the page; times in ms since it began, sizes in bytes, headers included."""

    first_paint: float
    first_row: float
    sizes: dict[str, int]
    steps: list[Step]


class Traffic:
    """What Chromium's network layer notes about one page."""

    def __init__(self, page: Page) -> None:
        self.sizes: dict[str, int] = {}
        self._paths: dict[str, str] = {}
        self._began = 0.0
        self._socket: list[tuple[str, float, str]] = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._ask)
        session.on("Network.loadingFinished", self._weigh)
        for event in ("WillSendHandshakeRequest", "HandshakeResponseReceived"):
            session.on(f"Network.webSocket{event}", lambda e, name=event: self._note(name, e))
        for event in ("FrameSent", "FrameReceived"):
            session.on(f"Network.webSocket{event}", lambda e, name=event: self._note(name, e))

    def _ask(self, event: dict[str, Any]) -> None:
        self._began = self._began or event["timestamp"]
        self._paths[event["requestId"]] = urlparse(event["request"]["url"]).path

    def _weigh(self, event: dict[str, Any]) -> None:
        path = self._paths.get(event["requestId"], "?")
        self.sizes[path] = self.sizes.get(path, 0) + int(event["encodedDataLength"])

    def _note(self, name: str, event: dict[str, Any]) -> None:
        text = event.get("response", {}).get("payloadData", "")
        self._socket.append((name, (event["timestamp"] - self._began) * 1000, text))

    def when(self, name: str, part: str = "") -> float:
        """Return when this happened first, with this in the frame."""
        return next(at for event, at, text in self._socket if event == name and part in text)

    def bytes_between(self, start: float, end: float) -> int:
        """Return the length of the socket's frames in this time."""
        return sum(len(text.encode()) for _, at, text in self._socket if start <= at <= end)


@contextmanager
def blank(browser: Browser, server: Server, cookie: str) -> Iterator[Page]:
    """Open a tab with an empty cache."""
    name, value = cookie.split("=", 1)
    with browser.new_context(viewport=WIDE) as context:
        context.add_cookies([{"name": name, "value": value, "url": server.url}])
        context.add_init_script(STOPWATCH)
        yield context.new_page()


def open_page(page: Page, url: str) -> tuple[float, float]:
    """Return when the page first paints, and the first row; that one is not before."""
    page.goto(url, wait_until="load")
    first_row, first_paint = page.evaluate("window.firstRow"), page.evaluate(FIRST_PAINT)
    return first_paint, max(first_row, first_paint)


def load_plain(browser: Browser, server: Server, cookie: str) -> tuple[float, float]:
    """Load the plain page; return its first paint and first row."""
    with blank(browser, server, cookie) as page:
        return open_page(page, server.url + PATH)


def load(browser: Browser, server: Server, cookie: str) -> Load:
    """Load the page."""
    with blank(browser, server, cookie) as page:
        return load_in(page, server)


def load_in(page: Page, server: Server) -> Load:
    traffic, before = Traffic(page), query_ms(server)
    first_paint, first_row = open_page(page, f"{server.url}/")
    page.wait_for_timeout(QUIET_MS)
    channel, first_list = socket_steps(traffic, query_ms(server) - before)
    steps = [*file_steps(page, traffic), channel, first_list]
    script = next(step for step in steps if step.name == "Script")
    script.script = max(0, channel.start - script.end)  # until it opens the live channel
    return Load(first_paint, first_row, traffic.sizes, steps)


def layout_shift(browser: Browser, server: Server, cookie: str) -> float:
    with blank(browser, server, cookie) as page:
        page.goto(server.url)
        return page.evaluate(LAYOUT_SHIFT)


def file_steps(page: Page, traffic: Traffic) -> list[Step]:
    """Return the bars of the page, its styles and its scripts; several files are one bar."""
    files: dict[str, list[dict[str, Any]]] = {"Page": [], "Styles": [], "Script": []}
    kinds = {".css": "Styles", ".js": "Script", "": "Page"}
    for timing in page.evaluate(TIMINGS):
        if kind := kinds.get(Path(timing["path"]).suffix):
            files[kind].append(timing)
    steps: list[Step] = []
    for kind, timings in files.items():
        start, answered = (
            min(each[name] for each in timings) for name in ("startTime", "responseStart")
        )
        end = max(each["responseEnd"] for each in timings)
        what = f"{len(timings)} files" if len(timings) > 1 else Path(timings[0]["path"]).name
        size = sum(traffic.sizes.get(each["path"], 0) for each in timings)
        step = Step(kind, what, size, start, waiting=answered - start, wire=end - answered)
        steps.append(step)
    steps[0].what = "GET /"
    if steps[1].what.endswith(".css"):
        steps[1].what = "1 file"
    return steps


def socket_steps(traffic: Traffic, database: float) -> tuple[Step, Step]:
    """Return the bars of the socket that is opened, and of the list that arrives over it."""
    opening = traffic.when("WillSendHandshakeRequest")
    opened = traffic.when("HandshakeResponseReceived")
    asked = traffic.when("FrameSent", "hydrate")
    received = traffic.when("FrameReceived", "contacts_rx_state_")
    channel = Step(
        *("Live channel", "open", traffic.bytes_between(opening, asked), opening),
        waiting=opened - opening,
        script=asked - opened,
    )
    size = traffic.bytes_between(asked, received)
    waiting = max(0.0, received - asked - database)
    return channel, Step("First list", "50 rows", size, asked, waiting, database)


def query_ms(server: Server) -> float:
    """Return how long the list's statements have taken since the server started."""
    with urlopen(f"{server.url}/metrics") as response:
        found = QUERY_SECONDS.search(response.read().decode())
    return float(found.group(1)) * 1000 if found else 0


def median_load(loads: Sequence[Load]) -> FirstLoad:
    """Return the load whose first row came neither early nor late; its parts belong together."""
    middle = sorted(loads, key=lambda each: each.first_row)[(len(loads) - 1) // 2]
    weight = sum(middle.sizes.values())
    return FirstLoad(len(loads), middle.first_paint, middle.first_row, weight, middle.steps)


def measure(plan: Plan, results: Results) -> None:
    """Load the page again and again, each time with nothing cached; the first is not counted."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), module="benchmarks.plain_page") as server,
        sync_playwright() as playwright,
    ):
        browser = open_browser(playwright)
        ((cookie, _),) = seed(server, 1)
        count = QUICK_LOADS if plan.is_quick else LOADS
        chance = plan.chance(QUESTION)
        loads: list[Load] = []
        plain: list[tuple[float, float]] = []
        for number in range(count + 1):
            if number:
                note(results, QUESTION)
            for way in shuffled(chance, (WAY, PLAIN)):
                if way == WAY:
                    loads.append(load(browser, server, cookie))
                else:
                    plain.append(load_plain(browser, server, cookie))
        loads, plain = loads[1:], plain[1:]  # the first is not counted
        shift = layout_shift(browser, server, cookie)
        browser.close()
    results.first_load = median_load(loads)
    for each, (paint, row) in zip(loads, plain, strict=True):
        results.record(QUESTION, "first paint", WAY, [each.first_paint])
        results.record(QUESTION, "first row", WAY, [each.first_row])
        results.record(QUESTION, "first paint", PLAIN, [paint])
        results.record(QUESTION, "first row", PLAIN, [row])
    results.count(QUESTION, "weight", WAY, [results.first_load.weight], "bytes")
    results.count(QUESTION, "layout shift", WAY, [shift], "")
    for path, size in sorted(loads[-1].sizes.items(), key=lambda item: -item[1]):
        results.count(QUESTION, f"weight of {unhashed(path)}", WAY, [size], "bytes")


def unhashed(path: str) -> str:
    """Return the path without the hash of its content, by which two builds can be compared."""
    return re.sub(r"-[\w-]{8}\.(js|css)$", r".\1", path)
