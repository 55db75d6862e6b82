"""The rules of contacts, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col

from crm_app.database.models import Contact
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.errors import (
    ContactNotFound,
    CrmError,
    DuplicateEmail,
    IdempotencyKeyReused,
    QuotaReached,
    StaleVersion,
    ValidationFailed,
)
from crm_app.schemas.contacts import ContactPage, ContactView
from crm_app.services import contacts
from tests.conftest import Configure
from tests.driving import actor_of, signed_in
from tests.factories import ADA, change, form, without_id

pytestmark = pytest.mark.usefixtures("database")

NOBODYS_ID = "01920000-0000-7000-8000-000000000000"


@pytest.fixture
def actor() -> Actor:
    return actor_of(signed_in())


@pytest.fixture
def other() -> Actor:
    return actor_of(signed_in())


def create(actor: Actor, **fields: object) -> ContactView:
    with transaction() as db:
        return contacts.create_contact(db, actor, data=form(**fields))


def get_all(actor: Actor, query: str = "", limit: int = 50) -> ContactPage:
    with transaction(read_only=True) as db:
        return contacts.get_contacts(db, actor, query=query, limit=limit)


def update(actor: Actor, contact: ContactView, **fields: object) -> ContactView:
    with transaction() as db:
        data = without_id(change(contact, **fields))
        return contacts.update_contact(db, actor, contact_id=contact.id, data=data).contact


def delete(actor: Actor, contact_id: str) -> ContactView:
    with transaction() as db:
        return contacts.delete_contact(db, actor, contact_id=contact_id)


def restore(actor: Actor, contact_id: str) -> ContactView:
    with transaction() as db:
        return contacts.restore_contact(db, actor, contact_id=contact_id)


def names(page: ContactPage) -> list[str]:
    return [contact.name for contact in page.contacts]


class TestQuota:
    def test_a_guest_is_told_when_there_is_no_room(
        self, actor: Actor, other: Actor, configure: Configure
    ) -> None:
        configure(CRM_LIMIT_CONTACTS_PER_GUEST="2")
        first = create(actor, email="1@example.com")
        create(actor, email="2@example.com")
        with pytest.raises(QuotaReached) as caught:
            create(actor, email="3@example.com")
        assert caught.value.message == (
            "A guest can keep 2 contacts, deleted ones included for 30 days. Create an account to "
            "keep more."
        )
        assert get_all(actor).total == 2
        create(other, email="3@example.com")
        delete(actor, first.id)
        with pytest.raises(QuotaReached):
            create(actor, email="3@example.com")
        with transaction() as db:
            contacts.restore_contact(db, actor, contact_id=first.id)
        assert get_all(actor).total == 2

    def test_an_account_has_its_own_quota(self, actor: Actor, configure: Configure) -> None:
        configure(CRM_LIMIT_CONTACTS_PER_GUEST="1", CRM_LIMIT_CONTACTS_PER_ACCOUNT="2")
        actor = replace(actor, is_guest=False)
        for number in range(2):
            create(actor, email=f"{number}@example.com")
        with pytest.raises(QuotaReached, match="An account can keep 2 contacts"):
            create(actor, email="3@example.com")

    def test_a_form_that_comes_twice_needs_room_once(
        self, actor: Actor, configure: Configure
    ) -> None:
        configure(CRM_LIMIT_CONTACTS_PER_GUEST="1")
        key = "01a205d5-2715-4646-bc3b-de5b822eccc4"
        assert create(actor, idempotency_key=key) == create(actor, idempotency_key=key)


class TestCreate:
    def test_stores_what_was_typed(self, actor: Actor) -> None:
        before = datetime.now(UTC)
        contact = create(actor)
        assert {name: getattr(contact, name) for name in ADA} == ADA
        assert contact.version == 1
        assert before <= contact.created_at <= datetime.now(UTC)
        assert contact.created_at.tzinfo is UTC
        assert get_all(actor) == ContactPage([contact], 1)

    def test_ids_are_in_the_order_of_time(self, actor: Actor) -> None:
        first, second = create(actor), create(actor, email="b@example.com")
        assert first.id < second.id

    def test_empty_optional_values_are_null(self, actor: Actor) -> None:
        contact = create(actor, company=" ", phone="", notes="\n")
        assert (contact.company, contact.phone, contact.notes) == (None, None, None)

    def test_reports_all_wrong_fields_at_once(self, actor: Actor) -> None:
        with pytest.raises(ValidationFailed) as caught:
            create(
                actor, name="", email="nonsense", company="c" * 101, phone="1" * 41, notes="n" * 501
            )
        assert set(caught.value.field_errors) == {"name", "email", "company", "phone", "notes"}
        assert get_all(actor).total == 0

    @pytest.mark.parametrize("email", ["ada@analytical.engine", "ADA@Analytical.Engine"])
    def test_refuses_an_email_that_is_taken(self, actor: Actor, email: str) -> None:
        create(actor)
        with pytest.raises(DuplicateEmail) as caught:
            create(actor, email=email)
        assert caught.value.field_errors == {"email": "A contact with this email already exists"}

    def test_compares_emails_composed_and_case_folded(self, actor: Actor) -> None:
        create(actor, email="ren\u00e9@example.com")
        with pytest.raises(DuplicateEmail):
            create(actor, email="RENE\u0301@example.com")

    def test_takes_the_spellings_of_a_domain_for_one_and_two_domains_for_two(
        self, actor: Actor
    ) -> None:
        create(actor, email="info@m\u00fcnchen.example")
        for spelling in ("info@xn--mnchen-3ya.example", "info@M\u00dcNCHEN.example"):
            with pytest.raises(DuplicateEmail):
                create(actor, email=spelling)
        create(actor, email="info@stra\u00dfe.example")
        create(actor, email="info@strasse.example")
        assert get_all(actor).total == 3

    def test_another_account_may_have_the_same_email(self, actor: Actor, other: Actor) -> None:
        create(actor)
        create(other)
        assert get_all(actor).total == get_all(other).total == 1

    def test_the_same_form_twice_creates_one_contact(self, actor: Actor) -> None:
        key = str(uuid4())
        first = create(actor, idempotency_key=key)
        assert create(actor, idempotency_key=key) == first
        assert get_all(actor).total == 1

    def test_a_form_at_the_same_moment_on_two_connections_creates_one(self, actor: Actor) -> None:
        key, barrier = str(uuid4()), Barrier(4)
        results: list[ContactView | CrmError] = []

        def submit() -> None:
            barrier.wait()
            try:
                results.append(create(actor, idempotency_key=key))
            except CrmError as error:
                results.append(error)

        threads = [Thread(target=submit) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(results) == 4
        assert all(result == results[0] for result in results)
        assert get_all(actor).total == 1

    def test_a_key_does_not_stand_for_other_values(self, actor: Actor) -> None:
        key = str(uuid4())
        create(actor, idempotency_key=key)
        with pytest.raises(IdempotencyKeyReused):
            create(actor, idempotency_key=key, name="Augusta")

    def test_a_late_retry_gives_the_contact_as_it_is_now(self, actor: Actor) -> None:
        key = str(uuid4())
        changed = update(actor, create(actor, idempotency_key=key), name="Augusta")
        assert create(actor, idempotency_key=key) == changed

    def test_a_key_does_not_stand_for_other_values_later_either(self, actor: Actor) -> None:
        key = str(uuid4())
        first = create(actor, idempotency_key=key)
        update(actor, first, name="Augusta")
        with pytest.raises(IdempotencyKeyReused):
            create(actor, idempotency_key=key, name="Bob", email="bob@example.com")
        delete(actor, first.id)
        with pytest.raises(IdempotencyKeyReused):
            create(actor, idempotency_key=key)
        assert get_all(actor).total == 0

    def test_a_key_means_nothing_to_another_account(self, actor: Actor, other: Actor) -> None:
        key = str(uuid4())
        assert create(actor, idempotency_key=key).id != create(other, idempotency_key=key).id


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

    def test_notes_are_not_searched(self, actor: Actor) -> None:
        create(actor)
        assert get_all(actor, "royal").total == 0

    def test_shows_nothing_of_another_account(self, actor: Actor, other: Actor) -> None:
        contact = create(actor)
        assert get_all(other) == ContactPage([], 0)
        with pytest.raises(ContactNotFound), transaction(read_only=True) as db:
            contacts.get_contact(db, other, contact_id=contact.id)


class TestUpdate:
    def test_changes_fields_and_counts_the_version(self, actor: Actor) -> None:
        contact = create(actor)
        changed = update(actor, contact, name="Ada King", phone="", notes="New")
        assert (changed.name, changed.phone, changed.notes) == ("Ada King", None, "New")
        assert changed.version == 2
        assert changed.created_at == contact.created_at
        assert changed.updated_at > contact.updated_at
        assert get_all(actor, "king").contacts == [changed]
        assert get_all(actor, "lovelace").total == 0

    def test_fields_that_are_not_given_stay(self, actor: Actor) -> None:
        contact = create(actor)
        with transaction() as db:
            data = {"version": 1, "company": "Babbage & Co"}
            updated = contacts.update_contact(db, actor, contact_id=contact.id, data=data)
        changed = updated.contact
        assert (changed.name, changed.phone, changed.company) == (
            contact.name,
            contact.phone,
            "Babbage & Co",
        )

    def test_refuses_invalid_fields(self, actor: Actor) -> None:
        contact = create(actor)
        with pytest.raises(ValidationFailed) as caught:
            update(actor, contact, name=" ", email="")
        assert set(caught.value.field_errors) == {"name", "email"}
        assert get_all(actor).contacts == [contact]

    def test_refuses_a_stale_version(self, actor: Actor) -> None:
        contact = create(actor)
        changed = update(actor, contact, name="Ada King")
        with pytest.raises(StaleVersion):
            update(actor, contact, name="Countess")
        assert get_all(actor).contacts == [changed]

    def test_the_same_update_twice_is_made_once(self, actor: Actor) -> None:
        contact = create(actor)
        edit = {"name": "Ada King", "idempotency_key": str(UUID(int=1))}
        changed = update(actor, contact, **edit)
        assert update(actor, contact, **edit) == changed
        assert changed.version == 2

    def test_a_key_stands_for_the_fields_and_not_for_their_values_alone(self, actor: Actor) -> None:
        contact, key = create(actor), str(UUID(int=1))

        def set_one(**fields: str) -> None:
            data = {"version": 1, "idempotency_key": key, **fields}
            with transaction() as db:
                contacts.update_contact(db, actor, contact_id=contact.id, data=data)

        set_one(company="1815")
        with pytest.raises(IdempotencyKeyReused):
            set_one(phone="1815")

    def test_a_second_writer_waits_and_is_told(self, actor: Actor) -> None:
        contact = create(actor)
        outcomes: list[str] = []

        def save() -> None:
            try:
                update(actor, contact, name="Second")
            except StaleVersion:
                outcomes.append("stale")

        with transaction() as db:
            data = without_id(change(contact, name="First"))
            contacts.update_contact(db, actor, contact_id=contact.id, data=data)
            second = Thread(target=save)
            second.start()
            second.join(0.3)
            assert second.is_alive()
        second.join()
        assert outcomes == ["stale"]
        assert names(get_all(actor)) == ["First"]

    def test_refuses_another_contacts_email_but_keeps_its_own(self, actor: Actor) -> None:
        create(actor, email="grace@navy.example")
        contact = create(actor)
        with pytest.raises(DuplicateEmail):
            update(actor, contact, email="Grace@navy.example")
        assert update(actor, contact, email="ADA@analytical.engine").version == 2

    def test_one_whose_key_is_from_before_keeps_it(self, actor: Actor) -> None:
        create(actor, email="info@xn--mnchen-3ya.example")
        twin = create(actor, email="other@example.com")
        email = "info@m\u00fcnchen.example"
        with transaction() as db:
            values = {"email": email, "email_key": email}
            db.connection().execute(
                sa.update(Contact).where(col(Contact.email) == "other@example.com").values(**values)
            )
        changed = update(actor, replace(twin, email=email), notes="Changed")
        assert changed.notes == "Changed"

    def test_two_at_once_on_one_version_let_one_through(self, actor: Actor) -> None:
        contact, barrier = create(actor), Barrier(2)
        outcomes: list[str] = []

        def save(name: str) -> None:
            barrier.wait()
            try:
                update(actor, contact, name=name)
                outcomes.append("saved")
            except StaleVersion:
                outcomes.append("stale")

        threads = [Thread(target=save, args=(name,)) for name in ("A", "B")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["saved", "stale"]
        assert get_all(actor).contacts[0].version == 2


class TestDeleteAndRestore:
    def test_moves_to_the_trash_and_back_to_its_place(self, actor: Actor) -> None:
        first, second = create(actor), create(actor, email="b@example.com", name="B")
        delete(actor, first.id)
        assert get_all(actor) == ContactPage([second], 1)
        back = restore(actor, first.id)
        assert back == replace(first, version=3, updated_at=back.updated_at)
        assert get_all(actor) == ContactPage([second, back], 2)

    def test_frees_the_email_at_once(self, actor: Actor) -> None:
        delete(actor, create(actor).id)
        assert create(actor).email == ADA["email"]

    def test_undo_that_would_collide_says_so(self, actor: Actor) -> None:
        contact = create(actor)
        delete(actor, contact.id)
        create(actor)
        with pytest.raises(DuplicateEmail):
            restore(actor, contact.id)
        assert get_all(actor).total == 1

    def test_twice_is_not_found(self, actor: Actor) -> None:
        contact = create(actor)
        delete(actor, contact.id)
        with pytest.raises(ContactNotFound):
            delete(actor, contact.id)
        restore(actor, contact.id)
        with pytest.raises(ContactNotFound):
            restore(actor, contact.id)


@pytest.mark.parametrize("whose", ["another's", "nobody's", "nonsense", "none", "number"])
def test_a_contact_of_another_account_is_like_none(actor: Actor, other: Actor, whose: str) -> None:
    contact = create(actor)
    ids: dict[str, Any] = {
        "another's": contact.id,
        "nobody's": NOBODYS_ID,
        "nonsense": "'; DROP TABLE contact; --\ud800",
        "none": None,
        "number": 1,
    }
    data = without_id(change(contact, name="Stolen"))
    answers = []
    for act in (
        lambda s: contacts.get_contact(s, other, contact_id=ids[whose]),
        lambda s: contacts.update_contact(s, other, contact_id=ids[whose], data=data),
        lambda s: contacts.delete_contact(s, other, contact_id=ids[whose]),
        lambda s: contacts.restore_contact(s, other, contact_id=ids[whose]),
    ):
        with pytest.raises(ContactNotFound) as caught, transaction() as db:
            act(db)
        answers.append(caught.value.message)
    assert set(answers) == {"This contact no longer exists"}
    assert get_all(actor).contacts == [contact]
