"""Contacts are created, deleted and restored within a quota and one account, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.errors import (
    ContactNotFound,
    CrmError,
    DuplicateEmail,
    IdempotencyKeyReused,
    QuotaReached,
    ValidationFailed,
)
from crm_app.schemas.contacts import ContactPage, ContactView
from crm_app.services import contacts
from tests.conftest import Configure
from tests.factories import ADA, change, without_id
from tests.services.steps import create, delete, get_all, restore, update

pytestmark = pytest.mark.usefixtures("database")
NOBODYS_ID = "01920000-0000-7000-8000-000000000000"


class TestQuota:
    def test_a_guest_is_refused_above_the_quota(
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

    def test_a_deletion_twice_is_not_found(self, actor: Actor) -> None:
        contact = create(actor)
        delete(actor, contact.id)
        with pytest.raises(ContactNotFound):
            delete(actor, contact.id)

    def test_a_contact_that_is_not_in_the_trash_is_restored_as_it_is(self, actor: Actor) -> None:
        contact = create(actor)
        assert restore(actor, contact.id) == contact


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
    messages = []
    for act in (
        lambda s: contacts.get_contact(s, other, contact_id=ids[whose]),
        lambda s: contacts.update_contact(s, other, contact_id=ids[whose], data=data),
        lambda s: contacts.delete_contact(s, other, contact_id=ids[whose]),
        lambda s: contacts.restore_contact(s, other, contact_id=ids[whose]),
    ):
        with pytest.raises(ContactNotFound) as caught, transaction() as db:
            act(db)
        messages.append(caught.value.message)
    assert set(messages) == {"This contact no longer exists"}
    assert get_all(actor).contacts == [contact]
