"""Take the README's picture of the page: `make screenshot`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.chromium import open_browser
from tests.browser.steps import add, row
from tests.server import running

PICTURE = Path(__file__).parent.parent.parent / "docs/page.png"
PEOPLE = (
    ("Linus Pauling", "linus@caltech.example", "", "+1 626 555 0111", ""),
    ("Katherine Johnson", "katherine@langley.example", "Langley Research", "+1 757 555 0199",
     "Double-checks the figures. Always right."),
    ("Zoë Washburne", "zoe@serenity.example", "Serenity Freight", "", ""),
    ("José Núñez", "jose.nunez@viento.example", "Viento Solar", "+34 612 34 56 78",
     "Prefers e-mail."),
    ("Grace Hopper", "grace@navy.example", "US Navy", "+1 202 555 0143", ""),
    ("Ada Lovelace", "ada@analytical.engine", "Analytical Engines", "+44 20 7946 0958",
     "Met at the Royal Society. Wants the import to keep her punched-card numbers in the notes; "
     "call before the weekend."),
)  # fmt: skip


def fill_and_take(page: Page) -> None:
    """Add the people, open the first and take the picture."""
    for name, email, company, phone, notes in PEOPLE:
        add(page, name=name, email=email, company=company, phone=phone, notes=notes)
    row(page, "Ada Lovelace").hover()
    row(page, "Ada Lovelace").get_by_test_id("edit").click()
    expect(page.get_by_role("heading", name="Edit contact")).to_be_visible()
    expect(page.get_by_test_id("form-message")).to_be_empty()
    page.wait_for_timeout(300)
    page.screenshot(path=PICTURE)


def main() -> None:
    """Run a server with its own data and a browser, and take the picture."""
    PICTURE.parent.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = open_browser(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 820})
        page.goto(server.url)
        fill_and_take(page)
        browser.close()
    print(PICTURE.relative_to(Path.cwd()))


if __name__ == "__main__":
    main()
