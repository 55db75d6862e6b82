"""What a query asks for, with the tags and companies of the book looked up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlmodel import Session

from crm_app.domain.contact_list.sorting import company_key
from crm_app.domain.contact_list.tags import tag_key
from crm_app.domain.contact_query import ContactQuery, Missing
from crm_app.domain.folding import fold
from crm_app.domain.search import ranking
from crm_app.domain.search_text import search_terms
from crm_app.repositories import tags

MAX_TAGGED_TERMS = 3  # words of a search that are looked for in the names of tags, too


@dataclass(frozen=True, slots=True)
class Term:
    """What must occur in a contact's search text, or else in the name of one of these tags."""

    text: str
    tag_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """The contacts of a book with all the terms, but for those with all terms of a former tier.

    They have one of the tags, if there are any, and the company with this key.
    """

    book_id: int
    terms: tuple[Term, ...] = ()
    former: tuple[tuple[Term, ...], ...] = ()
    tag_ids: tuple[int, ...] = ()
    company: str = ""
    without: tuple[Missing, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether it has all contacts of the book."""
        return self == Filter(self.book_id)

    @property
    def is_text(self) -> bool:
        """Whether it only has words, none of which is in the name of a tag."""
        return self == Filter(self.book_id, self.terms, self.former) and not any(
            term.tag_ids for term in self.terms
        )


def make(db: Session, book_id: int, query: ContactQuery) -> Filter | None:
    """Return the filter of a query; None where a tag does not exist, so that it has no contacts."""
    known: dict[str, int] = {}
    if query.tags or query.text:
        known = {tag.key: tag.id for tag in tags.list_all(db, book_id)}
    tag_ids = tuple(known[key] for key in map(tag_key, query.tags) if key in known)
    if query.tags and not tag_ids:
        return None
    joined = {fold(key).replace(" ", ""): number for key, number in known.items()}
    terms = [*map(partial(_term, joined), search_terms(query.text))]
    return Filter(
        book_id,
        terms=tuple(terms),
        tag_ids=tag_ids,
        company=company_key(query.company) if query.company.strip() else "",
        without=query.without,
    )


def _term(tag_names: dict[str, int], text: str) -> Term:
    word = text.replace(" ", "")
    return Term(text, tuple(number for name, number in tag_names.items() if word in name))


def tiers(whole: Filter, query: ContactQuery) -> Sequence[Filter]:
    """Return the parts of a search, the best matches first; no contact is in two of them.

    Those that have a word only in the name of a tag are in the last.
    """
    if not (query.is_ranked and whole.terms):
        return [whole]
    *better, last = ranking.tiers(query.text)
    found = [replace(whole, terms=_terms(tier.required), former=_former(tier)) for tier in better]
    return [*found, replace(whole, former=_former(last))]


def _terms(texts: Sequence[str]) -> tuple[Term, ...]:
    return tuple(map(Term, texts))


def _former(tier: ranking.Tier) -> tuple[tuple[Term, ...], ...]:
    return tuple(map(_terms, tier.former))
