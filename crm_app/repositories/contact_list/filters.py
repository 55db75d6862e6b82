"""Which contacts a query has, as a statement says it: on SQLite by the search index."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from crm_app.database.list_models import token
from crm_app.database.models import Contact
from crm_app.domain.contact_list.sorting import END, company_key
from crm_app.domain.contact_list.tags import tag_key
from crm_app.domain.contact_query import ContactQuery, Missing
from crm_app.domain.folding import MARK, fold
from crm_app.domain.search_text import search_terms
from crm_app.repositories import tags

BOOK_MARK, LACKS = "\x01", "\x03-"
INDEX: Any = sa.table("contact_search", sa.column("rowid", sa.Integer))
IS_FOUND = sa.column("contact_search").op("MATCH", is_comparison=True)(sa.bindparam("match"))
MATCHES = (col(Contact.id).in_(sa.select(INDEX.c.rowid).where(IS_FOUND)),)
WITHOUT: dict[Missing, Any] = {
    missing: getattr(Contact, missing.value).is_(None)
    for missing in Missing
    if missing is not Missing.TAGS
}


@dataclass(frozen=True, slots=True)
class Term:
    """What must occur in a contact's search text, or else one of the tags."""

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
        return not (self.company or self.needs_index)

    @property
    def needs_index(self) -> bool:
        """Whether SQLite finds its contacts by the search index."""
        return bool(self.terms or self.tag_ids or self.without)


def make(db: Session, book_id: int, query: ContactQuery) -> Filter | None:
    """Return the filter of a query; None where a tag does not exist, so that it has no contacts."""
    needs_tags = query.tags or query.text
    known = {tag.key: tag.id for tag in tags.list_all(db, book_id)} if needs_tags else {}
    wanted = [known.get(tag_key(name)) for name in query.tags]
    tag_ids = tuple(number for number in wanted if number)
    if query.tags and not tag_ids:
        return None
    folded = {fold(key): number for key, number in known.items()}

    def term(text: str) -> Term:
        word = text.replace(" ", "")
        return Term(text, tuple(n for key, n in folded.items() if word in key.replace(" ", "")))

    return Filter(
        book_id,
        terms=tuple(map(term, search_terms(query.text))),
        tag_ids=tag_ids,
        company=company_key(query.company) if query.company else "",
        without=query.without,
    )


def tiers(whole: Filter, query: ContactQuery) -> Sequence[Filter]:
    """Return the parts of a search, the best matches first; no contact is in two of them."""
    return [replace(whole)]


def match(wanted: Filter) -> str:
    """Return the expression by which SQLite's index finds the contacts.

    The trigram of the book stands in front of each text.
    """
    parts = [f'"{token(wanted.book_id, BOOK_MARK)}"', *map(_match_of, wanted.terms)]
    if wanted.tag_ids:
        parts.append(_any_tag(wanted.tag_ids))
    parts += [_quoted(f"{LACKS}{missing.value[0]}") for missing in wanted.without]
    found = " AND ".join(parts)
    for terms in wanted.former:
        found = f"({found}) NOT ({' AND '.join(map(_match_of, terms))})"
    return found


def _match_of(term: Term) -> str:
    phrase = f'"{_phrase(term.text)}"'
    return f"({phrase} OR {_any_tag(term.tag_ids)})" if term.tag_ids else phrase


def _any_tag(tag_ids: Sequence[int]) -> str:
    return f"({' OR '.join(_quoted(token(number)) for number in tag_ids)})"


def _quoted(phrase: str) -> str:
    return f'"{phrase}"'


def _phrase(term: str) -> str:
    """Return the term as the index has it: two spaces before each word, three characters at least.

    A single mark is a word of its own.
    """
    spaced = f" {term}" if term == MARK else term
    return spaced.replace(" ", "  ").replace('"', '""')


def of_company(key: str) -> list[Any]:
    """Return the conditions for the contacts of a company, which follow each other by it."""
    order: Any = col(Contact.company_order)
    return [order >= key + END, order < key + chr(ord(END) + 1)]


def conditions(wanted: Filter) -> list[Any]:
    """Return the conditions by which PostgreSQL finds what SQLite finds by its index."""
    found = [_condition(term) for term in wanted.terms]
    found += [sa.not_(sa.and_(*map(_condition, terms))) for terms in wanted.former]
    if wanted.tag_ids:
        found.append(_has_tag(wanted.tag_ids))
    return found + [_lacks(missing) for missing in wanted.without]


def _condition(term: Term) -> Any:
    pattern = f"%{_escaped(term.text)}%"
    occurs = col(Contact.search_text).like(pattern, escape="/")
    return sa.or_(occurs, _has_tag(term.tag_ids)) if term.tag_ids else occurs


def _escaped(term: str) -> str:
    return term.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _has_tag(tag_ids: Sequence[int]) -> Any:
    column: Any = col(Contact.tag_ids)
    return column.op("&&")(sa.cast(list(tag_ids), sa.ARRAY(sa.Integer)))


def _lacks(missing: Missing) -> Any:
    if missing is Missing.TAGS:
        column: Any = col(Contact.tag_ids)
        return column == sa.cast([], sa.ARRAY(sa.Integer))
    return WITHOUT[missing]
