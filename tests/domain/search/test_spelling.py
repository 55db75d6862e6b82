"""Spelling: errors are counted, and what they leave intact is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.domain.search.spelling import distance, intact_parts, most_errors, words_of

words = st.text("abcd", min_size=3, max_size=10)


def edits(word: str) -> set[str]:
    """Return all words that are one error away."""
    places = range(len(word) + 1)
    splits = [(word[:place], word[place:]) for place in places]
    return {
        *(left + right[1:] for left, right in splits if right),
        *(left + letter + right for left, right in splits for letter in "abcdx"),
        *(left + letter + right[1:] for left, right in splits if right for letter in "abcdx"),
        *(left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1),
    }


@pytest.mark.parametrize("meant", ["maria", "brandt", "johnson", "kowalski", "tchaikovsky"])
def test_one_error_leaves_a_pair_of_parts_intact(meant: str) -> None:
    for typed in edits(meant):
        pairs = intact_parts(typed)
        is_found = any(meant.startswith(before) and behind in meant for before, behind in pairs)
        assert is_found or len(typed) < 5, typed


@given(words, st.data())
def test_each_error_counts_one(word: str, data: st.DataObject) -> None:
    once = data.draw(st.sampled_from(sorted(edits(word))))
    assert distance(word, once, 2) == (once != word)
    twice = data.draw(st.sampled_from(sorted(edits(once))))
    if twice != word and twice not in edits(word):
        assert distance(word, twice, 2) >= 2


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [
        ("brantd", "brandt", 1),
        ("brantd", "brand", 1),
        ("brantd", "brant", 1),
        ("kowalsky", "kowalski", 1),
        ("jhon", "john", 1),
        ("meier", "maier", 1),
        ("meyer", "maier", 2),
        ("lovelase", "lovelace", 1),
        ("brantd", "brandenburg", 3),
        ("abcd", "wxyz", 3),
        ("", "ab", 2),
    ],
)
def test_distance(one: str, other: str, errors: int) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) == errors


@pytest.mark.parametrize(
    ("word", "pairs"),
    [
        (
            "brantd",
            [("brant", ""), ("", "antd"), ("b", "ntd"), ("bran", ""), ("bra", ""), ("br", "")],
        ),
        ("jhon", [("", "hon"), ("jho", ""), ("jh", ""), ("j", "")]),
        (
            "mraia",
            [
                ("", "raia"),
                ("m", "aia"),
                ("mrai", ""),
                ("mra", ""),
                ("", "aia"),
                ("mr", ""),
                ("m", ""),
            ],
        ),
        ("田中", [("", "中"), ("田", "")]),
        ("x", []),
    ],
)
def test_parts_that_can_be_searched_for(word: str, pairs: list[tuple[str, str]]) -> None:
    assert intact_parts(word) == pairs


def test_short_words_may_differ_less() -> None:
    assert [most_errors(word) for word in ("brandt", "maier", "jhon")] == [2, 2, 1]


@pytest.mark.parametrize(
    ("token", "shown"), [("(Brand)", "brand"), ("Brandt,", "brandt"), ("&", "")]
)
def test_words_are_shown_without_punctuation_around_them(token: str, shown: str) -> None:
    assert words_of(token) == [(shown, shown)] * bool(shown)


def test_words_are_compared_folded_and_shown_as_they_are_written() -> None:
    assert words_of("Müller-Lüdenscheidt") == [
        ("mullerludenscheidt", "müller-lüdenscheidt"),
        ("muller", "müller"),
        ("ludenscheidt", "lüdenscheidt"),
    ]
