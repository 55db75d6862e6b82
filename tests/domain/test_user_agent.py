"""The name a person recognises a browser by."""

import pytest

from crm_app.domain.user_agent import describe_device

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; x) {WEBKIT} Chrome/140 Safari/537",
            "Chrome on Windows",
        ),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/140 Safari/5 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150) Gecko/20100101 Firefox/150", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) Version/19 Mobile Safari/604",
            "Safari on iPhone",
        ),
        (f"Mozilla/5.0 (Linux; Android 16; Pixel) {WEBKIT} Chrome/140 Mobile", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Version/19 Safari/605", "Safari on Mac"),
        ("curl/8.5", "Unknown device"),
        ("<script>", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_devices_have_names(user_agent: str, name: str) -> None:
    assert describe_device(user_agent) == name
