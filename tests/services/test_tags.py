"""Tags of contacts: created while typing, compared case folded, merged, kept in the history."""

import pytest

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.contact_list.tags import merge_tags
from crm_app.domain.contact_query import ContactQuery, Missing, Order
from crm_app.errors import ValidationFailed
from crm_app.repositories import tags as rows
from crm_app.schemas.contacts import ContactView
from crm_app.services import books, contacts, history
from crm_app.services.contact_list import entries
from tests.driving import actor_of, signed_in
from tests.services.steps import create, delete, get_all, restore, update


@pytest.fixture
def actor(database: str) -> Actor:
    return actor_of(signed_in())


def names(contact: ContactView) -> list[str]:
    return [tag.name for tag in contact.tags]


def counts(actor: Actor) -> dict[str, int]:
    with transaction(read_only=True) as db:
        return {tag.name: tag.contacts for tag in rows.list_all(db, actor.book_id)}


def found(actor: Actor, **asked: object) -> list[str]:
    with transaction(read_only=True) as db:
        query = ContactQuery(**asked)  # pyright: ignore[reportArgumentType]
        page = contacts.get_contacts(db, actor, query=query)
        assert page.total == len(page.contacts)
        return [contact.name for contact in page.contacts]


def test_tags_are_created_while_typing_and_counted(actor: Actor) -> None:
    ada = create(actor, name="Ada", tags=["Partner", "press"])
    eve = create(actor, name="Eve", email="eve@example.com", tags=" PARTNER , , Press,partner")
    assert (names(ada), names(eve)) == (["Partner", "press"], ["Partner", "press"])
    assert len({tag.color for tag in ada.tags}) == 2
    assert counts(actor) == {"Partner": 2, "press": 2}
    assert names(update(actor, eve, tags=["press"])) == ["press"]
    assert counts(actor) == {"Partner": 1, "press": 2}
    delete(actor, ada.id)
    assert counts(actor) == {"Partner": 0, "press": 1}
    restore(actor, ada.id)
    assert counts(actor) == {"Partner": 1, "press": 2}
    assert names(get_all(actor).contacts[1]) == ["Partner", "press"]


