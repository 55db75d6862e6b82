"""Other spellings of a search that found nothing, which find something."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from crm_app.domain.actor import Actor
from crm_app.domain.contact_query import ContactQuery, Order
from crm_app.domain.folding import fold
from crm_app.domain.search.spelling import distance, intact_parts, most_errors, words_of
from crm_app.domain.search_text import search_terms
from crm_app.repositories import contact_search
from crm_app.schemas.suggestions import Suggestion

MOST = 3  # suggestions
MOST_COUNTED = 6  # candidates
COUNT_TO = 10_000  # contacts of one suggestion
ROWS = 100  # contacts whose words are looked at for a place of the error
MOST_WORDS = 8  # of a query that is corrected


def suggest(db: Session, actor: Actor, *, query: ContactQuery) -> list[Suggestion]:
    """Return up to three texts near the query's that find contacts in the actor's book.

    One word of the query is corrected, the only one that finds nothing by itself.
    """
    words = query.text.split()
    wrong = _find_wrong(db, actor, query, words)
    if wrong is None:
        return []
    found: list[Suggestion] = []
    for word in _near_words(db, actor, query, words, wrong)[:MOST_COUNTED]:
        text = " ".join([*words[:wrong], word, *words[wrong + 1 :]])
        total = contact_search.count(db, actor, replace(query, text=text), COUNT_TO)
        if total:
            found.append(Suggestion(text, total, total < COUNT_TO))
        if len(found) == MOST:
            break
    return found


def _find_wrong(db: Session, actor: Actor, query: ContactQuery, words: Sequence[str]) -> int | None:
    """Return which word of the query finds nothing; None where it is not exactly one."""
    if len(words) > MOST_WORDS:
        return None
    wrong = [
        place
        for place, word in enumerate(words)
        if len(words) == 1 or (search_terms(word) and not _search(db, actor, query, word, 1))
    ]
    has_letters = wrong and any(character.isalpha() for character in words[wrong[0]])
    return wrong[0] if len(wrong) == 1 and has_letters else None


def _near_words(
    db: Session, actor: Actor, query: ContactQuery, words: Sequence[str], wrong: int
) -> list[str]:
    """Return words that could be meant by the wrong one, the nearest and most frequent first."""
    folded = fold(words[wrong]).replace(" ", "")
    others = " ".join([*words[:wrong], *words[wrong + 1 :]])
    known, near = set[Any](), _Near(folded)
    for before, behind in intact_parts(folded):
        rows = _search(db, actor, query, f"{others} {before} {behind}", ROWS)
        near.add(row for row in rows if row.public_id not in known)
        known.update(row.public_id for row in rows)
        if near.is_enough:
            break
    return near.ranked()


class _Near:
    """The words of contacts that are near a word, and how many contacts have each."""

    def __init__(self, word: str) -> None:
        self._word, self._most = word, most_errors(word)
        self._errors, self._rows = dict[str, int](), Counter[str]()
        self._shown: dict[str, str] = {}

    def add(self, rows: Iterable[Any]) -> None:
        for row in rows:
            tokens = f"{row.name} {row.company or ''} {row.email or ''}".split()
            near = {each for token in tokens for each in words_of(token) if self._is_near(each[0])}
            self._shown |= near
            self._rows.update(word for word, _ in near)

    @property
    def is_enough(self) -> bool:
        """Whether there are so many words with one error that no others are needed."""
        return sum(errors == 1 for errors in self._errors.values()) >= MOST_COUNTED

    def ranked(self) -> list[str]:
        return [self._shown[word] for word in sorted(self._shown, key=self._rank)]

    def _rank(self, word: str) -> tuple[int, int, int, str]:
        return self._errors[word], abs(len(word) - len(self._word)), -self._rows[word], word

    def _is_near(self, word: str) -> bool:
        if word not in self._errors:
            is_like = _has_digit(word) <= _has_digit(self._word)
            self._errors[word] = distance(self._word, word, self._most) if is_like else 0
        return 0 < self._errors[word] <= self._most


def _has_digit(word: str) -> bool:
    """Return whether it is like the brandt2 of an email, which nobody means who types letters."""
    return any(character.isdecimal() for character in word)


def _search(db: Session, actor: Actor, query: ContactQuery, text: str, limit: int) -> Sequence[Any]:
    """Return the newest contacts with this text in place of the query's."""
    return contact_search.search(
        db, actor, replace(query, text=text, limit=limit, order=Order.NEWEST, after=None, start=0)
    ).rows
