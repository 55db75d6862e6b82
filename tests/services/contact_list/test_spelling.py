"""Spellings that are suggested for a search without a match, on both databases."""

from dataclasses import replace

import pytest

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.domain.contact_query import ContactQuery, Missing
from crm_app.services.contact_list import spelling
from tests.driving import actor_of, signed_in
from tests.services.steps import create, delete, get_all

pytestmark = pytest.mark.usefixtures("database")

ALL = ContactQuery()
PEOPLE = (
    ("Łucja Brandt", "lucja@brandt-daughters.example", "Brandt & Daughters"),
    ("Henryk Brandt", "henryk@brandt-daughters.example", "Brandt & Daughters"),
    ("Viktor Szalai", "v.szalai@duna-glass.example", "Ember & Brand"),
    ("Jürgen Müller", "jm@example.net", None),
    ("John Doe", "john2@example.com", "Acme"),
    ("田中太郎", "tanaka@example.jp", None),
)


@pytest.fixture
def actor() -> Actor:
    actor = actor_of(signed_in())
    for name, email, company in PEOPLE:
        create(actor, name=name, email=email, company=company, notes="")
    return actor


def suggest(actor: Actor, text: str, query: ContactQuery = ALL) -> dict[str, int]:
    with transaction(read_only=True) as db:
        found = spelling.suggest(db, actor, query=replace(query, text=text))
    assert all(one.is_exact for one in found)
    return {one.text: one.total for one in found}


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("brantd", {"brandt": 2, "brand": 3}),
        ("Szalay", {"szalai": 1}),
        ("müler", {"müller": 1}),
        ("jhon", {"john": 1}),
        ("johm", {"john": 1}),
        ("rohn", {"john": 1}),
        ("jonathan", {}),
        ("lucja brantd", {"lucja brandt": 1}),
        ("Brantd henryk", {"brandt henryk": 1}),
        ("henryk@brant-daughters.example", {"henryk@brandt-daughters.example": 1}),
        ("田中太朗", {"田中太郎": 1}),
        ("lucja szalai", {}),  # both are there, in different contacts
        ("lucyo brantd", {}),
        ("brantd 555", {}),
        ("jon2", {"john2": 1}),
        ("99999", {}),
        ("x", {}),
        ("%%%", {}),
        ("brantd " * 20, {}),
        ("\ud800brantd", {"brandt": 2, "brand": 3}),
    ],
)
def test_words_that_are_meant(actor: Actor, text: str, suggested: dict[str, int]) -> None:
    assert get_all(actor, text).total == 0
    assert [*suggest(actor, text).items()] == [*suggested.items()]
    for found, total in suggested.items():
        assert get_all(actor, found).total == total


def test_there_are_three_at_most_the_nearest_and_most_frequent_first(actor: Actor) -> None:
    for number, name in enumerate(("Marta", "Marsa", "Marna", "Marna", "Marka", "Martinas")):
        create(actor, name=name, email=f"{number}@example.com", company="", notes="")
    found = suggest(actor, "marxa")
    assert len(found) == 3
    assert next(iter(found.items())) == ("marna", 2)
    assert "martinas" not in found


def test_only_contacts_of_the_query_and_the_book_are_suggested(actor: Actor, other: Actor) -> None:
    create(other, name="Brantz", email="b@example.com", company="", notes="")
    assert suggest(other, "brantd") == {"brantz": 1}
    assert "brantz" not in suggest(actor, "brantd")
    without_company = ContactQuery(without=(Missing.COMPANY,))
    assert suggest(actor, "brantd", without_company) == {}
    assert suggest(actor, "mullre", without_company) == {"müller": 1}


def test_deleted_contacts_are_not_suggested(actor: Actor) -> None:
    delete(actor, get_all(actor, "szalai").contacts[0].id)
    assert suggest(actor, "szalay") == {}


def test_a_number_that_is_not_counted_to_its_end_is_said_to_go_on(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spelling, "COUNT_TO", 2)
    with transaction(read_only=True) as db:
        found = spelling.suggest(db, actor, query=ContactQuery("brantd"))
    assert [(one.total, one.is_exact) for one in found] == [(2, False), (2, False)]
