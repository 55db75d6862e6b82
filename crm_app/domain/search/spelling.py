"""Spelling: what of a word stays as it is under a typing error, and how far two words are apart."""

from collections.abc import Sequence
from functools import lru_cache

from crm_app.domain.folding import MARK, fold, fold_marked
from crm_app.domain.search_text import UNSPACED

SHORT = 5  # letters; words of fewer may differ by one
Part = tuple[str, str]


def most_errors(word: str) -> int:
    """Return by how many errors a suggestion may differ from a word."""
    return 1 if len(word) < SHORT else 2


def intact_parts(word: str) -> list[Part]:
    """Return the parts before and behind each place where an error may be.

    Wherever one letter is wrong, missing, added or exchanged with its neighbour, one of these pairs
    is as it should be; of longer words also where two such errors are close. Parts too short to be
    searched for anywhere in a word are empty. The pairs with the longest parts come first.
    """
    size = len(word)
    width = 1 if size < 6 else 2 if size < 8 else 3
    gaps = [(start, start + width) for start in range(0, size, max(width - 1, 1))]
    if width == 1:
        gaps += [(start, start + 2) for start in range(size)]
    pairs = dict.fromkeys((word[:start], _searchable(word[end:])) for start, end in gaps)
    return sorted((pair for pair in pairs if any(pair)), key=_length, reverse=True)


def _searchable(part: str) -> str:
    return part if len(part) > 2 or UNSPACED.match(part) else ""


def _length(pair: Part) -> int:
    return len(pair[0]) + len(pair[1])


@lru_cache(maxsize=8192)
def words_of(token: str) -> Sequence[tuple[str, str]]:
    """Return a text without spaces and the words in it, each folded and as it is shown."""
    parts = "".join(" " if fold_marked(c) == MARK else c for c in token).split()
    if not parts:
        return []
    whole = token[token.index(parts[0]) : token.rindex(parts[-1]) + len(parts[-1])]
    shown = dict.fromkeys(word.lower() for word in (whole, *parts))
    return [(folded, word) for word in shown if (folded := fold(word).replace(" ", ""))]


def distance(one: str, other: str, most: int) -> int:
    """Return how many errors lie between two words; if more than `most`, something above it."""
    if abs(len(one) - len(other)) > most or len(set(one) - set(other)) > most:
        return most + 1
    before, last = list[int](), list(range(len(other) + 1))
    for place in range(1, len(one) + 1):
        line = _line(one[:place], other, last, before)
        before, last = last, line
    return last[-1]


def _line(one: str, other: str, last: list[int], before: list[int]) -> list[int]:
    """Return the distances of a word to all beginnings of the other.

    `last` has those of the word without its last letter, `before` those without the last two.
    """
    line, exchanged = [len(one)], one[:-3:-1] if len(one) > 1 else ""
    for index, letter in enumerate(other, start=1):
        cost = last[index - 1] + (letter != one[-1])
        best = min(last[index] + 1, line[-1] + 1, cost)
        if exchanged and other[index - 2 : index] == exchanged:
            best = min(best, before[index - 2] + 1)
        line.append(best)
    return line
