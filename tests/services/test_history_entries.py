"""The history as people read it: what one entry is, pages of it, and restoring one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from crm_app.database.models import Contact, ContactChange
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.errors import ChangeNotFound, ContactNotFound, DuplicateEmail, ValidationFailed
from crm_app.schemas.contacts import ContactView
from crm_app.schemas.history import HistoryEntry, HistoryPage
from crm_app.services import contacts
from crm_app.services.contact_list import entries
from crm_app.services.contact_list.entries import MAX_READ, SHOWN
from tests.factories import form

pytestmark = pytest.mark.usefixtures("database")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ada(actor: Actor) -> ContactView:
    return do(contacts.create_contact, actor, data=form())


def do(service: Any, actor: Actor, **arguments: Any) -> Any:
    with transaction() as db:
        return service(db, actor, **arguments)


def page(actor: Actor, contact: ContactView, **rest: int) -> HistoryPage:
    return do(entries.list_entries, actor, contact_id=contact.id, **rest)


def restore(actor: Actor, contact: ContactView, entry: HistoryEntry) -> Any:
    versions = {"first": entry.first, "last": entry.last}
    return do(entries.restore_entry, actor, contact_id=contact.id, **versions)


def change(
    actor: Actor,
    contact: ContactView,
    *steps: tuple[float, str, Any, Any],
    via: str = "",
    account_id: int = 0,
) -> None:
    """Store edits: after how many minutes, of which field, from what to what."""
    with transaction() as db:
        found = db.exec(select(Contact).where(col(Contact.public_id) == UUID(contact.id)))
        row = found.one()
        start = utc_now()
        for minutes, field, old, new in steps:
            row.version += 1
            change = ContactChange(
                book_id=row.book_id,
                contact_id=row.id or 0,
                version=row.version,
                action="updated",
                account_id=account_id or actor.account_id,
                via=via,
                at=start + minutes * MINUTE,
                changes={field: [old, new]},
            )
            db.add(change)
            if field in row.values():
                row.set_values({field: new})


def told(found: HistoryPage) -> list[list[tuple[str, Any, Any]]]:
    return [[(each.field, each.old, each.new) for each in entry.changes] for entry in found.entries]


def test_changes_of_five_minutes_are_one_entry(actor: Actor, ada: ContactView) -> None:
    steps = (0, "phone", "1", "2"), (2, "notes", "a", "b"), (5, "phone", "2", "3")
    change(actor, ada, *steps, (5.1, "phone", "3", "4"))
    found = page(actor, ada)
    edits = [[("phone", "3", "4")], [("phone", "1", "3"), ("notes", "a", "b")], []]
    assert told(found) == edits
    assert [(each.first, each.last) for each in found.entries] == [(5, 5), (2, 4), (1, 1)]
    assert [each.action for each in found.entries] == ["updated", "updated", "created"]


def test_an_entry_stays_the_same_when_another_follows(actor: Actor, ada: ContactView) -> None:
    change(actor, ada, (0, "phone", "1", "2"), (4, "phone", "2", "3"))
    before = page(actor, ada).entries
    change(actor, ada, (8, "phone", "3", "4"))
    assert page(actor, ada).entries[1:] == before


def test_changes_of_two_actors_are_two_entries(actor: Actor, ada: ContactView) -> None:
    change(actor, ada, (0, "phone", "1", "2"))
    change(actor, ada, (0, "phone", "2", "3"), via="token website-form")
    change(actor, ada, (0, "phone", "3", "4"), account_id=actor.account_id + 1)
    found = page(actor, ada).entries
    who = [(each.is_own, each.via) for each in found]
    assert who == [(False, ""), (True, "token website-form"), (True, ""), (True, "")]


def test_fields_that_came_back_are_left_out(actor: Actor, ada: ContactView) -> None:
    change(actor, ada, (0, "phone", "1", "2"), (1, "notes", "a", "b"), (2, "phone", "2", "1"))
    assert told(page(actor, ada)) == [[("notes", "a", "b")], []]
    change(actor, ada, (3, "notes", "b", "a"))
    assert [each.action for each in page(actor, ada).entries] == ["created"]


def test_a_field_of_names_is_told_as_it_is(actor: Actor, ada: ContactView) -> None:
    change(actor, ada, (0, "tags", ["lead"], ["customer"]), (1, "phone", "1", "2"))
    assert told(page(actor, ada))[0] == [("phone", "1", "2"), ("tags", ["lead"], ["customer"])]
    restored = do(entries.restore_entry, actor, contact_id=ada.id, first=2, last=3)
    assert restored.fields == ["phone", "tags"]


def test_a_page_begins_where_the_last_one_ended(actor: Actor, ada: ContactView) -> None:
    steps = [(10 * number, "phone", str(number), str(number + 1)) for number in range(2 * SHOWN)]
    change(actor, ada, *steps)
    first = page(actor, ada)
    second = page(actor, ada, before=first.before)
    third = page(actor, ada, before=second.before)
    assert [len(each.entries) for each in (first, second, third)] == [SHOWN, SHOWN, 1]
    assert third.before == 0
    everything = page(actor, ada, shown=100)
    assert [*first.entries, *second.entries, *third.entries] == everything.entries
    assert everything.before == 0


def test_of_thousands_of_changes_a_page_reads_few(actor: Actor, ada: ContactView) -> None:
    change(actor, ada, *((0.001 * n, "phone", str(n), str(n + 1)) for n in range(3 * MAX_READ)))
    total, before, pages = 0, 0, 0
    while pages == 0 or before:
        found = page(actor, ada, before=before)
        total += sum(entry.last - entry.first + 1 for entry in found.entries)
        before, pages = found.before, pages + 1
    assert total == 3 * MAX_READ + 1
    assert pages == 4


def test_old_values_are_restored_as_a_new_change(actor: Actor, ada: ContactView) -> None:
    change(actor, ada, (0, "phone", ada.phone, "2"), (1, "notes", ada.notes, None))
    change(actor, ada, (10, "phone", "2", "3"))
    restored = restore(actor, ada, page(actor, ada).entries[1])
    assert restored.fields == ["phone", "notes"]
    assert (restored.contact.phone, restored.contact.notes) == (ada.phone, ada.notes)
    assert restored.contact.version == 5
    entry = page(actor, ada).entries[0]
    assert (entry.first, entry.last, entry.is_own, entry.via) == (5, 5, True, "restore")
    assert told(page(actor, ada))[0] == [("phone", "3", ada.phone), ("notes", None, ada.notes)]


def test_what_has_its_old_values_is_not_changed_again(actor: Actor, ada: ContactView) -> None:
    change(actor, ada, (0, "phone", ada.phone, "2"))
    entry = page(actor, ada).entries[0]
    assert restore(actor, ada, entry).fields == ["phone"]
    again = restore(actor, ada, entry)
    assert (again.fields, again.contact.version) == ([], 3)


def test_an_email_that_is_used_again_is_not_restored(actor: Actor, ada: ContactView) -> None:
    change(actor, ada, (0, "email", ada.email, "king@example.com"))
    with transaction() as db:
        keys = {"email_key": "king@example.com"}
        db.exec(sa.update(Contact).values(**keys))
    do(contacts.create_contact, actor, data=form(name="Other"))
    entry = page(actor, ada).entries[0]
    with pytest.raises(DuplicateEmail):
        restore(actor, ada, entry)
    versions = {"first": entry.first, "last": entry.last}
    former = do(entries.get_former, actor, contact_id=ada.id, **versions)
    assert former == {"email": ada.email}
    assert do(contacts.get_contact, actor, contact_id=ada.id).email == "king@example.com"


def test_an_email_that_was_missing_is_not_restored(actor: Actor, ada: ContactView) -> None:
    change(actor, ada, (0, "email", None, ada.email))
    with pytest.raises(ValidationFailed) as caught:
        restore(actor, ada, page(actor, ada).entries[0])
    assert set(caught.value.field_errors) == {"email"}


@pytest.mark.parametrize("versions", [(1, 1), (2, 2), (9, 9), (2, 1), (0, 0), (2**31 - 1,) * 2])
def test_versions_that_changed_no_field_are_not_restored(
    actor: Actor, ada: ContactView, versions: tuple[int, int]
) -> None:
    do(contacts.delete_contact, actor, contact_id=ada.id)
    do(contacts.restore_contact, actor, contact_id=ada.id)
    first, last = versions
    with pytest.raises(ChangeNotFound):
        do(entries.restore_entry, actor, contact_id=ada.id, first=first, last=last)


def test_a_deleted_contact_has_a_history_and_is_not_restored_by_it(
    actor: Actor, ada: ContactView
) -> None:
    change(actor, ada, (0, "phone", "1", "2"))
    entry = page(actor, ada).entries[0]
    do(contacts.delete_contact, actor, contact_id=ada.id)
    assert [each.action for each in page(actor, ada).entries] == ["deleted", "updated", "created"]
    with pytest.raises(ContactNotFound):
        restore(actor, ada, entry)


@pytest.mark.parametrize("service", [entries.restore_entry, entries.get_former])
def test_another_accounts_contact_is_not_found(
    actor: Actor, other: Actor, ada: ContactView, service: Any
) -> None:
    change(actor, ada, (0, "phone", "1", "2"))
    for contact_id in (ada.id, "0192d1c8-0000-7000-8000-000000000000", "nonsense", ""):
        with pytest.raises(ContactNotFound):
            do(service, other, contact_id=contact_id, first=2, last=2)
        with pytest.raises(ContactNotFound):
            do(entries.list_entries, other, contact_id=contact_id)
