"""The message of a form, how long to wait before the next try, and for how long it is news."""

import asyncio
from typing import Any

import pytest

from crm_app.errors import ErrorCode
from crm_app.operations import rate_limits
from crm_app.operations.results import Failure
from crm_app.states.account import AccountState
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.handler_error import stop_waiting
from crm_app.states.notice import NoticeState
from crm_app.states.outcome import Outcome
from crm_app.states.sign_in import SignInState
from crm_app.states.tokens import TokenState
from tests.conftest import Configure
from tests.driving import Tree, run, run_async
from tests.factories import form
from tests.states.forms import CREATE, UPDATE, create, open_form
from tests.states.people_with_accounts import account_form

FORMS = (ContactFormState, SignInState, AccountState, TokenState)
LIMITED = Failure(ErrorCode.RATE_LIMIT_ERROR, "Too many requests.", retry_after=7)
INVALID = Failure(ErrorCode.VALIDATION_ERROR, "Invalid", {"name": "Enter a name"})


@pytest.mark.parametrize("form_state", FORMS)
class TestEveryForm:
    def test_it_has_the_message_of_its_own(self, tree: Tree, form_state: type[Outcome]) -> None:
        assert issubclass(form_state, Outcome)
        tree[form_state]._say("Mine")
        others = [tree[other].message for other in FORMS if other is not form_state]
        assert others == ["", "", ""]

    def test_a_message_has_another_id_each_time(
        self, tree: Tree, form_state: type[Outcome]
    ) -> None:
        state, ids = tree[form_state], set[str]()
        for _ in range(3):
            state._say("The same", is_success=True)
            ids.add(state.message_id)
        assert (len(ids), state.message, state.is_success) == (3, "The same", True)

    def test_a_message_replaces_all_of_the_last_one(
        self, tree: Tree, form_state: type[Outcome]
    ) -> None:
        state = tree[form_state]
        state._say_failed(LIMITED)
        assert (state.message, state.retry_after) == (LIMITED.text, 7)
        state._say_failed(INVALID)
        assert (state.message, state.retry_after) == ("", 0)
        assert state.field_errors == {"name": "Enter a name"}
        state._say_failed(INVALID, "Please check the marked fields")
        assert state.message == "Please check the marked fields"
        state._say("Done", is_success=True)
        assert (state.field_errors, state.is_success) == ({}, True)
        state._say_failed(LIMITED)
        assert state.is_success is False

    def test_a_page_load_forgets_it(self, tree: Tree, form_state: type[Outcome]) -> None:
        state = tree[form_state]
        state._say_failed(LIMITED)
        state._forget_messages()
        assert (state.message, state.retry_after, state.field_errors) == ("", 0, {})


class TestNews:
    def test_a_saved_contact_is_news(self, tree: Tree) -> None:
        assert run(tree, CREATE, form())[-1].vars["is_news"] is True
        contact_id = tree[ContactListState].contacts[0].id
        done = run(tree, UPDATE, open_form(tree, contact_id) | {"notes": "more"})[-1]
        assert (done.vars["message"], done.vars["is_news"]) == ("Contact updated", True)

    def test_that_another_ones_work_was_kept_stays_to_be_read(self, tree: Tree) -> None:
        contact_id, second = create(tree), Tree(tree.token_hash)
        data = open_form(tree, contact_id)
        base = '{"name": "Ada Lovelace", "email": "ada@analytical.engine", '
        base += '"company": "Analytical Engines", "phone": "+44 20 7946 0958", '
        base += '"notes": "Met at the Royal Society."}'
        run(second, UPDATE, open_form(second, contact_id) | {"phone": "1", "base": base})
        done = run(tree, UPDATE, data | {"notes": "more", "base": base})[-1]
        assert done.vars["message"] == "Contact updated. Changed meanwhile and kept: phone."
        assert (done.vars["is_success"], done.vars["is_news"]) == (True, False)

    def test_a_failure_after_success_is_no_success(self, tree: Tree) -> None:
        create(tree)
        assert run(tree, CREATE, form(name=""))[-1].vars["is_success"] is False


@pytest.fixture
def limited(tree: Tree, configure: Configure) -> Tree:
    """A visitor with a contact, who may do nothing more for a minute."""
    create(tree)
    for setting in ("ACTIONS_PER_ACCOUNT", "ACTIONS_PER_ADDRESS"):
        configure(**{f"CRM_LIMIT_{setting}": "1/minute"})
    rate_limits._limiter.cache_clear()
    rate_limits._memory_limiter.cache_clear()
    run(tree, ContactListState.retry)
    return tree


def sentence(seconds: int) -> str:
    assert 0 < seconds <= 60
    return f"Try again in {seconds} seconds."


def test_the_form_has_the_seconds_to_wait(limited: Tree) -> None:
    for handler, argument in (
        (CREATE, form()),
        (UPDATE, form(contact_id="x")),
        (ContactFormState.edit_contact, "x"),
    ):
        done = run(limited, handler, argument)[-1].vars
        assert done["message"].endswith(sentence(done["retry_after"]))
    assert run(limited, ContactFormState.cancel_edit)[-1].vars["retry_after"] == 0


def test_the_list_has_the_seconds_to_wait(limited: Tree) -> None:
    done = run(limited, ContactListState.get_contacts)[-1].vars
    assert done["failure"].endswith(sentence(done["retry_after"]))
    assert len(done["contacts"]) == 1


def test_the_opened_contact_has_the_seconds_to_wait(limited: Tree) -> None:
    ids = set[str]()
    for _ in range(2):
        done = run(limited, ContactListState.open_contact, "x")[-1].vars
        assert done["open_failure"].endswith(sentence(done["open_retry_after"]))
        ids.add(done["open_failure_id"])
    assert len(ids) == 2


def test_the_deletion_has_the_seconds_to_wait(limited: Tree) -> None:
    contact_id = limited[ContactListState].contacts[0].id
    done = run(limited, ConfirmDeleteState.delete_contact, contact_id, "a-key")[-1].vars
    assert done["failure"].endswith(sentence(done["retry_after"]))
    assert (done["failed_key"], done["done_key"]) == ("a-key", "")


def test_a_notice_has_the_seconds_to_wait(limited: Tree) -> None:
    run(limited, NoticeState.restore_contact, "x")
    notice = limited[NoticeState].notices[-1]
    assert notice.message.startswith("Could not undo: ")
    assert notice.message.endswith(sentence(notice.retry_after))


def test_signing_in_has_the_seconds_to_wait(tree: Tree, configure: Configure) -> None:
    configure(CRM_LIMIT_SIGN_INS_PER_ADDRESS="1/minute")
    tree.root.router_data["ip"] = "192.0.2.1"
    tree.root.router = type(tree.root.router).from_router_data(tree.root.router_data)
    done: dict[str, Any] = {}
    for _ in range(2):
        done = run(tree, SignInState.sign_in, account_form())[-1].vars
    assert done["message"].endswith(sentence(done["retry_after"]))
    assert run(tree, SignInState.show, "sign-up")[-1].vars["retry_after"] == 0


def test_a_list_that_broke_while_it_was_first_loaded_waits_for_nothing(tree: Tree) -> None:
    state = tree[ContactListState]
    state.retry_after = 7
    asyncio.run(stop_waiting(tree[NoticeState], "Something went wrong"))
    assert (state.failure, state.retry_after) == ("Something went wrong", 0)
    assert asyncio.run(run_async(tree, ContactListState.retry))[-1].vars["failure"] == ""
