"""Ranking: in which parts the contacts of a search follow each other, the best matches first."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_app.domain.search_text import END, START, joined, search_terms, spaced, without_links


@dataclass(frozen=True, slots=True)
class Tier:
    """Contacts that match equally well: those with all `required` terms in their search text.

    Those that are in a tier before are not in it: they have all terms of one of `former`.
    """

    required: tuple[str, ...]
    former: tuple[tuple[str, ...], ...] = ()


def tiers(query: str) -> list[Tier]:
    """Return the tiers of a search, which together have all contacts with its terms, each once.

    First come those of which a field equals the query, then those of which a field begins with it,
    then those of which each term begins a word, then all others. Whether a term begins a word is
    judged by two letters, as the search text has no more of most words: Alma Aldo counts for "alm".
    Tiers that would have no contacts of their own are left out.
    """
    terms = search_terms(query)
    whole = joined(without_links(query))
    ways: list[tuple[str, ...]] = []
    if whole:
        start = spaced(START + whole, is_start=False)
        ways = [_all(start + END, terms), _all(start, terms)]
    if terms:
        ways += [_all(*map(_start_of, terms), terms), _all(terms)]
    distinct = list(dict.fromkeys(ways))
    return [Tier(required, _former(distinct[:place])) for place, required in enumerate(distinct)]


def _start_of(term: str) -> str:
    """Return the beginning of a word that begins with the term; short terms are one."""
    return term if " " in term or len(term) < 3 else f" {term[:2]}"


def _all(*terms: str | Sequence[str]) -> tuple[str, ...]:
    """Return the terms without those that others contain."""
    every = [term for each in terms for term in ([each] if isinstance(each, str) else each)]
    distinct = dict.fromkeys(every)
    return tuple(
        term for term in distinct if not any(term in other for other in distinct if other != term)
    )


def _former(ways: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return the tiers without those whose contacts another of them has as well."""
    return tuple(
        way
        for place, way in enumerate(ways)
        if not any(_is_part(way, other) for other in ways[place + 1 :])
    )


def _is_part(way: Sequence[str], other: Sequence[str]) -> bool:
    return all(any(term in own for own in way) for term in other)
