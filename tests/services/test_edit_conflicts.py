"""Updates of a contact that was changed meanwhile, on both databases."""

from threading import Barrier, Thread
from uuid import UUID

import pytest

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.errors import (
    ContactNotFound,
    DuplicateEmail,
    EditConflict,
    ErrorCode,
    StaleVersion,
    ValidationFailed,
)
from crm_app.schemas.contacts import ContactView, UpdatedContact
from crm_app.services import contacts
from tests.factories import ADA, base_of, change, form, without_id

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def contact(actor: Actor) -> ContactView:
    with transaction() as db:
        return contacts.create_contact(db, actor, data=form())


def update(actor: Actor, opened: ContactView, **fields: object) -> UpdatedContact:
    """Send the form that was opened with the contact as it was then, with some fields changed."""
    data = without_id(change(opened, **{"base": base_of(opened), **fields}))
    with transaction() as db:
        return contacts.update_contact(db, actor, contact_id=opened.id, data=data)


def stored(actor: Actor, contact: ContactView) -> ContactView:
    with transaction(read_only=True) as db:
        return contacts.get_contact(db, actor, contact_id=contact.id)


def test_fields_that_do_not_collide_are_merged(actor: Actor, contact: ContactView) -> None:
    update(actor, contact, phone="", notes="There", company="Both")
    result = update(actor, contact, name="Here", email="here@example.com", company="Both")
    assert result.kept == ("phone", "notes")
    assert result.contact == stored(actor, contact)
    values = {name: getattr(result.contact, name) for name in ADA}
    assert values == {
        "name": "Here",
        "email": "here@example.com",
        "company": "Both",
        "phone": None,
        "notes": "There",
    }
    assert result.contact.version == 3


def test_values_are_compared_as_they_are_stored(actor: Actor, contact: ContactView) -> None:
    opened = update(actor, contact, name="Ren\u00e9", company="", notes="a\nb").contact
    newer = update(actor, opened, phone="1").contact
    same = {"name": " Rene\u0301 ", "company": " ", "notes": "a\r\nb"}
    assert update(actor, opened, **same) == UpdatedContact(newer, ("phone",))


def test_a_collision_saves_nothing_and_carries_what_is_stored(
    actor: Actor, contact: ContactView
) -> None:
    theirs = update(actor, contact, name="There", notes="", phone="1").contact
    with pytest.raises(EditConflict) as caught:
        update(actor, contact, name="Here", notes="Mine", company="Mine")
    conflict = caught.value
    assert (conflict.code, conflict.field_errors) == (ErrorCode.CONFLICT, {})
    assert (conflict.collisions, conflict.kept) == (("name", "notes"), ("phone",))
    assert conflict.values == {name: getattr(theirs, name) for name in ADA}
    assert conflict.version == theirs.version == 2
    assert stored(actor, contact) == theirs
    assert "There" not in str(conflict) + repr(conflict)


def test_one_that_both_emptied_is_no_collision(actor: Actor, contact: ContactView) -> None:
    update(actor, contact, notes="")
    assert update(actor, contact, notes=" ", name="Here").kept == ()


def test_a_third_change_meanwhile_is_another_conflict(actor: Actor, contact: ContactView) -> None:
    second = update(actor, contact, name="There").contact
    with pytest.raises(EditConflict):
        update(actor, contact, name="Here")
    third = update(actor, second, name="Other", phone="1").contact
    with pytest.raises(EditConflict) as caught:
        update(actor, second, name="Here")
    assert (caught.value.collisions, caught.value.kept) == (("name",), ("phone",))
    assert update(actor, third, name="Here").contact.version == 4


def test_a_merged_update_that_comes_twice_is_made_once(actor: Actor, contact: ContactView) -> None:
    update(actor, contact, notes="There")
    merged = update(actor, contact, name="Here")
    assert update(actor, contact, name="Here") == merged
    later = update(actor, merged.contact, phone="1").contact
    assert update(actor, contact, name="Here") == UpdatedContact(later, ("phone", "notes"))
    assert stored(actor, contact) == later


def test_an_update_that_is_sent_again_stays_undone_when_somebody_set_it_back(
    actor: Actor, contact: ContactView
) -> None:
    key = str(UUID(int=1))
    changed = update(actor, contact, name="Here", idempotency_key=key).contact
    set_back = update(actor, changed, name=contact.name).contact
    again = update(actor, contact, name="Here", idempotency_key=key)
    assert again.contact == stored(actor, contact) == set_back


def test_the_same_update_with_the_same_key_needs_no_base(
    actor: Actor, contact: ContactView
) -> None:
    key = str(UUID(int=1))
    for _ in range(2):
        update(actor, contact, name="Here", idempotency_key=key, base="")
    assert stored(actor, contact).version == 2


def test_a_late_repetition_does_not_undo_what_came_after(
    actor: Actor, contact: ContactView
) -> None:
    first = update(actor, contact, name="Here").contact
    later = update(actor, first, name="Later").contact
    with pytest.raises(EditConflict):
        update(actor, contact, name="Here")
    assert stored(actor, contact) == later


BASES = [None, "", "null", "{", "[]", "5", '{"name": "A"}', "[" * 3000, "\ud800", 5, {}, b"{}"]


@pytest.mark.parametrize("base", [*BASES, "too long", "one too many", "not text"], ids=repr)
def test_without_a_right_base_nothing_is_merged(
    actor: Actor, contact: ContactView, base: object
) -> None:
    right = base_of(contact)
    wrong = {
        "too long": right + " " * 4_000,
        "one too many": right[:-1] + ', "id": "x"}',
        "not text": right.replace(f'"{ADA["phone"]}"', "5"),
    }
    update(actor, contact, phone="1")
    with pytest.raises(StaleVersion) as caught:
        update(actor, contact, name="Here", base=wrong.get(str(base), base))
    assert not isinstance(caught.value, EditConflict)
    assert caught.value.version == 2
    assert stored(actor, contact).name == ADA["name"]


def test_fields_are_judged_before_they_are_merged(actor: Actor, contact: ContactView) -> None:
    update(actor, contact, name="There")
    with pytest.raises(ValidationFailed):
        update(actor, contact, name="")


def test_an_email_that_another_contact_has_stays_one(actor: Actor, contact: ContactView) -> None:
    with transaction() as db:
        contacts.create_contact(db, actor, data=form(email="grace@navy.example"))
    theirs = update(actor, contact, phone="1").contact
    with pytest.raises(DuplicateEmail):
        update(actor, contact, email="grace@navy.example")
    assert stored(actor, contact) == theirs


def test_a_contact_deleted_meanwhile_no_longer_exists(actor: Actor, contact: ContactView) -> None:
    update(actor, contact, phone="1")
    with transaction() as db:
        contacts.delete_contact(db, actor, contact_id=contact.id)
    with pytest.raises(ContactNotFound):
        update(actor, contact, name="Here")


def test_edits_at_the_same_moment_are_all_there(actor: Actor, contact: ContactView) -> None:
    edits = [{"name": "A"}, {"company": "B"}, {"phone": "1"}, {"notes": "C"}]
    barrier = Barrier(len(edits))

    def save(edit: dict[str, str]) -> None:
        barrier.wait()
        update(actor, contact, **edit)

    threads = [Thread(target=save, args=(edit,)) for edit in edits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result = stored(actor, contact)
    assert (result.name, result.company, result.phone, result.notes) == ("A", "B", "1", "C")
    assert result.version == 5
