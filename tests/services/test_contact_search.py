"""The list of contacts and its search, on both databases."""

import pytest

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.errors import (
    ContactNotFound,
)
from crm_app.schemas.contacts import ContactPage
from crm_app.services import contacts
from tests.services.steps import create, get_all, names

pytestmark = pytest.mark.usefixtures("database")


class TestGet:
    def test_newest_first_and_a_page_of_fifty_with_the_true_total(self, actor: Actor) -> None:
        for number in range(53):
            create(actor, name=f"Person {number}", email=f"p{number}@example.com")
        page = get_all(actor)
        assert page.total == 53
        assert names(page) == [f"Person {number}" for number in range(52, 2, -1)]
        assert len(get_all(actor, limit=100).contacts) == 53

    @pytest.mark.parametrize(
        "query",
        ["nunez", "NÚÑEZ", "viento.example", "solar", "josé solar", "jo", "612 34", "  "],
    )
    def test_finds_words_in_name_email_company_and_phone(self, actor: Actor, query: str) -> None:
        create(actor)
        create(
            actor,
            name="José Núñez",
            email="jose@viento.example",
            company="Viento Solar",
            phone="+34 612 34 56 78",
        )
        assert "José Núñez" in names(get_all(actor, query))
        if query.strip():
            assert get_all(actor, query).total == 1

    @pytest.mark.parametrize("query", ["%", "_", "a%e", "\\", "' OR 1=1 --", "\x00", "\ud800"])
    def test_odd_queries_are_only_text(self, actor: Actor, query: str) -> None:
        create(actor)
        assert get_all(actor, query).total == (1 if query in ("\x00", "\ud800") else 0)

    @pytest.mark.parametrize("name", ["Jürgen Müller", "Juergen Mueller"])
    @pytest.mark.parametrize("query", ["müller", "muller", "mueller", "MUELL"])
    def test_umlauts_are_found_both_ways(self, actor: Actor, query: str, name: str) -> None:
        create(actor, name=name)
        assert names(get_all(actor, query)) == [name]

    @pytest.mark.parametrize(
        ("name", "phone", "query"),
        [
            ("Ann", "+1 202 555 0143", "(202) 555-0143"),
            ("Ann", "+49 (0) 30 123456 ext. 7", "030 123456"),
            ("王小明", "", "明"),
            ("J.R.R. Tolkien", "", "JRR"),
            ("فاطمة", "", "فاطمه"),
            ("❤ Anna", "", "❤️"),
        ],
    )
    def test_finds_what_is_meant(self, actor: Actor, name: str, phone: str, query: str) -> None:
        create(actor, name=name, phone=phone)
        create(actor, name="Bob", phone="", email="bob@example.com")
        assert names(get_all(actor, query)) == [name]

    def test_words_may_be_in_different_fields_the_notes_among_them(self, actor: Actor) -> None:
        create(actor)
        assert names(get_all(actor, "royal 7946 lovel engines")) == ["Ada Lovelace"]

    def test_shows_nothing_of_another_account(self, actor: Actor, other: Actor) -> None:
        contact = create(actor)
        assert get_all(other) == ContactPage([], 0)
        with pytest.raises(ContactNotFound), transaction(read_only=True) as db:
            contacts.get_contact(db, other, contact_id=contact.id)
