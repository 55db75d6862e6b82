"""Statements that list and count the contacts that a query asks for.

SQLite finds words by the table `contact_search`, an index of trigrams that triggers keep; revision
0010 made it. PostgreSQL finds them by an index of the column itself.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from crm_app.database.models import AddressBook, Contact
from crm_app.domain.actor import Actor
from crm_app.domain.contact_fields import NAMES
from crm_app.domain.contact_query import ContactQuery
from crm_app.domain.folding import MARK
from crm_app.domain.search_text import search_terms
from crm_app.repositories import counts
from crm_app.repositories.contacts import active_in

SHOWN = ("public_id", *NAMES, "version", "created_at", "updated_at", "deleted_at")
BOOKS = 60_000  # in each half of a book's trigram
INDEX: Any = sa.table("contact_search", sa.column("rowid", sa.Integer))
IS_FOUND = sa.column("contact_search").op("MATCH", is_comparison=True)(sa.bindparam("match"))


def search(db: Session, actor: Actor, query: ContactQuery, place: int | None) -> Sequence[Any]:
    """Return what is `SHOWN` of the query's contacts, those after the place if there is one.

    One more than the query's limit shows that there are others. On SQLite each has the `revision`
    of the book as well, at which the query can be counted.

    They are rows: objects that are watched for changes take longer than the statement.
    """
    terms, has_index = search_terms(query.text), _has_index(db)
    values = {"book_id": actor.book_id, "limit": query.rows + 1, "place": place}
    if terms and has_index:
        statement = _page_of_index(place is not None)
        values |= {"match": match(actor.book_id, terms)}
    else:
        statement = _page(len(terms), place is not None, has_index)
        values |= _patterns(terms)
    return db.connection().execute(statement, values).all()


def count(db: Session, actor: Actor, query: ContactQuery, rows: Sequence[Any] = ()) -> int:
    """Return how many contacts the query has on all its pages.

    If this transaction found some of its rows before, it is not counted again before the book
    changes.
    """
    terms, has_index = search_terms(query.text), _has_index(db)
    if terms and has_index:
        statement, values = _count_of_index(), {"match": match(actor.book_id, terms)}
    else:
        statement, values = _count(len(terms)), {"book_id": actor.book_id} | _patterns(terms)

    def count_now() -> int:
        return db.connection().execute(statement, values).scalar_one()

    if not (rows and has_index):
        return count_now()
    return counts.get(db, actor.book_id, rows[0].revision, terms, count_now)


def _has_index(db: Session) -> bool:
    """Return whether words are found by a table: PostgreSQL needs none."""
    return db.connection().dialect.name == "sqlite"


def match(book_id: int, terms: Sequence[str]) -> str:
    """Return the expression that finds the book's contacts with all the terms.

    The trigram of the book stands in front of each text; no other text has its first character.
    """
    book = "".join(map(chr, (1, 0xF0000 + book_id // BOOKS, 0xF0000 + book_id % BOOKS)))
    return " AND ".join(f'"{phrase}"' for phrase in (book, *map(_phrase, terms)))


def _phrase(term: str) -> str:
    """Return the term as the index has it: two spaces before each word, three characters at least.

    A single mark is a word of its own.
    """
    spaced = f" {term}" if term == MARK else term
    return spaced.replace(" ", "  ").replace('"', '""')


def _patterns(terms: Sequence[str]) -> dict[str, Any]:
    return {f"term{n}": f"%{_escaped(term)}%" for n, term in enumerate(terms)}


def _escaped(term: str) -> str:
    return term.replace("/", "//").replace("%", "/%").replace("_", "/_")


@cache
def _page_of_index(is_continued: bool) -> Any:
    """Return the statement, which is built once: that takes longer than running it."""
    found = sa.select(INDEX.c.rowid).where(IS_FOUND)
    if is_continued:
        found = found.where(INDEX.c.rowid < sa.bindparam("place"))
    found = found.order_by(INDEX.c.rowid.desc()).limit(sa.bindparam("limit"))
    active = active_in(sa.bindparam("book_id"))
    return _newest_first(active.where(col(Contact.id).in_(found)), has_revision=True)


@cache
def _count_of_index() -> Any:
    return sa.select(sa.func.count()).select_from(INDEX).where(IS_FOUND)


@cache
def _page(terms: int, is_continued: bool, has_revision: bool) -> Any:
    found = _matching(terms)
    if is_continued:
        found = found.where(col(Contact.id) < sa.bindparam("place"))
    return _newest_first(found, has_revision).limit(sa.bindparam("limit"))


@cache
def _count(terms: int) -> Any:
    return _matching(terms).with_only_columns(sa.func.count(), maintain_column_froms=True)


def _newest_first(found: Any, has_revision: bool) -> Any:
    shown: list[Any] = [getattr(Contact, name) for name in SHOWN]
    if has_revision:
        book = col(AddressBook.id) == sa.bindparam("book_id")
        shown.append(
            sa.select(col(AddressBook.revision)).where(book).scalar_subquery().label("revision")
        )
    return found.with_only_columns(*shown).order_by(col(Contact.id).desc())


def _matching(terms: int) -> Any:
    text = col(Contact.search_text)
    matches = (text.like(sa.bindparam(f"term{n}"), escape="/") for n in range(terms))
    return active_in(sa.bindparam("book_id")).where(*matches)
