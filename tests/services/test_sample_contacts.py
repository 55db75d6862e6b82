"""Loading sample contacts into an empty address book and removing them, on both databases."""

from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import select

from crm_app.database.models import CHANGES, ContactChange
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.errors import ContactNotFound, CrmError, IdempotencyKeyReused, NotEmpty, QuotaReached
from crm_app.operations.perform import perform_here
from crm_app.operations.results import Ok
from crm_app.services import contacts, guests, history
from crm_app.services.samples import loading
from crm_app.services.samples.first_contacts import FIRST_CONTACTS
from crm_app.services.samples.loading import RemovedSamples
from crm_app.services.sessions import hash_token
from tests.conftest import Configure
from tests.factories import form
from tests.services.steps import create, delete, get_all, names, restore, update

pytestmark = pytest.mark.usefixtures("database")
NAMES = [person["name"] for person in FIRST_CONTACTS]


def load(actor: Actor, key: str = "") -> str:
    with transaction() as db:
        return loading.load_samples(db, actor, key=key)


def remove(actor: Actor, first_id: object) -> RemovedSamples:
    with transaction() as db:
        return loading.remove_samples(db, actor, first_id=first_id)


def count_entries() -> int:
    with transaction(read_only=True) as db:
        return db.scalar(select(sa.func.count()).select_from(ContactChange)) or 0


def test_loads_all_in_the_order_of_the_list_as_the_service_stores_them(
    actor: Actor, other: Actor
) -> None:
    load(actor)
    loaded = get_all(actor)
    assert (loaded.total, names(loaded)) == (25, NAMES)
    for person in reversed(FIRST_CONTACTS):
        create(other, **person)
    values = [contact.values() for contact in loaded.contacts]
    assert values == [contact.values() for contact in get_all(other).contacts]
    for query in ("mara", "misaki.sato", "美咲", "+1 415", "papadaki"):
        assert names(get_all(actor, query)) == names(get_all(other, query)) != []


def test_each_has_a_history(actor: Actor) -> None:
    load(actor)
    for contact in get_all(actor).contacts:
        with transaction(read_only=True) as db:
            (entry,) = history.list_changes(db, actor, contact_id=contact.id)
        values = {field: (None, value) for field, value in contact.values().items() if value}
        assert (entry.version, entry.action, entry.via) == (1, "created", "sample")
        assert (entry.is_own, entry.at, entry.changes) == (True, contact.created_at, values)


def test_changes_are_published(actor: Actor) -> None:
    with transaction() as db:
        first_id = loading.load_samples(db, actor)
        added = db.info.pop(CHANGES)
    with transaction() as db:
        loading.remove_samples(db, actor, first_id=first_id)
        removed = db.info.pop(CHANGES)
    assert [change.action for change in added] == ["created"] * 25
    assert [change.action for change in removed] == ["deleted"] * 25
    assert {change.contact_id for change in added} == {change.contact_id for change in removed}


def test_ids_are_time_ordered_and_follow_the_first(actor: Actor) -> None:
    first_id = UUID(load(actor))
    ids = sorted(UUID(contact.id) for contact in get_all(actor).contacts)
    assert ids == [UUID(int=first_id.int + number) for number in range(25)]
    assert {each.version for each in ids} == {7}


def test_the_same_key_loads_once(actor: Actor) -> None:
    key = str(uuid4())
    assert load(actor, key) == load(actor, key)
    assert get_all(actor).total == 25


def test_a_key_of_something_else_is_refused(actor: Actor) -> None:
    contact = create(actor, idempotency_key=(key := str(uuid4())))
    delete(actor, contact.id)
    with pytest.raises(IdempotencyKeyReused):
        load(actor, key)
    assert get_all(actor).total == 0


def test_a_book_with_a_contact_is_refused(actor: Actor) -> None:
    create(actor)
    with pytest.raises(NotEmpty):
        load(actor)
    assert get_all(actor).total == 1


def test_contacts_in_the_trash_and_of_others_do_not_count(actor: Actor, other: Actor) -> None:
    create(other)
    delete(actor, create(actor).id)
    load(actor)
    assert (get_all(actor).total, get_all(other).total) == (25, 1)


