"""Dirty text becomes what it means, and text that cannot be cleaned is named."""

from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm_app.domain.cleaning import clean_line, clean_lines
from crm_app.domain.invisible import has_visible_character
from crm_app.domain.unstorable import find_unstorable

# Any text, and texts of the characters that the rules are about.
any_text = st.text(st.characters(exclude_categories=["Cs"])) | st.text(
    "aß 1\u0301\u00ad\u200b\u200c\u200d\u200e\u202b\u2068\u2069\ufe0f\ufeff\u3164\u00a0\u3000"
    "\t\n\r\x85\u2028\u2764\u05d0\u0645\u0915\u094d\u845b\U0001f469\U0001f3f4\U000e0067"
)


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        pytest.param("\u200bZeroWidth", "ZeroWidth", id="C18: zero width space"),
        pytest.param("Love\u00adlace", "Lovelace", id="C18: soft hyphen"),
        ("\ufeffAda\u2060 Love\u200clace\u200d", "Ada Lovelace"),
        ("Rene\u200b\u0301", "Ren\u00e9"),
        ("Ada\ufe0f\ufffc", "Ada"),
        ("\u202aAda\u202c \u2068Lovelace\u2069\u200e", "Ada Lovelace"),
        ("\u200fAda\u200e \u2066Lovelace\u2069", "Ada Lovelace"),
        ("\u202b\u05e9\u05dc\u05d5\u05dd\u202c", "\u05e9\u05dc\u05d5\u05dd"),
        pytest.param("Ada\tLovelace\tada@x.org", "Ada Lovelace ada@x.org", id="C21: cells"),
        ("Ada \r\n\t Lovelace\n", "Ada Lovelace"),
        ("Ada\vLove\u2028lace\x85\u2029 King", "Ada Love lace King"),
        ("\u00a0Ada\u00a0\u202fLovelace\u2003", "Ada  Lovelace"),
        ("\u3164\u2800Ada\u3164", "Ada"),
        ("Ada  Lovelace", "Ada  Lovelace"),
    ],
)
def test_a_line_is_cleaned(typed: str, cleaned: str) -> None:
    assert clean_line(typed) == cleaned


@pytest.mark.parametrize(
    "name",
    [
        "می\u200cخواهم",
        "ക\u0d4d\u200d",
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
        "\U0001f469\U0001f3fd\u200d\U0001f680",
        "\u2764\ufe0f\u200d\U0001f525",
        "1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\u845b\U000e0100\u57ce",
        "\u1820\u180b",
        "\u05d0 \u200e(a)\u200e \u05d1",
        "a\u202eb",
        "\u7530\u4e2d\u3000\u592a\u90ce",
    ],
)
def test_marks_with_a_meaning_stay(name: str) -> None:
    assert clean_line(name) == name
    assert clean_lines(name) == name


def test_notes_keep_lines_tabs_and_spaces() -> None:
    assert clean_lines("  a\r\n\tb\rc\vd\fe\x85f\u2028g\u2029 \n") == "  a\n\tb\nc\nd\ne\nf\ng\n \n"
    assert clean_lines("\u202aLove\u00adlace\u202c\u200b\n") == "Lovelace\n"
    assert clean_lines("\u202b\u05e9\u200e\u05dc\u202c") == "\u05e9\u200e\u05dc"


@example("\u0300\u2060\u094d\u200c")
@example("\u0300\u2066\u094d\u200c")
@given(any_text)
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    for clean in (clean_line, clean_lines):
        assert clean(clean(typed)) == clean(typed)


@pytest.mark.parametrize("marks", ["\u180b", "\u094d\u200c", "\u2764\u200d", "\u0645\u200c"])
def test_long_runs_of_marks_take_no_long_time(marks: str) -> None:
    typed = "\u0300\u2060" + marks * 10_000
    start = process_time()
    assert clean_line(clean_line(typed)) == clean_line(typed)
    assert process_time() - start < 5


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("a\x00\x01", "NULL (U+0000)"),
        ("\x07", "ALERT (U+0007)"),
        ("\x1b", "ESCAPE (U+001B)"),
        ("\x1f", "INFORMATION SEPARATOR ONE (U+001F)"),
        ("\x7f", "DELETE (U+007F)"),
        ("\x92", "CONTROL CHARACTER (U+0092)"),
        ("half \ud83d", "SURROGATE (U+D83D)"),
        ("\t\n\v\f\r\x85\u2028\u200b\ufffe", None),
    ],
)
def test_what_cannot_be_stored_is_named(typed: str, name: str | None) -> None:
    assert find_unstorable(typed) == name


@pytest.mark.parametrize(
    ("typed", "is_visible"),
    [
        ("X", True),
        ("王", True),
        ("😀", True),
        ("", False),
        (" \u00a0", False),
        ("\u200b\u2060", False),
        ("\u3164", False),
        ("\u2800\u034f", False),
    ],
)
def test_visible(typed: str, is_visible: bool) -> None:
    assert has_visible_character(typed) is is_visible
