"""The history of a contact, and undoing one change of it."""

from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col

from crm_app.database.models import Contact, ContactChange
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.errors import (
    ChangeNotFound,
    ContactNotFound,
    DuplicateEmail,
    EditConflict,
    IdempotencyKeyReused,
)
from crm_app.schemas.contacts import ChangeView, ContactView
from crm_app.services import contacts, history
from tests.driving import actor_of, signed_in
from tests.factories import ADA, form

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def ada(actor: Actor) -> ContactView:
    return do(contacts.create_contact, actor, data=form())


def do(service: Any, actor: Actor, **arguments: Any) -> Any:
    with transaction() as db:
        return service(db, actor, **arguments)


def update(actor: Actor, contact: ContactView, **fields: object) -> ContactView:
    data = {"version": contact.version, **fields}
    return do(contacts.update_contact, actor, contact_id=contact.id, data=data).contact


def undo(actor: Actor, contact: ContactView, version: int) -> ContactView:
    return do(history.undo_change, actor, contact_id=contact.id, version=version)


def changes(actor: Actor, contact: ContactView) -> list[ChangeView]:
    return do(history.list_changes, actor, contact_id=contact.id)


def test_every_change_is_an_entry_with_old_and_new_values(actor: Actor, ada: ContactView) -> None:
    update(actor, ada, name="Ada King", company="")
    do(contacts.delete_contact, actor, contact_id=ada.id)
    do(contacts.restore_contact, actor, contact_id=ada.id)
    found = changes(actor, ada)
    assert [(change.version, change.action) for change in found] == [
        (4, "restored"),
        (3, "deleted"),
        (2, "updated"),
        (1, "created"),
    ]
    assert found[3].changes == {field: (None, value) for field, value in ADA.items()}
    assert found[2].changes == {
        "name": ("Ada Lovelace", "Ada King"),
        "company": ("Analytical Engines", None),
    }
    assert all(change.is_own and change.via == "" for change in found)


def test_merged_edits_are_entries_of_their_own(actor: Actor, ada: ContactView) -> None:
    update(actor, ada, phone="1")
    base = '{"name": "%s", "email": "%s", "company": "%s", "phone": "%s", "notes": "%s"}'
    update(actor, ada, name="Ada King", base=base % tuple(ADA.values()))
    assert [set(change.changes) for change in changes(actor, ada)[:2]] == [{"name"}, {"phone"}]


def test_an_edit_is_undone_by_another_change(actor: Actor, ada: ContactView) -> None:
    update(actor, ada, name="Ada King", notes="")
    back = undo(actor, ada, 2)
    assert (back.name, back.notes, back.version) == (ADA["name"], ADA["notes"], 3)
    assert changes(actor, ada)[0].changes["name"] == ("Ada King", "Ada Lovelace")
    again = undo(actor, ada, 3)
    assert (again.name, again.notes) == ("Ada King", None)


def test_other_fields_that_were_changed_since_stay(actor: Actor, ada: ContactView) -> None:
    second = update(actor, ada, name="Ada King")
    update(actor, second, phone="1")
    assert undo(actor, ada, 2).phone == "1"


def test_a_field_that_was_changed_again_is_a_conflict(actor: Actor, ada: ContactView) -> None:
    second = update(actor, ada, name="Ada King")
    update(actor, second, name="Countess")
    with pytest.raises(EditConflict) as caught:
        undo(actor, ada, 2)
    assert tuple(caught.value.collisions) == ("name",)
    assert do(contacts.get_contact, actor, contact_id=ada.id).name == "Countess"


def test_a_deletion_and_a_creation_are_undone(actor: Actor, ada: ContactView) -> None:
    do(contacts.delete_contact, actor, contact_id=ada.id)
    assert undo(actor, ada, 2).deleted_at is None
    other = do(contacts.create_contact, actor, data=form(email="other@example.com"))
    assert undo(actor, other, 1).deleted_at is not None


def test_what_is_undone_already_stays_as_it_is(actor: Actor, ada: ContactView) -> None:
    do(contacts.delete_contact, actor, contact_id=ada.id)
    for version in (1, 1):
        assert undo(actor, ada, version).version == 2
    undo(actor, ada, 2)
    assert undo(actor, ada, 2).version == 3
    update(actor, undo(actor, ada, 2), name="Ada King")
    undo(actor, ada, 4)
    assert undo(actor, ada, 4).version == 5


