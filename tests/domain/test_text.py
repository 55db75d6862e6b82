"""Cleaning and folding of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.domain import text


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Núñez", "nunez"),
        ("  STRASSE\tStraße ", "strasse strasse"),
        ("Øre Łódź Đorđe", "ore lodz dorde"),
        ("O'Brien O’Brien", "obrien obrien"),
        ("İstanbul", "istanbul"),
        ("ﬁne", "fine"),
        ("王小明", "王小明"),
        ("a\x00b\ud800c", "a bc"),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert text.fold(typed) == folded


def test_search_text_has_a_space_before_each_word() -> None:
    assert text.search_text("Ada King", None, "AE") == " ada king ae"
    assert text.search_text("Müller") == " muller mueller"


def test_short_terms_are_starts_of_words() -> None:
    assert text.search_terms("ad x lovelace") == [" ad", " x", "lovelace"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A@B.de", "a@b.de"),
        ("RENE\u0301@x.fr", "ren\u00e9@x.fr"),
        ("ß@x.de", "SS@x.de"),
        ("ａｄａ@example.com", "ada@example.com"),
        ("ada@ｅｘａｍｐｌｅ.com", "ada@example.com"),
        ("ada＠example.com", "ada@example.com"),
        ("info@münchen.example", "info@xn--mnchen-3ya.example"),
        ("info@MÜNCHEN.example", "info@XN--MNCHEN-3YA.example"),
        ("info@bücher。example", "info@bücher.example"),
        ("info@straße.example", "info@xn--strae-oqa.example"),
        ("a@under_score.example", "A@Under_Score.example"),
    ],
)
def test_emails_that_are_the_same(one: str, other: str) -> None:
    assert text.email_key(one) == text.email_key(other)


def test_emails_that_are_two() -> None:
    assert text.email_key("info@straße.example") != text.email_key("info@strasse.example")


@given(st.text(st.characters(exclude_categories=[])))
def test_the_key_of_any_text_is_its_own_key(typed: str) -> None:
    key = text.email_key(typed)
    assert text.email_key(key) == key


def test_digits_of_any_script() -> None:
    assert text.digits("+44 (0)20-7946 ٣²") == "4402079463"


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
    ],
)
def test_visible(typed: str, is_visible: bool) -> None:
    assert text.has_visible_character(typed) is is_visible


@given(st.text(st.characters(exclude_categories=[])))
def test_folding_any_text_twice_is_folding_it_once(typed: str) -> None:
    folded = text.fold(typed)
    assert text.fold(folded) == folded
    assert "  " not in folded
    folded.encode()


@given(st.text(st.characters(exclude_categories=[])))
def test_what_is_stored_is_found_by_itself(typed: str) -> None:
    stored = text.search_text(typed)
    assert all(term in stored for term in text.search_terms(typed))


@pytest.mark.parametrize("value", ["half \ud800", None, 5, ["a"]])
def test_what_the_page_cannot_be_sent_is_empty(value: object) -> None:
    assert text.sendable(value) == ""
    assert text.sendable("a text") == "a text"
