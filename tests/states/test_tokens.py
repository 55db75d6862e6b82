"""The API tokens, through the handlers of the account view."""

from datetime import datetime

import pytest
from sqlmodel import select

from crm_app.database.account_models import ApiToken
from crm_app.database.transaction import transaction
from crm_app.states.account import AccountState
from crm_app.states.sign_in import SignInState
from crm_app.states.tokens import TokenState
from tests.driving import Tree, run, signed_in
from tests.states.people_with_accounts import enter

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def member() -> Tree:
    return enter(signed_in(), SignInState.sign_up)


def create(tree: Tree, **fields: str) -> TokenState:
    form = {"token_name": "nightly", "expires": "90", "read": "on", **fields}
    run(tree, TokenState.new_token)
    run(tree, TokenState.create_token, form)
    return tree[TokenState]


def test_a_token_is_created_and_its_secret_shown_until_done(member: Tree) -> None:
    state = create(member, write="on")
    assert (state.created, state.is_creating, state.is_busy) == ("nightly", False, False)
    assert state.secret.startswith("crm_")
    assert [(row.name, row.scopes, row.used_at) for row in state.tokens] == [
        ("nightly", ["read", "write"], "")
    ]
    run(member, TokenState.done)
    assert (state.created, state.secret) == ("", "")


@pytest.mark.parametrize("leave", [AccountState.close, TokenState.new_token, TokenState.cancel])
def test_whatever_comes_next_the_secret_goes(member: Tree, leave: object) -> None:
    state = create(member)
    run(member, leave)
    assert (state.created, state.secret) == ("", "")


def test_the_button_says_so_while_a_token_is_created(member: Tree) -> None:
    form = {"token_name": "nightly", "expires": "never", "read": "on"}
    first, *_, last = run(member, TokenState.create_token, form)
    assert (first.vars["is_busy"], last.vars["is_busy"]) == (True, False)
    assert last.vars["tokens"][0].expires_at == ""


def test_wrong_fields_are_named_and_the_form_stays(member: Tree) -> None:
    state = create(member, token_name=" ", read="")
    assert state.field_errors == {"name": "Enter a name", "scopes": "Tick at least one"}
    assert (state.is_creating, state.secret, state.tokens) == (True, "", [])


def test_the_form_says_when_a_token_would_expire(member: Tree) -> None:
    run(member, TokenState.new_token)
    days = [expiry.days for expiry in member[TokenState].expiries]
    first, _, last = (datetime.fromisoformat(each.at) for each in member[TokenState].expiries)
    assert (days, (last - first).days) == (["30", "90", "365"], 335)


def test_a_token_is_revoked_once(member: Tree) -> None:
    token_id = create(member).tokens[0].id
    run(member, TokenState.revoke_token, token_id)
    assert (member[TokenState].tokens, member[TokenState].message) == ([], "")
    run(member, TokenState.revoke_token, token_id)
    assert member[TokenState].message == "This token was revoked already"


def test_the_question_before_revoking_can_be_taken_back(member: Tree) -> None:
    token_id = create(member).tokens[0].id
    run(member, TokenState.ask_to_revoke, token_id)
    assert member[TokenState].asking_id == token_id
    run(member, TokenState.keep_token)
    assert (member[TokenState].asking_id, len(member[TokenState].tokens)) == ("", 1)


def test_another_accounts_token_cannot_be_revoked(member: Tree) -> None:
    token_id = create(member).tokens[0].id
    other = enter(signed_in(), SignInState.sign_up, email="grace@example.com")
    run(other, TokenState.revoke_token, token_id)
    assert other[TokenState].message == "This token was revoked already"
    run(member, AccountState.open)
    assert len(member[TokenState].tokens) == 1


def test_without_a_session_there_is_no_token(member: Tree) -> None:
    state = create(Tree(""))
    assert (state.secret, state.tokens, state.message) == ("", [], "Please sign in again")
    with transaction(read_only=True) as db:
        assert db.exec(select(ApiToken)).all() == []


def test_a_guest_is_told_to_make_an_account() -> None:
    assert create(signed_in()).message == "Create an account to use API tokens"
