"""Changes of contacts are published once they are committed, and never otherwise."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from crm_app.database.models import ContactChange
from crm_app.domain.actor import Actor
from crm_app.operations import changes
from crm_app.services import contacts
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import Tree, actor_of, run
from tests.factories import form
from tests.operations.test_actions import act


@pytest.fixture
def published() -> Iterator[list[ContactChange]]:
    seen: list[ContactChange] = []
    changes.subscribers.append(seen.append)
    yield seen
    changes.subscribers.remove(seen.append)


def test_what_was_committed_is_published_in_order(
    tree: Tree, published: list[ContactChange]
) -> None:
    run(tree, ContactFormState.create_contact, form())
    contact = tree[ContactListState].contacts[0]
    update = form(name="Changed", contact_id=contact.id, version="1")
    run(tree, ContactFormState.update_contact, update)
    run(tree, ConfirmDeleteState.delete_contact, contact.id)
    assert [(each.version, each.action) for each in published] == [
        (1, "created"),
        (2, "updated"),
        (3, "deleted"),
    ]
    assert {each.book_id for each in published} == {actor_of(tree).book_id}


def test_what_was_rolled_back_is_not(tree: Tree, published: list[ContactChange]) -> None:
    def fail_after_writing(db: Session, actor: Actor) -> None:
        contacts.create_contact(db, actor, data=form())
        raise RuntimeError

    act(tree, fail_after_writing)
    run(tree, ContactFormState.create_contact, form(email="no email"))
    assert published == []
