"""Updates of a contact: fields, versions, keys and writers at once, on both databases."""

from dataclasses import replace
from threading import Barrier, Thread
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from crm_app.database.models import Contact
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.errors import (
    DuplicateEmail,
    IdempotencyKeyReused,
    StaleVersion,
    ValidationFailed,
)
from crm_app.services import contacts, history
from tests.factories import change, without_id
from tests.services.steps import create, get_all, names, update

pytestmark = pytest.mark.usefixtures("database")


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

    def test_without_a_difference_there_is_no_change(self, actor: Actor) -> None:
        contact = create(actor)
        assert update(actor, contact) == contact
        with transaction() as db:
            data = {"version": 1}
            updated = contacts.update_contact(db, actor, contact_id=contact.id, data=data)
            changes = history.list_changes(db, actor, contact_id=contact.id)
        assert updated.contact == contact
        assert [change.action for change in changes] == ["created"]

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

    def test_a_second_writer_waits_and_conflicts(self, actor: Actor) -> None:
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