def test_two_at_once_load_once(actor: Actor) -> None:
    start, outcomes = Barrier(2), list[object]()

    def submit() -> None:
        start.wait()
        try:
            outcomes.append(load(actor, str(uuid4())))
        except CrmError as error:
            outcomes.append(type(error))

    threads = [Thread(target=submit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(NotEmpty) == 1
    assert get_all(actor).total == 25


def test_a_contact_created_at_the_same_time_is_noticed(actor: Actor) -> None:
    outcomes: list[object] = []

    def submit() -> None:
        try:
            outcomes.append(load(actor))
        except CrmError as error:
            outcomes.append(type(error))

    thread = Thread(target=submit)
    with transaction() as db:
        contacts.create_contact(db, actor, data=form())
        thread.start()
        thread.join(0.5)
    thread.join()
    assert outcomes == [NotEmpty]


def test_the_quota_is_respected(actor: Actor, configure: Configure) -> None:
    configure(CRM_LIMIT_CONTACTS_PER_GUEST="24")
    with pytest.raises(QuotaReached):
        load(actor)
    assert get_all(actor).total == 0
    configure(CRM_LIMIT_CONTACTS_PER_GUEST="26")
    delete(actor, create(actor).id)
    load(actor)
    with pytest.raises(QuotaReached):
        create(actor)


def test_a_new_visitor_becomes_a_guest() -> None:
    caller = Caller(hash_token(guests.new_guest_token()), may_become_guest=True)
    assert isinstance(perform_here(loading.load_samples, caller), Ok)
    listed = perform_here(contacts.get_contacts, caller)
    assert isinstance(listed, Ok)
    assert listed.value.total == 25


def test_removal_moves_all_to_the_trash(actor: Actor) -> None:
    first_id = load(actor)
    sample = get_all(actor).contacts[3]
    assert remove(actor, first_id) == RemovedSamples(25, 0)
    assert get_all(actor).total == 0
    with transaction(read_only=True) as db:
        latest, _ = history.list_changes(db, actor, contact_id=sample.id)
    assert (latest.version, latest.action, latest.is_own, latest.via) == (2, "deleted", True, "")
    restored = restore(actor, sample.id)
    assert (restored.values(), restored.version) == (sample.values(), 3)
    assert names(get_all(actor, sample.email or "")) == [sample.name]


def test_removal_keeps_what_was_changed_since_and_all_others(actor: Actor, other: Actor) -> None:
    load(other)
    first_id = load(actor)
    edited, restored, deleted = get_all(actor).contacts[:3]
    update(actor, edited, notes="Changed")
    for contact in (restored, deleted):
        delete(actor, contact.id)
    restore(actor, restored.id)
    own = create(actor)
    assert remove(actor, first_id) == RemovedSamples(23, 2)
    assert names(get_all(actor)) == [own.name, edited.name, restored.name]
    assert get_all(other).total == 25


def test_removal_again_changes_nothing(actor: Actor) -> None:
    first_id = load(actor)
    remove(actor, first_id)
    entries = count_entries()
    load(actor)
    assert remove(actor, first_id) == RemovedSamples(25, 0)
    assert get_all(actor).total == 25
    assert count_entries() == entries + 25


@pytest.mark.parametrize("first_id", [None, "x", str(UUID(int=1)), str(UUID(int=2**128 - 1))])
def test_removal_of_what_is_not_there_is_not_found(actor: Actor, first_id: object) -> None:
    load(actor)
    with pytest.raises(ContactNotFound):
        remove(actor, first_id)
    assert get_all(actor).total == 25


def test_removal_of_a_contact_that_is_no_sample_is_not_found(actor: Actor) -> None:
    contact = create(actor)
    with pytest.raises(ContactNotFound):
        remove(actor, contact.id)
    assert get_all(actor).total == 1


def test_anothers_samples_are_not_found(actor: Actor, other: Actor) -> None:
    first_id = load(other)
    load(actor)
    with pytest.raises(ContactNotFound):
        remove(actor, first_id)
    assert get_all(other).total == 25
