"""The account view: password, sessions, activity, and the end of the account."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from crm_app.database.account_models import Account, BrowserSession
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Caller
from crm_app.domain.clock import utc_now
from crm_app.errors import NotSignedIn
from crm_app.operations.perform import for_visitor, perform_here
from crm_app.operations.rate_limits import Limit
from crm_app.operations.results import Ok
from crm_app.services import accounts
from crm_app.states import actions
from crm_app.states.account import AccountState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import ACCOUNT_DELETED, SIGNED_OUT, SessionState
from crm_app.states.sign_in import SignInState
from tests.driving import Tree, actor_of, run, signed_in, trade
from tests.factories import form
from tests.states.people_with_accounts import PASSWORD, account_form, enter

pytestmark = pytest.mark.usefixtures("database")
NEW = "another good password"


@pytest.fixture
def member() -> Tree:
    return enter(signed_in(), SignInState.sign_up)


@pytest.fixture
def other_browser(member: Tree) -> Tree:
    """The same account in another browser."""
    return enter(signed_in(), SignInState.sign_in)


def is_signed_in(tree: Tree) -> bool:
    try:
        actor_of(tree)
    except NotSignedIn:
        return False
    return True


def rows_in(table: str) -> int:
    with transaction(read_only=True) as session:
        return session.connection().scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0


def test_it_lists_the_browsers_and_what_happened(member: Tree, other_browser: Tree) -> None:
    run(member, ContactFormState.create_contact, form())
    shown = run(member, AccountState.open)[-1].vars
    assert shown["is_open"] is True
    assert sorted(row.is_current for row in shown["sessions"]) == [False, True]
    actions = [row.action for row in shown["events"]]
    assert actions == ["signed in", "signed up"]
    member[AccountState]._say("Said")
    closed = run(member, AccountState.close)[-1].vars
    assert (closed["is_open"], closed["message"]) == (False, "")


def test_another_browser_is_signed_out_by_its_id(member: Tree, other_browser: Tree) -> None:
    run(member, AccountState.open)
    other = next(row for row in member[AccountState].sessions if not row.is_current)
    done = run(member, AccountState.revoke_session, other.id)[-1]
    assert (done.vars["message"], len(done.vars["sessions"])) == ("Signed out there", 1)
    assert not is_signed_in(other_browser)
    assert is_signed_in(member)
    again = run(member, AccountState.revoke_session, other.id)[-1]
    assert again.vars["message"] == "This session has ended already"


def test_anothers_session_and_nonsense_look_like_a_missing_one(member: Tree) -> None:
    stranger = enter(signed_in(), SignInState.sign_up, email="other@example.com")
    run(stranger, AccountState.open)
    victim = stranger[AccountState].sessions[0].id
    for session_id in (victim, "01920000-0000-7000-8000-000000000000", "x", ""):
        done = run(member, AccountState.revoke_session, session_id)[-1]
        assert done.vars["message"] == "This session has ended already"
    assert is_signed_in(stranger)


def test_a_new_password_ends_all_other_sessions_and_renews_this_one(
    member: Tree, other_browser: Tree
) -> None:
    data = account_form(new_password=NEW)
    pending, done = run(member, AccountState.change_password, data)
    assert pending.vars["is_busy"] is True
    assert done.vars["message"] == "Password changed. Other browsers are signed out."
    assert member[SessionState].accepted == "one"
    assert not is_signed_in(other_browser)
    assert not is_signed_in(member)
    assert is_signed_in(trade(member, data["ticket"]))
    enter(signed_in(), SignInState.sign_in, password=NEW)
    run(signed_in(), SignInState.sign_in, account_form(password=PASSWORD))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"password": "not this one", "new_password": NEW}, {"password"}),
        ({"password": "", "new_password": "short"}, {"password", "new_password"}),
        ({"new_password": "password1"}, {"new_password"}),
    ],
)
def test_a_password_change_is_judged_field_by_field(
    member: Tree, other_browser: Tree, fields: dict[str, str], wrong: set[str]
) -> None:
    done = run(member, AccountState.change_password, account_form(**fields))[-1]
    assert set(done.vars["field_errors"]) == wrong
    assert is_signed_in(other_browser)
    enter(signed_in(), SignInState.sign_in)


@pytest.mark.parametrize("meanwhile", ["changed", "disabled", "deleted"])
def test_a_password_judged_before_it_stopped_to_hold_opens_nothing(
    member: Tree, meanwhile: str
) -> None:
    visitor, data = actions.caller_of(signed_in().root), account_form()
    mode = for_visitor(Limit.SIGN_INS_PER_ADDRESS)
    begun = perform_here(accounts.begin_sign_in, visitor, mode, {"data": data})
    assert isinstance(begun, Ok)
    if meanwhile == "changed":
        run(member, AccountState.change_password, account_form(new_password=NEW))
    elif meanwhile == "deleted":
        run(member, AccountState.delete_account, {"password": PASSWORD})
    else:
        with transaction() as session:
            accounts.set_disabled(session, Caller(), email=data["email"], is_disabled=True)
    arguments = {"attempt": begun.value, "is_right": True, "new_hash": None}
    done = perform_here(accounts.finish_sign_in, visitor, mode, arguments)
    assert done == Ok(False)
    with pytest.raises(NotSignedIn):
        trade(signed_in(), data["ticket"])


def test_guessing_the_password_of_an_open_session_takes_ever_longer(member: Tree) -> None:
    for _ in range(3):
        run(member, AccountState.change_password, account_form(password="x", new_password=NEW))
    done = run(member, AccountState.change_password, account_form(new_password=NEW))[-1]
    assert done.vars["message"].startswith("Too many requests. Try again in ")


def test_signing_out_ends_this_session_only(member: Tree, other_browser: Tree) -> None:
    run(member, AccountState.sign_out)
    assert member[SessionState].left == SIGNED_OUT
    assert (is_signed_in(member), is_signed_in(other_browser)) == (False, True)


def test_signing_out_everywhere_ends_all_sessions(member: Tree, other_browser: Tree) -> None:
    run(member, AccountState.sign_out_everywhere)
    assert member[SessionState].left == SIGNED_OUT
    assert (is_signed_in(member), is_signed_in(other_browser)) == (False, False)
    assert rows_in("known_device") == 0


def test_deleting_the_account_asks_needs_the_password_and_takes_everything(
    member: Tree, other_browser: Tree
) -> None:
    number = actor_of(member).account_id
    run(member, ContactFormState.create_contact, form())
    assert run(member, AccountState.ask_to_delete)[-1].vars["is_asking"] is True
    assert run(member, AccountState.keep_account)[-1].vars["is_asking"] is False
    done = run(member, AccountState.delete_account, {"password": "not this one"})[-1]
    assert done.vars["field_errors"] == {"password": "This is not your password"}
    assert rows_in("contact") == 1
    run(member, AccountState.delete_account, {"password": PASSWORD})
    assert member[SessionState].left == ACCOUNT_DELETED
    assert (is_signed_in(member), is_signed_in(other_browser)) == (False, False)
    assert [rows_in(table) for table in ("contact", "known_device", "contact_change")] == [0, 0, 0]
    with transaction(read_only=True) as db:
        left = db.exec(select(Account)).all()
    assert all(account.is_guest and account.id != number for account in left)


def test_a_deleted_accounts_number_is_never_given_out_again(member: Tree) -> None:
    former = actor_of(member).account_id
    run(member, AccountState.delete_account, {"password": PASSWORD})
    newcomer = signed_in()
    assert actor_of(newcomer).account_id > former
    run(newcomer, AccountState.open)
    assert newcomer[AccountState].events == []


def test_a_guest_has_no_password_to_change_or_delete_with() -> None:
    guest = signed_in()
    for handler in (AccountState.change_password, AccountState.delete_account):
        done = run(guest, handler, account_form(new_password=NEW))[-1]
        assert done.vars["field_errors"] == {"password": "This is not your password"}
    assert is_signed_in(guest)


@pytest.mark.parametrize(
    ("column", "age", "lives"),
    [
        ("used_at", timedelta(hours=11), True),
        ("used_at", timedelta(hours=13), False),
        ("claimed_at", timedelta(hours=11, minutes=59), True),
        ("claimed_at", timedelta(hours=12, minutes=1), False),
    ],
)
def test_a_session_ends_when_it_is_unused_or_old(
    member: Tree, column: str, age: timedelta, lives: bool
) -> None:
    with transaction() as session:
        session.connection().execute(sa.update(BrowserSession).values({column: utc_now() - age}))
    assert is_signed_in(member) is lives
    run(member, ContactListState.load)
    assert (member[ContactListState].failure == "") is lives


def test_a_guests_session_lasts_as_long_as_browsers_keep_cookies() -> None:
    guest = signed_in()
    for days, lives in ((399, True), (401, False)):
        with transaction() as session:
            used_at = utc_now() - timedelta(days=days)
            session.connection().execute(sa.update(BrowserSession).values(used_at=used_at))
        assert is_signed_in(guest) is lives


def test_without_a_session_nothing_is_done(member: Tree) -> None:
    before = [rows_in(table) for table in ("contact", "browser_session", "audit_event")]
    for handler in (
        AccountState.open,
        AccountState.sign_out,
        AccountState.sign_out_everywhere,
        AccountState.ask_to_delete,
    ):
        run(Tree(""), handler)
    run(Tree(""), AccountState.delete_account, account_form())
    run(Tree(""), AccountState.revoke_session, "x")
    assert [rows_in(table) for table in ("contact", "browser_session", "audit_event")] == before
