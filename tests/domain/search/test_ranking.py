"""Ranking: exact before prefix, word and substring, each contact in one tier."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_app.domain.folding import MARK, fold_marked
from crm_app.domain.search.ranking import Tier, tiers
from crm_app.domain.search_text import joined, search_terms, search_text

FIRST = "Ada|Adam|Bo|Mara|Marta|Tamara|Ana-Maria|José|Łucja|Jürgen|Juergen|Al|王小明|A. B.|Æsa|Emma"
LAST = "Lovelace|Marsh|Adams|Müller|Mueller|Hofmann|O'Neill|Straße|Kowalski|Ernst|Al|Søren|Mar|明"
QUERIES = "a|m|mar|ma|mara|adam|ada|al|muller|müller|mue|ada lovelace|marsh ada|王|明|小明|-"
NOTES = (None, "Met at the market", "Ada’s sister", "mar", "prefers tea. Call 020 7946 0958", "...")


def place_of(found: list[Tier], text: str) -> int | None:
    """Return in which tier the contact with this search text is."""
    places = [
        place
        for place, tier in enumerate(found)
        if all(term in text for term in tier.required)
        and not any(all(term in text for term in terms) for terms in tier.former)
    ]
    assert len(places) < 2
    return places[0] if places else None


def rank(query: str, fields: list[str]) -> int | None:
    """Return how well the contact matches, said straightforwardly."""
    text, terms = search_text(*fields), search_terms(query)
    if not terms or not all(term in text for term in terms):
        return None
    wholes = [joined(field) for field in fields]
    if joined(query) and joined(query) in wholes:
        return 0
    if joined(query) and any(whole.startswith(joined(query)) for whole in wholes):
        return 1
    return 2 if all(begins_word(term, fields) for term in terms) else 3


def begins_word(term: str, fields: list[str]) -> bool:
    if " " in term or len(term) < 3:
        return True
    marked = [fold_marked(field) for field in fields]
    words = [word for each in marked for word in each.replace(MARK, "").split()]
    words += [word for each in marked for word in each.replace(MARK, " ").split()]
    return any(term[:2] in (word[:2], joined(word)[:2]) for word in words)


def made_up(pick: random.Random) -> list[str]:
    first, last = pick.choice(FIRST.split("|")), pick.choice(LAST.split("|"))
    email = f"{pick.choice((first, last))}@{pick.choice(LAST.split('|'))}.example"
    some = (f"{first} {last}", email, pick.choice(LAST.split("|")), pick.choice(NOTES))
    return [field for field in some if field]


def test_tiers_are_in_the_order_in_which_contacts_match() -> None:
    pick = random.Random(1)
    people = [made_up(pick) for _ in range(200)]
    texts = [search_text(*fields) for fields in people]
    some = pick.sample(people, 40)
    queries = {*QUERIES.split("|"), *(f"{p[0].split()[-1]} {pick.choice(p)[:4]}" for p in some)}
    queries |= {pick.choice(p)[start : start + 4] for p, start in zip(some, range(8), strict=False)}
    ranked = 0
    for query in sorted(queries):
        found = tiers(query)
        placed = [
            (rank(query, p), place_of(found, text)) for p, text in zip(people, texts, strict=True)
        ]
        assert all((one is None) == (other is None) for one, other in placed), query
        pairs = sorted(
            {(one, other) for one, other in placed if one is not None and other is not None}
        )
        assert all(one[0] < other[0] and one[1] < other[1] for one, other in pairwise(pairs)), query
        ranked += len(pairs) > 2
    assert ranked > 5  # of the queries, which have contacts in three tiers and more


@given(st.text(max_size=12), st.text(max_size=30))
def test_the_tiers_have_what_the_terms_have(query: str, stored: str) -> None:
    text, terms = search_text(stored, stored[:5]), search_terms(query)
    is_found = bool(terms) and all(term in text for term in terms)
    assert (place_of(tiers(query), text) is not None) == is_found


@pytest.mark.parametrize(
    ("query", "required"),
    [
        ("'", []),
        ("-", [("-",)]),
        ("a", [("XQaZ", " a"), ("XQa", " a"), (" a",)]),
        ("mar", [("XQmarZ",), ("XQmar",), (" ma", "mar"), ("mar",)]),
        ("明", [("XQ 明Z",), ("XQ 明",), (" 明",)]),
        ("mailto:a@b.c", [("XQabcZ",), ("XQabc",), (" ab", "abc"), ("abc",)]),
    ],
)
def test_tiers_that_coincide_are_one(query: str, required: list[tuple[str, ...]]) -> None:
    assert [tier.required for tier in tiers(query)] == required


def test_a_former_tier_that_another_has_as_well_is_not_named() -> None:
    assert tiers("mar")[-1].former == (("XQmar",), (" ma", "mar"))
