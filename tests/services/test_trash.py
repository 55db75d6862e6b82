"""The trash: what is listed, restored and deleted for good, one contact at a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.event import listen, remove
from sqlmodel import Session, col, select
from uuid_utils.compat import uuid7

from crm_app.database.account_models import AuditEvent
from crm_app.database.models import Contact, ContactChange
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.domain.contact_fields import Values
from crm_app.errors import (
    ContactNotFound,
    DuplicateEmail,
    IdempotencyKeyReused,
    PlaceNotFound,
    StaleVersion,
)
from crm_app.repositories import contact_batches
from crm_app.schemas.contacts import ContactView
from crm_app.schemas.trash import TrashPage
from crm_app.services.contact_list import trash
from crm_app.services.contacts import new_row
from crm_app.services.samples.rows import change_row
from tests.api import make_account
from tests.factories import ADA
from tests.services.steps import create, delete, get_all, restore, update

pytestmark = pytest.mark.usefixtures("database")


def list_trash(actor: Actor, **options: Any) -> TrashPage:
    with transaction(read_only=True) as db:
        return trash.list_trash(db, actor, **options)


def trashed(actor: Actor) -> list[str]:
    return [each.contact.name for each in list_trash(actor).contacts]


def delete_forever(actor: Actor, contact_id: str, key: object = None) -> ContactView | None:
    with transaction() as db:
        return trash.delete_forever(db, actor, contact_id=contact_id, key=key)


def restore_edited(actor: Actor, contact: ContactView, **data: object) -> ContactView:
    with transaction() as db:
        return trash.restore_edited(
            db, actor, contact_id=contact.id, data={"version": contact.version, **data}
        )


def age(contact: ContactView, **ago: float) -> None:
    """Let the contact have been deleted so long ago."""
    with transaction() as db:
        stored = db.exec(select(Contact).where(col(Contact.public_id) == UUID(contact.id))).one()
        stored.deleted_at = utc_now() - timedelta(**ago)


def make(actor: Actor, *names: str) -> list[ContactView]:
    """Create contacts and delete them in this order."""
    made = [create(actor, name=name, email=f"{name.lower()}@x.example") for name in names]
    return [delete(actor, each.id) for each in made]


def test_the_newest_deletion_is_first_and_active_contacts_are_not_there(actor: Actor) -> None:
    create(actor)
    make(actor, "First", "Second")
    page = list_trash(actor)
    assert [each.contact.name for each in page.contacts] == ["Second", "First"]
    assert (page.total, page.next_cursor) == (2, "")


def test_an_empty_trash_and_that_of_a_new_visitor_are_empty(actor: Actor) -> None:
    assert list_trash(actor).total == 0


def test_nobody_sees_the_trash_of_others(actor: Actor, other: Actor) -> None:
    make(actor, "Ada")
    assert list_trash(other).total == 0
    assert list_trash(other).contacts == []


@pytest.mark.parametrize(
    ("ago", "left"),
    [
        ({"seconds": 0}, 30),
        ({"hours": 23}, 30),
        ({"hours": 25}, 29),
        ({"days": 28, "hours": 3}, 2),
        ({"days": 29, "hours": 23}, 1),
        ({"days": 40}, 0),
    ],
)
def test_days_left_are_counted_from_thirty(actor: Actor, ago: Any, left: int) -> None:
    (contact,) = make(actor, "Ada")
    age(contact, **ago)
    assert list_trash(actor).contacts[0].days_left == left


def test_it_says_who_deleted_a_contact_and_by_what() -> None:
    owner = make_account()
    by_token = replace(owner, via="token website-form")
    ada, grace = create(owner), create(owner, email="grace@navy.example")
    delete(owner, ada.id)
    delete(by_token, grace.id)
    with transaction() as db:
        deleted = col(ContactChange.action) == "deleted"
        last = db.exec(select(ContactChange).where(deleted)).all()[0]
        last.account_id = 999_999
    assert [(each.is_own, each.via) for each in list_trash(owner).contacts] == [
        (True, "token website-form"),
        (False, ""),
    ]


def test_a_page_continues_where_the_last_ended(actor: Actor) -> None:
    make(actor, *"ABCDE")
    first = list_trash(actor, limit=2)
    assert [each.contact.name for each in first.contacts] == ["E", "D"]
    second = list_trash(actor, limit=2, cursor=first.next_cursor)
    assert [each.contact.name for each in second.contacts] == ["C", "B"]
    last = list_trash(actor, limit=2, cursor=second.next_cursor)
    assert [each.contact.name for each in last.contacts] == ["A"]
    assert (last.total, last.next_cursor) == (5, "")


def test_contacts_deleted_at_one_moment_are_all_listed_once(actor: Actor) -> None:
    make(actor, *"ABCDE")
    with transaction() as db:
        db.connection().execute(sa.update(Contact).values(deleted_at=utc_now()))
    names, cursor = [], ""
    while page := list_trash(actor, limit=2, cursor=cursor):
        names += [each.contact.name for each in page.contacts]
        cursor = page.next_cursor
        if not cursor:
            break
    assert sorted(names) == [*"ABCDE"]


def test_a_cursor_is_good_while_its_contact_exists(actor: Actor) -> None:
    contacts = make(actor, *"ABC")
    cursor = list_trash(actor, limit=1).next_cursor
    restore(actor, contacts[-1].id)
    assert [each.contact.name for each in list_trash(actor, cursor=cursor).contacts] == ["B", "A"]
    delete(actor, contacts[-1].id)
    delete_forever(actor, contacts[-1].id)
    with pytest.raises(PlaceNotFound):
        list_trash(actor, cursor=cursor)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "1.",
        "fffffffffffff.a9defbf9-f241-4731-b8d1-3d78fe6611e6",
        "0.77ba59fa-6355-4a30-90fe-b3a8d1501822",
        "\x00",
        "1.\ud800",
        "a" * 9_000,
    ],
)
def test_a_forged_cursor_is_refused(actor: Actor, cursor: str) -> None:
    make(actor, "Ada")
    with pytest.raises(PlaceNotFound):
        list_trash(actor, cursor=cursor)


def test_a_cursor_of_another_book_is_refused(actor: Actor, other: Actor) -> None:
    make(actor, "A", "B")
    with pytest.raises(PlaceNotFound):
        list_trash(other, cursor=list_trash(actor, limit=1).next_cursor)


def test_a_cursor_with_a_time_far_away_leads_to_no_error(actor: Actor) -> None:
    (contact,) = make(actor, "Ada")
    assert list_trash(actor, cursor=f"{'f' * 13}.{contact.id}").total == 1


class TestEmailUsedAgain:
    """Another contact has the email of one in the trash."""

    @pytest.fixture
    def old(self, actor: Actor) -> ContactView:
        old = delete(actor, create(actor, email="Leonie@falk.example", company="Stein").id)
        create(actor, name="Leonie Falk", email="leonie@FALK.example")
        return old

    def test_the_trash_names_who_uses_it(self, actor: Actor, old: ContactView) -> None:
        (listed,) = list_trash(actor).contacts
        assert listed.used_by
        assert listed.used_by.name == "Leonie Falk"
        with transaction(read_only=True) as db:
            found = trash.find_user(db, actor, contact_id=old.id)
        assert (found.contact.id, found.used_by) == (old.id, listed.used_by)

    def test_it_can_be_restored_with_another_email(self, actor: Actor, old: ContactView) -> None:
        back = restore_edited(actor, old, email="l.stein@falk.example", name="Leonie Stein")
        assert (back.id, back.email, back.company) == (old.id, "l.stein@falk.example", "Stein")
        assert back.created_at == old.created_at
        assert get_all(actor).total == 2
        assert get_all(actor, "l.stein@falk").total == 1
        assert trashed(actor) == []

    def test_with_the_same_email_nothing_is_changed(self, actor: Actor, old: ContactView) -> None:
        with pytest.raises(DuplicateEmail):
            restore_edited(actor, old, name="Other")
        assert trashed(actor) == [old.name]

    def test_the_same_form_twice_restores_once(self, actor: Actor, old: ContactView) -> None:
        data = {"email": "new@falk.example", "idempotency_key": str(uuid4())}
        first = restore_edited(actor, old, **data)
        assert restore_edited(actor, old, **data) == first

    def test_a_contact_restored_meanwhile_is_not_overwritten(
        self, actor: Actor, old: ContactView
    ) -> None:
        restore_edited(actor, old, email="new@falk.example")
        with pytest.raises(StaleVersion):
            restore_edited(actor, old, email="newer@falk.example")

    def test_others_find_no_such_contact(self, other: Actor, old: ContactView) -> None:
        with pytest.raises(ContactNotFound):
            restore_edited(other, old, email="new@falk.example")
        with transaction(read_only=True) as db, pytest.raises(ContactNotFound):
            trash.find_user(db, other, contact_id=old.id)


def rows_of(contact: ContactView) -> int:
    with transaction(read_only=True) as db:
        statement = sa.select(sa.func.count()).select_from(ContactChange)
        own = col(ContactChange.contact_id).in_(
            sa.select(col(Contact.id)).where(col(Contact.public_id) == UUID(contact.id))
        )
        return db.connection().scalar(statement.where(own)) or 0


def test_a_contact_deleted_for_good_is_gone_with_its_history(actor: Actor) -> None:
    ada, _ = make(actor, "Ada", "Grace")
    assert rows_of(ada) == 2
    gone = delete_forever(actor, ada.id)
    assert gone
    assert gone.name == "Ada"
    assert trashed(actor) == ["Grace"]
    with transaction(read_only=True) as db:
        assert len(db.exec(select(ContactChange)).all()) == 2
    with pytest.raises(ContactNotFound):
        restore(actor, ada.id)


def test_the_audit_trail_says_that_it_was_deleted_for_good(actor: Actor) -> None:
    (ada,) = make(actor, "Ada")
    delete_forever(actor, ada.id)
    with transaction(read_only=True) as db:
        event = db.exec(
            select(AuditEvent).where(col(AuditEvent.action) == "contact deleted for good")
        ).one()
    assert (event.account_id, str(event.target)) == (actor.account_id, ada.id)


def test_twice_with_a_key_it_is_done_once(actor: Actor) -> None:
    (ada,) = make(actor, "Ada")
    key = str(uuid4())
    assert delete_forever(actor, ada.id, key)
    assert delete_forever(actor, ada.id, key) is None
    with pytest.raises(IdempotencyKeyReused):
        delete_forever(actor, str(uuid4()), key)


@pytest.mark.parametrize(
    "bad_id", ["", "x", "77ba59fa-6355-4a30-90fe-b3a8d1501822", "\ud800", "a" * 60_000]
)
def test_a_contact_that_is_missing_is_not_found(actor: Actor, bad_id: str) -> None:
    with pytest.raises(ContactNotFound):
        delete_forever(actor, bad_id, str(uuid4()))


def test_an_active_contact_is_not_deleted_for_good(actor: Actor) -> None:
    ada = create(actor)
    with pytest.raises(ContactNotFound):
        delete_forever(actor, ada.id)
    assert get_all(actor).total == 1


def test_the_contact_of_another_is_not_deleted_for_good(actor: Actor, other: Actor) -> None:
    (ada,) = make(actor, "Ada")
    with pytest.raises(ContactNotFound):
        delete_forever(other, ada.id)
    assert trashed(actor) == ["Ada"]


def test_what_was_deleted_twice_can_be_restored_once_by_email(actor: Actor) -> None:
    first = delete(actor, create(actor).id)
    second = update(actor, create(actor), name="Ada King")
    delete(actor, second.id)
    restore(actor, second.id)
    with pytest.raises(DuplicateEmail):
        restore(actor, first.id)


def plans(db: Session, read: Callable[[], object]) -> list[str]:
    """Return how the database plans each statement that `read` sends."""
    connection, seen = db.connection(), list[tuple[str, Any]]()
    kind = "QUERY PLAN " if connection.dialect.name == "sqlite" else ""

    def see(*args: Any) -> None:
        seen.append((args[2], args[3]))

    listen(connection, "before_cursor_execute", see)
    read()
    remove(connection, "before_cursor_execute", see)
    return [
        "\n".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN {kind}{sql}", values))
        for sql, values in seen
    ]


def fill(actor: Actor, number: int) -> None:
    """Add so many active contacts with a history, and let the database know."""
    with transaction() as db:
        people: list[Values] = [{**ADA, "email": f"{at}@x.example"} for at in range(number)]
        rows = [new_row(actor.book_id, uuid7(), person, utc_now()) for person in people]
        changes = [change_row(actor.book_id, 0, "", person, utc_now()) for person in people]
        contact_batches.add_all(db, rows, changes)
    with transaction() as db:
        db.connection().exec_driver_sql("ANALYZE")


def test_every_statement_of_the_list_reads_an_index(actor: Actor) -> None:
    make(actor, *"ABC")
    fill(actor, 3_000)
    cursor = list_trash(actor, limit=1).next_cursor
    with transaction(read_only=True) as db:
        found = plans(db, lambda: trash.list_trash(db, actor, limit=1, cursor=cursor))
    _place, newest, _deletions, users, counted = found
    assert "ix_contact_deleted" in newest
    assert "ix_contact_deleted" in counted
    assert "uq_contact_active_email" in users
    for plan in found:
        assert "SCAN contact" not in plan
        assert "Seq Scan" not in plan
