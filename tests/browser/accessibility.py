"""The rules of WCAG 2.2 AA, checked by axe-core on the page as it is."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.chromium import axe_script

AXE = """async () => {
    const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const result = await axe.run(document, {runOnly: standards});
    return result.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]);
}"""


def violations(page: Page) -> list[Any]:
    page.wait_for_timeout(250)  # transitions of colours are over
    page.evaluate(axe_script().read_text())
    return page.evaluate(AXE)
