"""The form's two actions and what the page is told."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from crm_app.states import contact_form
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import Tree, run, run_async, signed_in
from tests.factories import ADA, base_of, change, form

CREATE = ContactFormState.create_contact
UPDATE = ContactFormState.update_contact


def create(tree: Tree, **fields: object) -> str:
    run(tree, CREATE, form(**fields))
    return tree[ContactListState].contacts[0].id


def open_form(tree: Tree, contact_id: str) -> dict[str, object]:
    """Open a contact and return the form as the page would send it."""
    run(tree, ContactFormState.edit_contact, contact_id)
    state = tree[ContactFormState]
    return {
        **{name: getattr(state, name) for name in ADA},
        "contact_id": state.contact_id,
        "version": str(state.version),
        "idempotency_key": form()["idempotency_key"],
    }


class TestCreate:
    def test_says_that_it_works_then_shows_the_contact(self, tree: Tree) -> None:
        data = form()
        pending, done, _ = run(tree, CREATE, data)
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

    def test_signed_out_is_told_so(self, sqlite: str) -> None:
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

    def test_success_is_taken_back_after_a_while(
        self, tree: Tree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert contact_form.MESSAGE_SECONDS == 3
        event = run(tree, CREATE, form())[1].event
        assert event.handler.fn.__name__ == "clear_message_later"
        assert event.args[0][1]._var_value == tree[ContactFormState].message_id


class TestUpdate:
    def test_changes_the_contact_and_offers_an_empty_form(self, tree: Tree) -> None:
        data = open_form(tree, create(tree))
        assert data["name"] == ADA["name"]
        pending, done, _ = run(tree, UPDATE, data | {"name": "Ada King", "company": ""})
        assert pending.vars["is_saving"] is True
        assert (done.vars["message"], done.vars["contact_id"]) == ("Contact updated", "")
        row = tree[ContactListState].contacts[0]
        assert (row.name, row.company) == ("Ada King", "")

    def test_invalid_keeps_the_contact_open(self, tree: Tree) -> None:
        data = open_form(tree, create(tree))
        done = run(tree, UPDATE, data | {"email": ""})[-1]
        assert done.vars["field_errors"] == {"email": "Enter an email address"}
        assert done.vars["contact_id"] == data["contact_id"]

    def test_signed_out_is_told_so(self, tree: Tree) -> None:
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
        assert done.vars["message"].startswith("This contact was changed elsewhere")
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


def test_a_stale_edit_can_be_saved_once_it_is_known(tree: Tree) -> None:
    contact_id = create(tree)
    data = open_form(tree, contact_id)
    second = Tree(tree.token_hash)
    run(second, UPDATE, open_form(second, contact_id) | {"company": "Elsewhere"})
    run(tree, UPDATE, data | {"notes": "Here"})
    assert tree[ContactListState].contacts[0].company == "Elsewhere"
    assert run(tree, UPDATE, data | {"email": ""})[-1].vars["elsewhere"] == ""
    run(tree, UPDATE, data | {"notes": "Here"})
    version = json.loads(tree[ContactFormState].elsewhere)["version"]
    done = run(tree, UPDATE, data | {"notes": "Here", "version": version})[-1]
    assert done.vars["message"] == "Contact updated"
    assert tree[ContactListState].contacts[0].notes == "Here"


class TestEditedElsewhere:
    """Two tabs, or two people in one account, opened the same version."""

    @pytest.fixture
    def second(self, tree: Tree) -> Tree:
        return Tree(tree.token_hash)

    def open_in_both(self, tree: Tree, second: Tree) -> tuple[dict[str, object], ...]:
        contact_id = create(tree)
        forms = [open_form(each, contact_id) for each in (tree, second)]
        return tuple(data | {"base": base_of(tree[ContactFormState])} for data in forms)

    def test_what_does_not_collide_is_merged_and_said(self, tree: Tree, second: Tree) -> None:
        mine, theirs = self.open_in_both(tree, second)
        run(second, UPDATE, theirs | {"phone": "", "notes": "There"})
        done = run(tree, UPDATE, mine | {"name": "Here"})[-1]
        message = "Contact updated. Changed elsewhere meanwhile and kept: phone, notes."
        assert (done.vars["message"], done.vars["is_success"]) == (message, True)
        row = tree[ContactListState].contacts[0]
        assert (row.name, row.phone, row.notes) == ("Here", "", "There")

    def test_news_of_the_other_change_stays_to_be_read(self, tree: Tree, second: Tree) -> None:
        mine, theirs = self.open_in_both(tree, second)
        run(second, UPDATE, theirs | {"notes": "There"})
        steps = run(tree, UPDATE, mine | {"name": "Here"})
        assert [step.event for step in steps] == [None, None]

    def test_a_collision_saves_nothing_and_shows_both(self, tree: Tree, second: Tree) -> None:
        mine, theirs = self.open_in_both(tree, second)
        run(second, UPDATE, theirs | {"name": "There", "company": "", "phone": "1"})
        done = run(tree, UPDATE, mine | {"name": "Here", "company": "Mine", "notes": "n"})[-1]
        assert done.vars["message"].startswith(
            "This contact was changed elsewhere: name, company. Nothing is saved yet."
        )
        assert done.vars["message"].endswith("Filled in from there: phone.")
        assert done.vars["refused_key"] == mine["idempotency_key"]
        assert json.loads(done.vars["elsewhere"]) == {
            "version": "2",
            "values": ADA | {"name": "There", "company": "", "phone": "1"},
            "collisions": ["name", "company"],
            "kept": ["phone"],
        }
        assert tree[ContactListState].contacts[0].name == "There"

    def test_the_next_update_builds_on_theirs(self, tree: Tree, second: Tree) -> None:
        mine, theirs = self.open_in_both(tree, second)
        run(second, UPDATE, theirs | {"name": "There", "phone": "1"})
        run(tree, UPDATE, mine | {"name": "Here"})
        told = json.loads(tree[ContactFormState].elsewhere)
        base = {"version": told["version"], "base": json.dumps(told["values"])}
        done = run(tree, UPDATE, mine | base | {"name": "Here", "phone": "1"})[-1]
        assert (done.vars["message"], done.vars["elsewhere"]) == ("Contact updated", "")
        row = tree[ContactListState].contacts[0]
        assert (row.name, row.phone) == ("Here", "1")

    def test_a_collision_with_a_base_that_is_none_is_stale(self, tree: Tree, second: Tree) -> None:
        mine, theirs = self.open_in_both(tree, second)
        run(second, UPDATE, theirs | {"phone": "1"})
        done = run(tree, UPDATE, mine | {"name": "Here", "base": "{"})[-1]
        assert "Update again to replace it by your text" in done.vars["message"]
        assert json.loads(done.vars["elsewhere"])["collisions"] == []


def test_the_text_for_a_contact_that_is_gone_can_be_created_anew(tree: Tree) -> None:
    contact_id = create(tree)
    data = open_form(tree, contact_id)
    run(Tree(tree.token_hash), ConfirmDeleteState.delete_contact, contact_id)
    done = run(tree, UPDATE, data | {"notes": "typed meanwhile"})[-1]
    assert done.vars["message"] == "This contact no longer exists"
    assert (done.vars["contact_id"], done.vars["notes"]) == ("", "typed meanwhile")
    assert tree[ContactListState].total == 0


def test_a_new_contact_that_does_not_match_the_search_is_said_to(tree: Tree) -> None:
    run(tree, ContactListState.get_contacts, "zz")
    done = run(tree, CREATE, form())[-1]
    assert done.vars["message"] == "Contact created. It does not match the search."
    done = run(tree, CREATE, form(name="Zz", email="zz@example.com"))[-1]
    assert done.vars["message"] == "Contact created"


def test_two_tabs_of_one_account(tree: Tree) -> None:
    second = Tree(tree.token_hash)
    contact_id = create(tree)
    data = open_form(second, contact_id)
    run(tree, UPDATE, open_form(tree, contact_id) | {"name": "Here"})
    done = run(second, UPDATE, data | {"notes": "There"})[-1]
    assert done.vars["message"].startswith("This contact was changed elsewhere")


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

    def test_every_answer_names_its_key_and_is_another(self, tree: Tree) -> None:
        data = form(email="no address")
        answers = [run(tree, CREATE, data)[-1].vars["answer"] for _ in range(2)]
        assert all(answer.startswith(f"{data['idempotency_key']} ") for answer in answers)
        assert answers[0] != answers[1]

    def test_a_page_that_was_not_told_opens_nothing_that_was_closed(self, tree: Tree) -> None:
        contact_id = create(tree)
        run(tree, UPDATE, open_form(tree, contact_id))
        tree.visit(f"edit={contact_id}")
        assert run(tree, ContactFormState.load)[-1].vars["contact_id"] == ""
        assert run(tree, ContactFormState.load)[-1].vars["contact_id"] == contact_id

    def test_the_contact_of_the_address_that_is_gone_is_said(self, tree: Tree) -> None:
        contact_id = create(tree)
        run(tree, ConfirmDeleteState.delete_contact, contact_id)
        blank = Tree(tree.token_hash, f"edit={contact_id}")
        done = run(blank, ContactFormState.load)[-1]
        assert done.vars["gone"]
        assert done.vars["message"] == "This contact no longer exists"
