"""The page that uses `fetch` waits as long while someone types as the page with server actions."""

from benchmarks.person import BEFORE
from crm_app.components.top_bar import SEARCH_DEBOUNCE_MS


def test_both_pages_wait_equally_long_while_someone_types() -> None:
    assert f"const DEBOUNCE_MS = {SEARCH_DEBOUNCE_MS};" in BEFORE.read_text()
