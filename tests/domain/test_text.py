"""What the page can be sent, and text on one line."""

import pytest

from crm_app.domain import text


@pytest.mark.parametrize("value", ["half \ud800", None, 5, ["a"]])
def test_what_the_page_cannot_be_sent_is_empty(value: object) -> None:
    assert text.sendable(value) == ""
    assert text.sendable("a text") == "a text"


def test_a_single_line_has_no_control_characters() -> None:
    assert text.single_line("a\tb\x00c\ud800d") == "a b cd"
