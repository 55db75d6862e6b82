"""Marks: where in a shown text the terms of a search are."""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from functools import lru_cache

from crm_app.domain.folding import MARK, fold_marked
from crm_app.domain.search_text import SPELLED_OUT, UNSPACED

_GAP = f"[{MARK} ]*"
_NUMBER_GAP = f"{_GAP}(?:{MARK}0{MARK}{_GAP})?"  # with the 0 of +49 (0) 30
_WORD_START = f"(?<![^{MARK} ])"
# What a letter of a term stands for besides itself: Mueller is found by "muller".
_ENDINGS = {"a": "ae", "o": "e", "u": "e"}

Span = tuple[int, int]


def matches(value: str, terms: Sequence[str]) -> list[Span]:
    """Return start and end of each part of the value that matches a term, in their order.

    They are counted as JavaScript counts, in UTF-16 code units. Parts that touch are one.
    """
    if value.isascii():
        return _merged(_find(value and fold_marked(value), terms))
    folded, starts = _fold(value)
    spans = _find(folded, terms)
    return _merged((starts[start], starts[bisect(starts, starts[end - 1])]) for start, end in spans)


def _fold(value: str) -> tuple[str, list[int]]:
    """Return the folded value, and where the character of each of its letters starts.

    The end of the value is the last of the places, once more than there are letters.
    """
    folded, starts, place = "", list[int](), 0
    for character in value:
        letters = _letters(character)
        folded += letters
        starts += [place] * len(letters)
        place += 1 if character < "\U00010000" else 2
    return folded, [*starts, place]


@lru_cache(maxsize=8192)
def _letters(character: str) -> str:
    return fold_marked(character.translate(SPELLED_OUT))


def _find(folded: str, terms: Sequence[str]) -> Iterator[Span]:
    for term in terms:
        for found in _pattern(term).finditer(folded):
            yield found.span()


@lru_cache(maxsize=1024)
def _pattern(term: str) -> re.Pattern[str]:
    """Return what a term is in a folded text that still has its spaces and punctuation."""
    letters = term.replace(" ", "")
    if letters == MARK:
        return re.compile("(?!)")  # punctuation is not marked
    is_start = term.startswith(" ") and not UNSPACED.match(letters)
    gaps = [_gap(letter, is_start) for letter in letters[:-1]]
    middle = "".join(
        f"{re.escape(letter)}{gap}" for letter, gap in zip(letters, gaps, strict=False)
    )
    return re.compile((_WORD_START if is_start else "") + middle + re.escape(letters[-1]))


def _gap(letter: str, is_start: bool) -> str:
    if is_start:
        return f"{MARK}*"
    if letter.isdecimal():
        return _NUMBER_GAP
    return f"[{MARK} {_ENDINGS.get(letter, '')}]*"


def _merged(spans: Iterator[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
