"""API tokens: who can have them, what they allow, and when they end."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from crm_app.database.account_models import Account, ApiToken, AuditEvent
from crm_app.database.models import Job
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.domain.clock import utc_now
from crm_app.errors import (
    NotAllowed,
    TokenInvalid,
    TokenNotFound,
    TooManyTokens,
    ValidationFailed,
)
from crm_app.services import accounts, sessions, tidying, tokens
from tests.accounts import PASSWORD
from tests.api import make_account, make_token
from tests.driving import actor_of, signed_in

pytestmark = pytest.mark.usefixtures("database")


def listed(actor: Actor) -> list[Any]:
    with transaction(read_only=True) as db:
        return tokens.list_tokens(db, actor)


def find(secret: str) -> Actor:
    with transaction(read_only=True) as db:
        return tokens.get_actor(db, Caller(tokens.hash_secret(secret), has_token=True))


def age(**values: Any) -> None:
    with transaction() as db:
        db.connection().execute(sa.update(ApiToken).values(**values))


def test_a_token_stands_for_its_account_and_what_it_allows() -> None:
    owner = make_account()
    secret = make_token(owner, ["write", "read"])
    found = find(secret)
    assert (found.account_id, found.book_id) == (owner.account_id, owner.book_id)
    assert found.scopes == {"read", "write"}
    assert found.via == "token website-form"


def test_only_a_hash_of_the_secret_is_stored() -> None:
    secret = make_token(make_account())
    assert secret.startswith("crm_")
    assert len(secret) == 47
    with transaction(read_only=True) as db:
        stored = db.exec(select(ApiToken)).one()
    assert secret not in repr(stored)
    assert stored.token_hash == tokens.hash_secret(secret)


def test_tokens_are_listed_newest_first_with_what_their_owner_wants_to_know() -> None:
    owner = make_account()
    make_token(owner, ["read"], "first", expires="never")
    make_token(owner, ["export", "read"], "second", expires="30")
    second, first = listed(owner)
    assert (first.name, first.scopes, first.expires_at) == ("first", ("read",), None)
    assert (second.name, second.scopes) == ("second", ("read", "export"))
    assert second.expires_at - second.created_at > timedelta(days=29, hours=23)
    assert (second.used_at, second.used_from, second.is_expired) == (None, "", False)
    assert listed(make_account()) == []


def test_a_revoked_token_is_no_longer_valid() -> None:
    owner = make_account()
    secret = make_token(owner)
    with transaction() as db:
        tokens.revoke_token(db, owner, token_id=listed(owner)[0].id)
    assert listed(owner) == []
    with pytest.raises(TokenInvalid):
        find(secret)


def test_nobody_revokes_anothers_token() -> None:
    owner = make_account()
    make_token(owner)
    other = make_account()
    for token_id in (listed(owner)[0].id, "no id"):
        with pytest.raises(TokenNotFound), transaction() as db:
            tokens.revoke_token(db, other, token_id=token_id)
    assert len(listed(owner)) == 1


def test_an_expired_token_is_refused_shown_for_thirty_days_and_then_removed() -> None:
    owner = make_account()
    secret = make_token(owner)
    age(expires_at=utc_now() - timedelta(days=29))
    with pytest.raises(TokenInvalid):
        find(secret)
    tidy()
    assert listed(owner)[0].is_expired
    age(expires_at=utc_now() - timedelta(days=31))
    tidy()
    assert listed(owner) == []


def tidy() -> None:
    job = Job(kind="tidy", arguments={})
    with transaction() as db:
        while tidying.tidy(db, job, 100):
            pass


def test_a_disabled_accounts_token_is_refused() -> None:
    secret = make_token(make_account())
    with transaction() as db:
        db.connection().execute(sa.update(Account).values(disabled_at=utc_now()))
    with pytest.raises(TokenInvalid):
        find(secret)


def test_guests_have_no_tokens() -> None:
    with pytest.raises(NotAllowed):
        make_token(actor_of(signed_in()))


def test_an_account_can_have_fifty() -> None:
    owner = make_account()
    for number in range(tokens.MAX_TOKENS):
        make_token(owner, name=f"token {number}")
    with pytest.raises(TooManyTokens, match="Revoke one first"):
        make_token(owner)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": ""}, {"name": "Enter a name"}),
        ({"name": "\u200b"}, {"name": "Enter a name"}),
        ({"name": "x" * 51}, {"name": "The name can have at most 50 characters"}),
        ({"name": "a\0b"}, {"name": "Enter a name of ordinary characters"}),
        ({"scopes": []}, {"scopes": "Tick at least one"}),
    ],
)
def test_a_wrong_field_says_so(wrong: dict[str, Any], message: dict[str, str]) -> None:
    data, owner = {"name": "x", "scopes": ["read"], **wrong}, make_account()
    with pytest.raises(ValidationFailed) as caught, transaction() as db:
        tokens.create_token(db, owner, data=data)
    assert caught.value.field_errors == message


@pytest.mark.parametrize("wrong", [{"scopes": ["admin"]}, {"expires": "1000"}, {"more": 1}])
def test_what_no_form_sends_is_refused(wrong: dict[str, Any]) -> None:
    data, owner = {"name": "x", "scopes": ["read"], **wrong}, make_account()
    with pytest.raises(ValidationFailed), transaction() as db:
        tokens.create_token(db, owner, data=data)


def test_the_use_is_recorded_with_its_address() -> None:
    owner = make_account()
    secret = make_token(owner)
    caller = Caller(tokens.hash_secret(secret), address="192.0.2.7", has_token=True)
    with transaction() as db:
        assert tokens.get_actor(db, caller).is_use_due
        tokens.record_use(db, caller)
        assert not tokens.get_actor(db, caller).is_use_due
    (view,) = listed(owner)
    assert view.used_from == "192.0.2.7"
    assert utc_now() - view.used_at < timedelta(minutes=1)


def test_creating_and_revoking_are_in_the_audit_trail() -> None:
    owner = make_account()
    make_token(owner)
    with transaction() as db:
        tokens.revoke_token(db, owner, token_id=listed(owner)[0].id)
    with transaction(read_only=True) as db:
        events = db.exec(select(AuditEvent)).all()
    actions = [event.action for event in events if event.account_id == owner.account_id]
    assert actions[-2:] == ["API token created", "API token revoked"]


def test_a_deleted_accounts_token_is_refused_at_once() -> None:
    owner = make_account()
    secret = make_token(owner)
    with transaction() as db:
        attempt = accounts.begin_deletion(db, owner, data={"password": PASSWORD})
    with transaction() as db:
        accounts.delete_account(db, owner, attempt=attempt, is_right=True)
    with pytest.raises(TokenInvalid):
        find(secret)


def test_a_new_password_leaves_tokens_as_they_are() -> None:
    owner = make_account()
    secret = make_token(owner)
    with transaction() as db:
        sessions.end_all(db, owner.account_id)
    assert find(secret).account_id == owner.account_id
