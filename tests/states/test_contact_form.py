"""The form's two actions and what they return to the page."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import Tree, run, run_async, signed_in
from tests.factories import ADA, change, form
from tests.states.forms import CREATE, UPDATE, create, open_form


class TestCreate:
    def test_says_that_it_works_then_shows_the_contact(self, tree: Tree) -> None:
        data = form()
        pending, done = run(tree, CREATE, data)
        assert pending.event is None
        assert pending.vars["is_saving"] is True
        assert done.vars["is_saving"] is False
        assert (done.vars["message"], done.vars["is_success"]) == ("Contact created", True)
        assert done.vars["saved_key"] == data["idempotency_key"]
        assert done.vars["form_key"] != pending.vars["form_key"]
        shown = tree[ContactListState]
        assert (shown.total, shown.contacts[0].email) == (1, ADA["email"])

    def test_invalid_marks_every_field_and_keeps_the_form(self, tree: Tree) -> None:
        pending, done = run(tree, CREATE, form(name="", email="x"))
        assert set(done.vars["field_errors"]) == {"name", "email"}
        assert done.vars["message"] == "Please check the marked fields"
        assert done.vars["is_success"] is False
        assert done.vars["is_saving"] is False
        assert done.vars["form_key"] == pending.vars["form_key"]
        assert tree[ContactListState].total == 0

    def test_a_taken_email_is_said_at_the_field(self, tree: Tree) -> None:
        create(tree)
        done = run(tree, CREATE, form())[-1]
        assert done.vars["field_errors"] == {"email": "A contact with this email already exists"}

    def test_signed_out_is_asked_to_sign_in(self, sqlite: str) -> None:
        done = run(Tree(""), CREATE, form())[-1]
        assert done.vars["message"] == "Please sign in again"
        assert done.vars["form_key"] == "add"

    def test_the_same_form_twice_creates_one(self, tree: Tree) -> None:
        data = form()
        run(tree, CREATE, data)
        done = run(tree, CREATE, data)[-1]
        assert done.vars["message"] == "Contact created"
        assert tree[ContactListState].total == 1

    @pytest.mark.parametrize("data", [None, 5, "text", [], ["name"], {"name": {}}, {5: 5}])
    def test_no_form_at_all_is_refused(self, tree: Tree, data: Any) -> None:
        done = run(tree, CREATE, data)[-1]
        assert done.vars["is_success"] is False
        assert done.vars["message"]
        assert tree[ContactListState].total == 0


class TestUpdate:
    def test_changes_the_contact_and_offers_an_empty_form(self, tree: Tree) -> None:
        data = open_form(tree, create(tree))
        assert data["name"] == ADA["name"]
        pending, done = run(tree, UPDATE, data | {"name": "Ada King", "company": ""})
        assert pending.vars["is_saving"] is True
        assert (done.vars["message"], done.vars["contact_id"]) == ("Contact updated", "")
        row = tree[ContactListState].contacts[0]
        assert (row.name, row.company) == ("Ada King", "")

    def test_invalid_keeps_the_contact_open(self, tree: Tree) -> None:
        data = open_form(tree, create(tree))
        done = run(tree, UPDATE, data | {"email": ""})[-1]
        assert done.vars["field_errors"] == {"email": "Enter an email address"}
        assert done.vars["contact_id"] == data["contact_id"]

    def test_signed_out_is_asked_to_sign_in(self, tree: Tree) -> None:
        data = open_form(tree, create(tree))
        tree.token_hash = ""
        tree.visit("")
        done = run(tree, UPDATE, data | {"name": "Nobody"})[-1]
        assert done.vars["message"] == "Please sign in again"

    def test_someone_elses_and_missing_are_the_same(self, tree: Tree) -> None:
        data = open_form(tree, create(tree))
        other = signed_in()
        theirs = run(other, UPDATE, data | {"name": "Stolen"})[-1]
        missing = run(other, UPDATE, data | {"contact_id": "x"})[-1]
        nothing = run(other, UPDATE, None)[-1]
        messages = {step.vars["message"] for step in (theirs, missing, nothing)}
        assert messages == {"This contact no longer exists"}
        run(tree, ContactListState.retry)
        assert tree[ContactListState].contacts[0].name == ADA["name"]

    def test_twice_is_stale_and_says_so(self, tree: Tree) -> None:
        data = open_form(tree, create(tree))
        run(tree, UPDATE, data | {"name": "First"})
        done = run(tree, UPDATE, data | {"name": "Second", "idempotency_key": str(uuid4())})[-1]
        assert done.vars["message"].startswith("This contact was changed meanwhile")
        assert tree[ContactListState].contacts[0].name == "First"


class TestOpen:
    def test_the_address_opens_a_contact(self, tree: Tree) -> None:
        contact_id = create(tree)
        tree.visit(f"edit={contact_id}")
        done = run(tree, ContactFormState.load)[-1]
        assert (done.vars["contact_id"], done.vars["name"]) == (contact_id, ADA["name"])
        assert run(tree, ContactFormState.load)[-1].vars["form_key"] == done.vars["form_key"]

    @pytest.mark.parametrize("contact_id", ["x", "01920000-0000-7000-8000-000000000000", None, 5])
    def test_a_contact_that_is_not_there_is_said(self, tree: Tree, contact_id: Any) -> None:
        done = run(tree, ContactFormState.edit_contact, contact_id)[-1]
        assert done.vars["message"] == "This contact no longer exists"
        assert done.vars["contact_id"] == ""
        shown = contact_id if isinstance(contact_id, str) else ""
        assert done.vars["missing"].startswith(f"{shown} ")
        again = run(tree, ContactFormState.edit_contact, contact_id)[-1]
        assert again.vars["missing"] != done.vars["missing"]

    def test_cancelling_and_adding_offer_an_empty_form(self, tree: Tree) -> None:
        contact_id = create(tree)
        for handler in (ContactFormState.cancel_edit, ContactFormState.add_contact):
            open_form(tree, contact_id)
            done = run(tree, handler)[-1]
            assert (done.vars["contact_id"], done.vars["name"]) == ("", "")

    def test_trying_again_builds_the_form_anew_for_the_same_contact(self, tree: Tree) -> None:
        contact_id = create(tree)
        key = tree[ContactFormState].form_key
        done = run(tree, ContactFormState.retry)[-1]
        assert (done.vars["contact_id"], done.vars["form_key"] != key) == ("", True)
        open_form(tree, contact_id)
        key = tree[ContactFormState].form_key
        done = run(tree, ContactFormState.retry)[-1]
        assert (done.vars["contact_id"], done.vars["form_key"] != key) == (contact_id, True)

    def test_adding_leaves_an_empty_form_alone(self, tree: Tree) -> None:
        key = tree[ContactFormState].form_key
        assert run(tree, ContactFormState.add_contact)[-1].vars["form_key"] == key


def test_a_new_contact_that_does_not_match_the_search_is_said_to(tree: Tree) -> None:
    run(tree, ContactListState.get_contacts, "zz")
    done = run(tree, CREATE, form())[-1]
    assert done.vars["message"] == "Contact created. It does not match the search."
    done = run(tree, CREATE, form(name="Zz", email="zz@example.com"))[-1]
    assert done.vars["message"] == "Contact created"


def test_handlers_run_in_a_running_loop_too(tree: Tree) -> None:
    assert asyncio.run(run_async(tree, CREATE, form()))[1].vars["is_success"] is True


def test_change_makes_the_form_of_a_contact(tree: Tree) -> None:
    create(tree)
    row = tree[ContactListState].contacts[0]
    assert change(row, name="B")["name"] == "B"


class TestAfterReconnecting:
    def test_every_loading_has_a_name_of_its_own(self, tree: Tree) -> None:
        names = [run(tree, ContactFormState.load)[-1].vars["load_id"] for _ in range(2)]
        assert "" not in names
        assert names[0] != names[1]

    def test_every_acknowledgement_has_its_key_and_is_unique(self, tree: Tree) -> None:
        data = form(email="no address")
        acks = [run(tree, CREATE, data)[-1].vars["ack"] for _ in range(2)]
        assert all(ack.startswith(f"{data['idempotency_key']} ") for ack in acks)
        assert acks[0] != acks[1]

    def test_an_outdated_page_opens_nothing_that_was_closed(self, tree: Tree) -> None:
        contact_id = create(tree)
        run(tree, UPDATE, open_form(tree, contact_id))
        tree.visit(f"edit={contact_id}")
        assert run(tree, ContactFormState.load)[-1].vars["contact_id"] == ""
        assert run(tree, ContactFormState.load)[-1].vars["contact_id"] == contact_id

    def test_a_missing_contact_in_the_address_is_reported(self, tree: Tree) -> None:
        contact_id = create(tree)
        run(tree, ConfirmDeleteState.delete_contact, contact_id)
        blank = Tree(tree.token_hash, f"edit={contact_id}")
        done = run(blank, ContactFormState.load)[-1]
        assert done.vars["missing"].startswith(f"{contact_id} ")
        assert done.vars["message"] == "This contact no longer exists"
