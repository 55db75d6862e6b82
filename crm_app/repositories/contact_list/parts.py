"""The parts of a filter, words, tags, company and what is missing, as each database finds them.

PostgreSQL is given all of them, and chooses. SQLite finds the contacts of one part, the smallest,
by an index, and looks at each for the others.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from crm_app.database.list_models import CONTACT_TAG
from crm_app.database.models import Contact
from crm_app.domain.contact_list.sorting import END
from crm_app.domain.contact_query import Missing
from crm_app.domain.folding import MARK
from crm_app.repositories.contact_list.filters import MAX_TAGGED_TERMS, Filter, Term
from crm_app.repositories.contacts import active_in

BOOKS = 60_000  # in each half of a book's trigram
ID: Any = col(Contact.id)
INDEX: Any = sa.table("contact_search", sa.column("rowid", sa.Integer))
_MATCH: Any = sa.column("contact_search").op("MATCH", is_comparison=True)
IS_FOUND = _MATCH(sa.bindparam("match"))


class Part(ABC):
    """One thing that a filter asks for."""

    @abstractmethod
    def ids(self, book_id: int) -> Any:
        """Return the statement by which SQLite finds the ids of its contacts."""

    @abstractmethod
    def condition(self, *, is_sqlite: bool) -> Any:
        """Return the condition by which a contact is one of them."""


@dataclass(frozen=True)
class Words(Part):
    """The words of a search, but not all words of a former tier."""

    terms: Sequence[Term]
    former: Sequence[Sequence[Term]]

    def ids(self, book_id: int) -> Any:
        """Unite those whose texts have all words with those that have some as tags."""
        tagged = [term for term in self.terms if term.tag_ids][:MAX_TAGGED_TERMS]
        found = [
            self._with_tags(book_id, chosen)
            for number in range(len(tagged) + 1)
            for chosen in combinations(tagged, number)
        ]
        return sa.union(*found) if len(found) > 1 else found[0]

    def _with_tags(self, book_id: int, chosen: Sequence[Term]) -> Any:
        rest = [term for term in self.terms if term not in chosen]
        if not chosen:
            return _by_words(book_id, rest, self.former)
        first, *others = chosen
        found = _tagged(first.tag_ids)
        number = CONTACT_TAG.c.contact_id
        found = found.where(*(number.in_(_tagged(term.tag_ids)) for term in others))
        found = found.where(*(number.not_in(_by_words(book_id, each)) for each in self.former))
        return found.where(number.in_(_by_words(book_id, rest))) if rest else found

    def condition(self, *, is_sqlite: bool) -> Any:
        """Look for each word in the text."""
        found = [_occurs(term, is_sqlite) for term in self.terms]
        for terms in self.former:
            found.append(sa.not_(sa.and_(*(_occurs(term, is_sqlite) for term in terms))))
        return sa.and_(*found)


@dataclass(frozen=True)
class Tags(Part):
    """One of the tags."""

    tag_ids: Sequence[int]

    def ids(self, book_id: int) -> Any:
        """Find them in the table of tags."""
        return _tagged(self.tag_ids)

    def condition(self, *, is_sqlite: bool) -> Any:
        """Look for the tags among those of the contact."""
        return _has_tag(self.tag_ids, is_sqlite)


@dataclass(frozen=True)
class OfCompany(Part):
    """A company, whose contacts follow each other in the order by company."""

    key: str

    def ids(self, book_id: int) -> Any:
        """Find them in that order."""
        return active_in(book_id).where(self._range()).with_only_columns(ID)

    def condition(self, *, is_sqlite: bool) -> Any:
        """Look at what the contact is sorted by."""
        return self._range()

    def _range(self) -> Any:
        order: Any = col(Contact.company_order)
        return sa.and_(order >= self.key + END, order < self.key + chr(ord(END) + 1))


@dataclass(frozen=True)
class Lacking(Part):
    """Something that is missing."""

    missing: Missing

    def ids(self, book_id: int) -> Any:
        """Find them in the index of those that lack it."""
        return active_in(book_id).where(self.condition(is_sqlite=True)).with_only_columns(ID)

    def condition(self, *, is_sqlite: bool) -> Any:
        """Look at what the contact has."""
        if self.missing is Missing.TAGS:
            return sa.literal_column("contact.tag_ids") == sa.literal_column(
                "'[]'" if is_sqlite else "'{}'"
            )
        return getattr(Contact, self.missing.value).is_(None)


def parts_of(wanted: Filter) -> list[Part]:
    """Return the parts of a filter."""
    parts: list[Part] = []
    if wanted.terms:
        parts.append(Words(wanted.terms, wanted.former))
    if wanted.tag_ids:
        parts.append(Tags(wanted.tag_ids))
    if wanted.company:
        parts.append(OfCompany(wanted.company))
    return [*parts, *map(Lacking, wanted.without)]


def match(book_id: int, terms: Sequence[Term], former: Sequence[Sequence[Term]] = ()) -> str:
    """Return the expression by which SQLite's index finds the book's contacts with all the terms.

    The trigram of the book stands in front of each text; no other text has its first character.
    """
    found = " AND ".join([f'"{book_mark(book_id)}"', *map(_phrase, terms)])
    for each in former:
        found = f"({found}) NOT ({' AND '.join(map(_phrase, each))})"
    return found


def book_mark(book_id: int) -> str:
    """Return the trigram of a book."""
    return "".join(map(chr, (1, 0xF0000 + book_id // BOOKS, 0xF0000 + book_id % BOOKS)))


def _phrase(term: Term) -> str:
    """Return the term as the index has it: two spaces before each word, three characters at least.

    A single mark is a word of its own.
    """
    spaced = f" {term.text}" if term.text == MARK else term.text
    return f'"{spaced.replace(" ", "  ").replace(chr(34), chr(34) * 2)}"'


def _by_words(book_id: int, terms: Sequence[Term], former: Sequence[Sequence[Term]] = ()) -> Any:
    return sa.select(INDEX.c.rowid).where(_MATCH(match(book_id, terms, former)))


def _tagged(tag_ids: Sequence[int]) -> Any:
    return sa.select(CONTACT_TAG.c.contact_id).where(CONTACT_TAG.c.tag_id.in_(tag_ids))


def _occurs(term: Term, is_sqlite: bool) -> Any:
    text = col(Contact.search_text)
    if is_sqlite:
        found: Any = sa.func.instr(text, term.text) > 0
    else:
        found = text.like(f"%{_escaped(term.text)}%", escape="/")
    return sa.or_(found, _has_tag(term.tag_ids, is_sqlite)) if term.tag_ids else found


def _escaped(term: str) -> str:
    return term.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _has_tag(tag_ids: Sequence[int], is_sqlite: bool) -> Any:
    if is_sqlite:
        own = CONTACT_TAG.c.contact_id == ID
        return sa.exists().where(own, CONTACT_TAG.c.tag_id.in_(tag_ids))
    column: Any = col(Contact.tag_ids)
    return column.op("&&")(sa.cast([*tag_ids], sa.ARRAY(sa.Integer)))
