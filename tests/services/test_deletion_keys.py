"""A deletion that is sent again, and one that somebody else made."""

from uuid import UUID, uuid4

import pytest

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.errors import ContactNotFound, IdempotencyKeyReused
from crm_app.services import contacts
from tests.driving import actor_of, signed_in
from tests.factories import form


def delete(actor: Actor, contact_id: str, key: object = None) -> str:
    with transaction() as db:
        return contacts.delete_contact(db, actor, contact_id=contact_id, key=key).name


@pytest.fixture
def actor(database: str) -> Actor:
    return actor_of(signed_in())


@pytest.fixture
def contact_id(actor: Actor) -> str:
    with transaction() as db:
        return contacts.create_contact(db, actor, data=form()).id


def test_the_same_key_gives_the_first_result_again(actor: Actor, contact_id: str) -> None:
    key = str(uuid4())
    assert delete(actor, contact_id, key) == delete(actor, contact_id, key) == "Ada Lovelace"
    with transaction(read_only=True) as db:
        history = db.connection().exec_driver_sql(
            "SELECT 1 FROM contact_change WHERE action = 'deleted'"
        )
        assert len(history.all()) == 1


@pytest.mark.parametrize("key", [None, "", "no key", str(UUID(int=1))])
@pytest.mark.parametrize("first_key", [None, str(UUID(int=2))])
def test_another_key_finds_nothing(
    actor: Actor, contact_id: str, first_key: object, key: object
) -> None:
    delete(actor, contact_id, first_key)
    with pytest.raises(ContactNotFound):
        delete(actor, contact_id, key)


def restore(actor: Actor, contact_id: str) -> None:
    with transaction() as db:
        contacts.restore_contact(db, actor, contact_id=contact_id)


def is_living(actor: Actor, contact_id: str) -> bool:
    with transaction(read_only=True) as db:
        page = contacts.get_contacts(db, actor)
    return contact_id in {contact.id for contact in page.contacts}


def test_what_came_back_from_the_trash_can_be_deleted_again(actor: Actor, contact_id: str) -> None:
    for _ in range(2):
        delete(actor, contact_id, str(uuid4()))
        assert not is_living(actor, contact_id)
        restore(actor, contact_id)


def test_what_came_back_stays_when_its_deletion_is_sent_again(
    actor: Actor, contact_id: str
) -> None:
    keys = [str(uuid4()), str(uuid4())]
    for key in keys:
        delete(actor, contact_id, key)
        restore(actor, contact_id)
    for key in keys:
        delete(actor, contact_id, key)
        assert is_living(actor, contact_id)


def test_the_key_of_another_contacts_deletion_is_refused(actor: Actor, contact_id: str) -> None:
    key = str(uuid4())
    with transaction() as db:
        second = contacts.create_contact(db, actor, data=form(email="2@example.com"))
    delete(actor, second.id, key)
    with pytest.raises(IdempotencyKeyReused):
        delete(actor, contact_id, key)
    assert is_living(actor, contact_id)
