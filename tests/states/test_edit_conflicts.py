"""Two tabs edit one contact: what is merged, what is shown, what can be saved."""

import json

import pytest

from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.driving import Tree, run
from tests.factories import ADA, base_of
from tests.states.forms import UPDATE, create, open_form


def test_a_stale_edit_can_be_saved_once_it_is_known(tree: Tree) -> None:
    contact_id = create(tree)
    data = open_form(tree, contact_id)
    second = Tree(tree.token_hash)
    run(second, UPDATE, open_form(second, contact_id) | {"company": "Other"})
    run(tree, UPDATE, data | {"notes": "Here"})
    assert tree[ContactListState].contacts[0].company == "Other"
    assert run(tree, UPDATE, data | {"email": ""})[-1].vars["conflict"] == ""
    run(tree, UPDATE, data | {"notes": "Here"})
    version = json.loads(tree[ContactFormState].conflict)["version"]
    done = run(tree, UPDATE, data | {"notes": "Here", "version": version})[-1]
    assert done.vars["message"] == "Contact updated"
    assert tree[ContactListState].contacts[0].notes == "Here"


class TestConcurrentEdits:
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
        message = "Contact updated. Changed meanwhile and kept: phone, notes."
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
            "This contact was changed meanwhile: name, company. Nothing is saved yet."
        )
        assert done.vars["message"].endswith("Filled in from there: phone.")
        assert done.vars["refused_key"] == mine["idempotency_key"]
        assert json.loads(done.vars["conflict"]) == {
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
        stored = json.loads(tree[ContactFormState].conflict)
        base = {"version": stored["version"], "base": json.dumps(stored["values"])}
        done = run(tree, UPDATE, mine | base | {"name": "Here", "phone": "1"})[-1]
        assert (done.vars["message"], done.vars["conflict"]) == ("Contact updated", "")
        row = tree[ContactListState].contacts[0]
        assert (row.name, row.phone) == ("Here", "1")

    def test_a_collision_with_a_base_that_is_none_is_stale(self, tree: Tree, second: Tree) -> None:
        mine, theirs = self.open_in_both(tree, second)
        run(second, UPDATE, theirs | {"phone": "1"})
        done = run(tree, UPDATE, mine | {"name": "Here", "base": "{"})[-1]
        assert "Update again to replace it with your text" in done.vars["message"]
        assert json.loads(done.vars["conflict"])["collisions"] == []


def test_the_text_for_a_deleted_contact_can_be_created_again(tree: Tree) -> None:
    contact_id = create(tree)
    data = open_form(tree, contact_id)
    run(Tree(tree.token_hash), ConfirmDeleteState.delete_contact, contact_id)
    done = run(tree, UPDATE, data | {"notes": "typed meanwhile"})[-1]
    assert done.vars["message"] == "This contact no longer exists"
    assert (done.vars["contact_id"], done.vars["notes"]) == ("", "typed meanwhile")
    assert tree[ContactListState].total == 0


def test_two_tabs_of_one_account(tree: Tree) -> None:
    second = Tree(tree.token_hash)
    contact_id = create(tree)
    data = open_form(second, contact_id)
    run(tree, UPDATE, open_form(tree, contact_id) | {"name": "Here"})
    done = run(second, UPDATE, data | {"notes": "There"})[-1]
    assert done.vars["message"].startswith("This contact was changed meanwhile")
