"""Filling an address book, on both databases."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from crm_app.database.models import Contact, ContactChange
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.contact_fields import NAMES
from crm_app.errors import DuplicateEmail, QuotaReached
from crm_app.services import contacts, history
from crm_app.services.samples import seeding
from crm_app.services.samples.people import sample_people
from tests.conftest import Configure
from tests.services.steps import create, get_all, seed, update

pytestmark = pytest.mark.usefixtures("database")

SCRIPTS = {
    "accents": "[À-ſ]",
    "Cyrillic": "[а-я]",
    "Greek": "[α-ω]",
    "Arabic": "[ا-ي]",
    "Hebrew": "[א-ת]",
    "Devanagari": "[अ-ह]",
    "Bengali": "[অ-হ]",
    "Tamil": "[அ-ஹ]",
    "Thai": "[ก-ฮ]",
    "Han": "[一-龯]",
    "kana": "[ぁ-ヶ]",
    "Hangul": "[가-힣]",
    "Georgian": "[ა-ჰ]",
    "Armenian": "[ա-ֆ]",
}


def stored(actor: Actor) -> list[Contact]:
    with transaction(read_only=True) as db:
        found = select(Contact).where(col(Contact.book_id) == actor.book_id)
        return list(db.exec(found.order_by(col(Contact.id))))


def test_two_books_get_the_same_people(actor: Actor, other: Actor) -> None:
    seed(actor, 30)
    seed(other, 30)
    people = [contact.values() for contact in stored(actor)]
    assert people == [contact.values() for contact in stored(other)]
    assert people == [person for person, _ in zip(sample_people(1), range(30), strict=False)]


def test_the_numbers_go_on_in_a_second_run(actor: Actor, other: Actor) -> None:
    for count in (1, 2, 37, 60):
        seed(actor, count)
    seed(other, 100)
    assert [c.values() for c in stored(actor)] == [c.values() for c in stored(other)]


def test_the_numbers_go_on_after_edits_and_deletions(actor: Actor) -> None:
    seed(actor, 5)
    newest = get_all(actor).contacts[0]
    changed = update(actor, newest, email="ada1@example.com")
    with transaction() as db:
        contacts.delete_contact(db, actor, contact_id=changed.id)
    create(actor, email="someone999@example.com")
    assert seed(actor, 5, number=2).first == 6


def test_rows_are_as_the_service_writes_them(actor: Actor, other: Actor) -> None:
    seed(actor, 300)
    with_email = [contact for contact in stored(actor) if contact.email]
    for contact in with_email:
        create(other, **contact.values())
    derived = ("email_key", "phone_digits", "search_text", "version", "deleted_at", *NAMES)
    for seeded, created in zip(with_email, stored(other), strict=True):
        for column in derived:
            assert getattr(seeded, column) == getattr(created, column)


def test_the_history_is_as_the_service_writes_it(actor: Actor, other: Actor) -> None:
    seed(actor, 30)
    seeded = next(view for view in get_all(actor).contacts if view.email and view.notes)
    created = create(other, **seeded.values())
    with transaction(read_only=True) as db:
        (entry,) = history.list_changes(db, actor, contact_id=seeded.id)
        (expected,) = history.list_changes(db, other, contact_id=created.id)
        assert db.scalar(select(sa.func.count()).select_from(ContactChange)) == 31
    assert (entry.changes, entry.action, entry.version) == (expected.changes, "created", 1)
    assert (entry.via, entry.is_own, entry.at) == ("seed", True, seeded.created_at)


def test_times_grow_with_the_ids_over_the_last_years(actor: Actor) -> None:
    plan = seed(actor, 50)
    seed(actor, 50)
    times = [contact.created_at for contact in stored(actor)]
    assert times == sorted(set(times))
    assert times[0] - plan.since < timedelta(days=40)
    assert times[49] == plan.until
    assert times[49] - times[0] > timedelta(days=4 * 365)


def test_a_seeded_person_of_each_script_is_found(actor: Actor) -> None:
    seed(actor, 2_000)
    people = stored(actor)
    for script, letters in SCRIPTS.items():
        person = next(c for c in people if re.search(f"{letters}{{2}}", c.name))
        for query in (person.name, person.name[:2], person.email or person.name):
            found = get_all(actor, query, limit=1000)
            assert str(person.public_id) in {view.id for view in found.contacts}, (script, query)


def test_the_quota_is_respected(actor: Actor, configure: Configure) -> None:
    configure(CRM_LIMIT_CONTACTS_PER_GUEST="10")
    seed(actor, 4)
    with pytest.raises(QuotaReached, match=r"can keep 10 contacts.*There is room for 6\."):
        seed(actor, 7)
    seed(actor, 6)
    with pytest.raises(QuotaReached):
        create(actor, email="ada@example.com")


def test_an_email_that_is_there_stops_before_its_batch(actor: Actor) -> None:
    taken = next(p["email"] for p, _ in zip(sample_people(1), range(9), strict=False) if p["email"])
    create(actor, email=taken)
    with pytest.raises(DuplicateEmail):
        seed(actor, 10)
    assert len(stored(actor)) == 1


def test_there_is_no_plan_for_nobody() -> None:
    with transaction(read_only=True) as db:
        arguments = {"email": "nobody@example.com", "count": 1, "seed": 1}
        assert seeding.plan_for_email(db, Caller(), **arguments) is None
