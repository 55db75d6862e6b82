"""How heavy is the first load of the page over the wire, and does anything jump?"""

import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import Browser, sync_playwright

from benchmarks.machine import describe_machine
from tests.browser.chromium import open_browser
from tests.server import running

LAYOUT_SHIFT = """() => new Promise(resolve => {
    let total = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => total += entry.value))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => resolve(total), 1000);
})"""


def first_load(browser: Browser, url: str) -> tuple[dict[str, int], float]:
    """Return the bytes each file took on the wire, headers included, and the layout shift."""
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def see(event: dict[str, Any]) -> None:
        names[event["requestId"]] = urlparse(event["request"]["url"]).path

    def weigh(event: dict[str, Any]) -> None:
        name = names.get(event["requestId"], "?")
        sizes[name] = sizes.get(name, 0) + int(event["encodedDataLength"])

    page = browser.new_page(viewport={"width": 1280, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.requestWillBeSent", see)
    session.on("Network.loadingFinished", weigh)
    page.goto(url, wait_until="networkidle")
    page.get_by_test_id("empty-state").wait_for()
    shift = page.evaluate(LAYOUT_SHIFT)
    page.close()
    return sizes, shift


def main() -> None:
    """Load the page once, with nothing cached, and print what came."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = open_browser(playwright)
        sizes, shift = first_load(browser, server.url + "/")
        browser.close()
    print("First load of the page, bytes over the wire (headers included)")
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"{size:>9,}  {name}")
    print(f"{sum(sizes.values()):>9,}  in all; layout shift {shift}")
    print(describe_machine("python -m benchmarks.page"))


if __name__ == "__main__":
    main()