@pytest.mark.parametrize("version", [1, 3])
def test_a_contact_that_was_restored_since_is_not_deleted(
    actor: Actor, ada: ContactView, version: int
) -> None:
    if version == 3:
        do(contacts.delete_contact, actor, contact_id=ada.id)
        do(contacts.restore_contact, actor, contact_id=ada.id)
    assert undo(actor, ada, version).deleted_at is not None
    restored = do(contacts.restore_contact, actor, contact_id=ada.id)
    again = undo(actor, ada, version)
    assert (again.deleted_at, again.version) == (None, restored.version)
    assert undo(actor, ada, restored.version).deleted_at is not None


def test_an_edit_that_was_made_again_since_stays(actor: Actor, ada: ContactView) -> None:
    update(actor, ada, name="Ada King", company="")
    assert undo(actor, ada, 2).name == ADA["name"]
    assert undo(actor, ada, 3).name == "Ada King"
    assert undo(actor, ada, 2).version == 4
    assert undo(actor, ada, 4).name == ADA["name"]


def test_edits_are_undone_one_after_the_other(actor: Actor, ada: ContactView) -> None:
    update(actor, update(actor, ada, name="Second"), name="Third")
    assert undo(actor, ada, 3).name == "Second"
    assert undo(actor, ada, 2).name == ADA["name"]
    assert undo(actor, ada, 2).version == 5


def test_with_the_same_key_a_change_is_undone_once(actor: Actor, ada: ContactView) -> None:
    do(contacts.delete_contact, actor, contact_id=ada.id)
    key = str(uuid4())

    def undo_with_key(version: int) -> ContactView:
        return do(history.undo_change, actor, contact_id=ada.id, version=version, key=key)

    assert undo_with_key(2).version == 3
    update(actor, undo_with_key(2), name="Ada King")
    assert undo_with_key(2).version == 4
    with pytest.raises(IdempotencyKeyReused):
        undo_with_key(4)
    assert do(contacts.get_contact, actor, contact_id=ada.id).name == "Ada King"


def test_an_undo_that_collides_says_so(actor: Actor, ada: ContactView) -> None:
    do(contacts.delete_contact, actor, contact_id=ada.id)
    do(contacts.create_contact, actor, data=form())
    with pytest.raises(DuplicateEmail):
        undo(actor, ada, 2)


def test_only_members_see_and_undo(actor: Actor, ada: ContactView) -> None:
    other = actor_of(signed_in())
    for work in (lambda: changes(other, ada), lambda: undo(other, ada, 1)):
        with pytest.raises(ContactNotFound):
            work()
    with pytest.raises(ChangeNotFound):
        undo(actor, ada, 2)


def test_the_history_goes_with_the_contact(actor: Actor, ada: ContactView) -> None:
    with transaction() as db:
        db.connection().execute(sa.delete(Contact).where(col(Contact.book_id) == actor.book_id))
        left = db.connection().scalar(sa.select(sa.func.count()).select_from(ContactChange))
    assert left == 0


def test_a_deletion_is_undone_only_while_it_is_the_last(actor: Actor, ada: ContactView) -> None:
    do(contacts.delete_contact, actor, contact_id=ada.id)
    do(contacts.restore_contact, actor, contact_id=ada.id)
    do(contacts.delete_contact, actor, contact_id=ada.id)
    undone = do(history.undo_change, actor, contact_id=ada.id, version=2)
    assert undone.deleted_at is not None
    undone = do(history.undo_change, actor, contact_id=ada.id, version=4)
    assert undone.deleted_at is None


def test_a_creation_is_not_undone_after_an_edit(actor: Actor, ada: ContactView) -> None:
    data = form(name="Changed", version=1, email=ada.email)
    do(contacts.update_contact, actor, contact_id=ada.id, data=data)
    with pytest.raises(EditConflict) as conflict:
        do(history.undo_change, actor, contact_id=ada.id, version=1)
    assert "name" in conflict.value.collisions