def test_a_change_without_tags_leaves_them(actor: Actor) -> None:
    ada = create(actor, name="Ada", tags=["Partner"])
    changed = update(actor, ada, name="Augusta")
    assert names(changed) == ["Partner"]
    assert names(update(actor, changed, tags=[])) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([f"tag {n}" for n in range(21)], "at most 20 tags, this has 21"),
        (["x" * 41], "at most 40 characters"),
        (["a\0b"], "cannot be stored"),
        (["a,b"], "comma"),
        (7, "must be a list"),
        ([7], "must be text"),
    ],
)
def test_wrong_tags_are_refused_at_their_field(actor: Actor, given: object, message: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        create(actor, name="Ada", tags=given)
    assert message in refused.value.field_errors["tags"]


def test_twenty_tags_of_forty_characters_are_kept(actor: Actor) -> None:
    given = [f"{number:02}{'é' * 38}" for number in range(20)]
    assert names(create(actor, name="Ada", tags=given)) == given


def test_a_book_has_at_most_500_tags(actor: Actor) -> None:
    for first in range(0, 500, 20):
        tags = [f"tag {number}" for number in range(first, first + 20)]
        create(actor, name="Ada", email=f"ada{first}@example.com", tags=tags)
    with pytest.raises(ValidationFailed) as refused:
        create(actor, name="Eve", email="eve@example.com", tags=["one more"])
    assert "500" in refused.value.field_errors["tags"]


def test_lists_are_filtered_by_tags_company_and_what_is_missing(actor: Actor) -> None:
    create(actor, name="Ada", email="ada@example.com", tags=["Partner"], company="Globex")
    create(actor, name="Bea", email="bea@example.com", tags=["Press"], phone="1", company="")
    create(
        actor,
        name="Cyd",
        email="cyd@example.com",
        tags=["Press", "Partner"],
        notes="Globex",
        company="",
        phone="",
    )
    create(actor, name="Dee", email="dee@example.com", company="globex")
    other = actor_of(signed_in())
    create(other, name="Eve", tags=["Press"])
    assert found(actor, tags=("partner",)) == ["Cyd", "Ada"]
    assert found(actor, tags=("PRESS", "Partner"), order=Order.NAME) == ["Ada", "Bea", "Cyd"]
    assert found(actor, tags=("Press", "unknown")) == ["Cyd", "Bea"]
    assert found(actor, tags=("unknown",)) == []
    assert found(actor, tags=("Press",), text="bea") == ["Bea"]
    assert found(actor, text="example", tags=("Press",), order=Order.OLDEST) == ["Bea", "Cyd"]
    assert found(actor, company=" GLOBEX") == ["Dee", "Ada"]
    assert found(actor, company="Globex", tags=("Partner",)) == ["Ada"]
    assert found(actor, without=(Missing.TAGS,)) == ["Dee"]
    assert found(actor, without=(Missing.COMPANY,), order=Order.NAME) == ["Bea", "Cyd"]
    assert found(actor, without=(Missing.COMPANY, Missing.PHONE)) == ["Cyd"]
    assert found(actor, without=(Missing.EMAIL,)) == []
    assert found(actor, text="ada", without=(Missing.TAGS,)) == []


def test_search_looks_in_the_names_of_tags(actor: Actor) -> None:
    create(actor, name="Ada", email="ada@example.com", tags=["Café owner"])
    create(actor, name="Bea Cafe", email="bea@example.com")
    create(actor, name="Cyd", email="cyd@example.com", tags=["Press"])
    assert found(actor, text="cafe") == ["Bea Cafe", "Ada"]
    assert found(actor, text="cafe ada") == ["Ada"]
    assert found(actor, text="press cafe") == []
    assert found(actor, text="cafe", order=Order.NAME) == ["Ada", "Bea Cafe"]
    assert found(actor, text="cafe", without=(Missing.TAGS,)) == ["Bea Cafe"]


def test_tags_that_two_people_changed_are_merged(actor: Actor) -> None:
    ada = create(actor, name="Ada", tags=["Partner", "Press"])
    base = {"name": "Ada", "email": ada.email, "company": None, "phone": None, "notes": None}
    update(actor, ada, tags=["Partner", "VIP"])
    with transaction() as db:
        data = {"version": ada.version, "tags": ["Press", "New"], "base": _json(base, ada)}
        merged = contacts.update_contact(db, actor, contact_id=ada.id, data=data)
    assert names(merged.contact) == ["VIP", "New"]


def _json(base: dict[str, object], contact: ContactView) -> str:
    import json

    return json.dumps({**base, "tags": names(contact)})


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("a b", "a b c", "a b", "a b c"),
        ("a b", "a", "a b d", "a d"),
        ("a b", "", "b a", ""),
        ("a", "a b", "a B", "a B"),
        ("a", "A", "a", "a"),
    ],
)
def test_merging(base: str, mine: str, theirs: str, merged: str) -> None:
    assert merge_tags(base.split(), mine.split(), theirs.split()) == merged.split()


def test_the_history_has_the_names_and_a_change_can_be_undone(actor: Actor) -> None:
    ada = create(actor, name="Ada", tags=["Partner"])
    changed = update(actor, ada, tags=["Press"])
    again = update(actor, changed, tags=["Press", "VIP"])
    with transaction() as db:
        newest, former, created = history.list_changes(db, actor, contact_id=ada.id)
        assert newest.changes == {"tags": (["Press"], ["Press", "VIP"])}
        assert former.changes == {"tags": (["Partner"], ["Press"])}
        assert created.changes["tags"] == ([], ["Partner"])
        undone = history.undo_change(db, actor, contact_id=ada.id, version=changed.version)
    assert names(undone) == ["VIP", "Partner"]
    with transaction() as db:
        restored = entries.restore_entry(
            db, actor, contact_id=ada.id, first=again.version, last=again.version
        )
    assert names(restored.contact) == ["Press"]


def test_a_guests_tags_come_along(actor: Actor) -> None:
    guest = actor_of(signed_in())
    create(actor, name="Ada", email="ada@example.com", tags=["Partner"])
    create(guest, name="Bea", email="bea@example.com", tags=["partner", "Mine"])
    with transaction() as db:
        books.merge_guest(db, Caller(), book_id=guest.book_id, account_id=actor.account_id)
    assert {c.name: names(c) for c in get_all(actor).contacts} == {
        "Ada": ["Partner"],
        "Bea": ["Partner", "Mine"],
    }
    assert counts(actor) == {"Partner": 2, "Mine": 1}
    assert found(actor, tags=("mine",)) == ["Bea"]
