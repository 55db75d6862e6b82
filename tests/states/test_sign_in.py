"""Signing up and in, and one-time links, through the handlers."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm_app.database.account_models import BrowserSession, KnownDevice, PasswordReset
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Caller
from crm_app.domain.clock import utc_now
from crm_app.errors import NotSignedIn
from crm_app.services import accounts, password_resets, sessions
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState
from tests.conftest import Configure
from tests.driving import Tree, actor_of, run, signed_in, trade
from tests.factories import form
from tests.states.people_with_accounts import EMAIL, PASSWORD, account_form, enter

SIGN_IN, SIGN_UP = SignInState.sign_in, SignInState.sign_up
WRONG = "Email address or password is wrong"
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def guest() -> Tree:
    return signed_in()


def names(tree: Tree) -> list[str]:
    run(tree, ContactListState.load)
    return [contact.name for contact in tree[ContactListState].contacts]


def reset_link() -> str:
    with transaction() as session:
        token = password_resets.offer_password_reset(session, Caller(), email=EMAIL.upper())
    assert token is not None
    return token


def test_a_guest_becomes_an_account_and_keeps_the_contacts(guest: Tree) -> None:
    run(guest, ContactFormState.create_contact, form(name="Kept"))
    member = enter(guest, SIGN_UP)
    run(member, SessionState.load)
    shown = member[SessionState]
    assert (shown.is_signed_in, shown.is_guest, shown.email) == (True, False, EMAIL)
    assert names(member) == ["Kept"]
    assert actor_of(member).account_id == 1


def test_the_guests_cookie_does_not_open_the_account(guest: Tree) -> None:
    run(guest, SIGN_UP, account_form())
    with pytest.raises(NotSignedIn):
        actor_of(guest)


def test_a_ticket_is_traded_once_and_soon(guest: Tree) -> None:
    data = account_form()
    run(guest, SIGN_UP, data)
    trade(guest, data["ticket"])
    with pytest.raises(NotSignedIn):
        trade(guest, data["ticket"])
    late = account_form(email="late@example.com")
    run(signed_in(), SIGN_UP, late)
    with transaction() as session:
        session.connection().execute(
            sa.update(BrowserSession).values(created_at=utc_now() - timedelta(seconds=61))
        )
    with pytest.raises(NotSignedIn):
        trade(signed_in(), late["ticket"])


def test_a_form_that_comes_twice_signs_in_once(guest: Tree) -> None:
    enter(guest, SIGN_UP)
    visitor, data = signed_in(), account_form()
    for _ in range(2):
        run(visitor, SIGN_IN, data)
        assert visitor[SignInState].message == ""
    trade(visitor, data["ticket"])
    with pytest.raises(NotSignedIn):
        trade(visitor, data["ticket"])


def test_nobody_is_signed_in_by_a_ticket_that_was_not_traded(guest: Tree) -> None:
    data = account_form()
    run(guest, SIGN_UP, data)
    with pytest.raises(NotSignedIn):
        actor_of(Tree(sessions.hash_token(data["ticket"])))


def test_signing_in_brings_a_guests_contacts_along_without_doubles(guest: Tree) -> None:
    run(guest, ContactFormState.create_contact, form(name="Mine"))
    enter(guest, SIGN_UP)
    second = signed_in()
    run(second, ContactFormState.create_contact, form(name="The same email"))
    run(second, ContactFormState.create_contact, form(name="New", email="new@example.com"))
    member = enter(second, SIGN_IN)
    assert names(member) == ["New", "Mine"]
    run(member, SessionState.load)
    shown = [notice.message for notice in member[NoticeState].notices]
    assert shown == [
        "1 duplicate was moved to the trash: the account had a contact with the same email."
    ]
    with transaction(read_only=True) as session:
        owners = session.connection().exec_driver_sql("SELECT DISTINCT book_id FROM contact").all()
    assert owners == [(actor_of(member).account_id,)]


def test_what_a_guest_adds_before_the_ticket_is_traded_comes_along(guest: Tree) -> None:
    enter(guest, SIGN_UP)
    second, data = signed_in(), account_form()
    run(second, SIGN_IN, data)
    run(second, ContactFormState.create_contact, form(name="In between"))
    assert names(second) == ["In between"]
    assert names(trade(second, data["ticket"])) == ["In between"]
    late = run(second, ContactFormState.create_contact, form(email="late@example.com"))[-1]
    assert late.vars["message"] == "Please sign in again"


def test_the_password_counts_in_its_composed_form(guest: Tree) -> None:
    enter(guest, SIGN_UP, password="Zoe\u0301 reads 15 books")
    enter(signed_in(), SIGN_IN, password="Zo\u00e9 reads 15 books")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong"),
        ("nobody@example.com", PASSWORD),
        (EMAIL, PASSWORD + " "),
        ("no email", "x"),
    ],
)
def test_what_is_wrong_is_not_said(guest: Tree, email: str, password: str) -> None:
    enter(guest, SIGN_UP)
    visitor = signed_in()
    pending, done = run(visitor, SIGN_IN, account_form(email=email, password=password))
    assert pending.vars["is_busy"] is True
    assert (done.vars["is_busy"], done.vars["message"]) == (False, WRONG)
    assert visitor[SessionState].accepted == ""


def test_a_disabled_account_looks_like_none(guest: Tree) -> None:
    member = enter(guest, SIGN_UP)
    with transaction() as session:
        assert accounts.set_disabled(session, Caller(), email=EMAIL, is_disabled=True)
    with pytest.raises(NotSignedIn):
        actor_of(member)
    assert run(signed_in(), SIGN_IN, account_form())[-1].vars["message"] == WRONG
    with transaction() as session:
        assert accounts.set_disabled(session, Caller(), email=EMAIL, is_disabled=False)
    enter(signed_in(), SIGN_IN)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "", "password": ""}, {"email", "password"}),
        ({"email": "nonsense"}, {"email"}),
        ({"password": "seven77"}, {"password"}),
        ({"password": "x" * 120 + "yz" * 5}, {"password"}),
        ({"password": "password1"}, {"password"}),
        ({"email": "longname@example.com", "password": "longname"}, {"password"}),
        ({"email": "a\x00b@example.com"}, {"email"}),
    ],
)
def test_a_new_account_is_judged_field_by_field(
    guest: Tree, fields: dict[str, str], wrong: set[str]
) -> None:
    done = run(guest, SIGN_UP, account_form(**fields))[-1]
    assert set(done.vars["field_errors"]) == wrong
    assert guest[SessionState].accepted == ""


def test_an_email_has_one_account_however_it_is_written(guest: Tree) -> None:
    enter(guest, SIGN_UP)
    done = run(signed_in(), SIGN_UP, account_form(email=EMAIL.upper()))[-1]
    assert done.vars["field_errors"] == {
        "email": "An account with this email address exists. Sign in instead."
    }


def test_signing_up_can_be_closed(guest: Tree, configure: Configure) -> None:
    configure(CRM_SIGN_UP="off")
    done = run(guest, SIGN_UP, account_form())[-1]
    assert done.vars["message"] == "New accounts are made by the person who runs this server"


def test_three_wrong_passwords_are_free_the_next_waits_and_the_owners_device_does_not(
    guest: Tree,
) -> None:
    member = enter(guest, SIGN_UP)
    stranger = signed_in()
    for _ in range(3):
        run(stranger, SIGN_IN, account_form(password="wrong"))
    done = run(stranger, SIGN_IN, account_form())[-1]
    assert done.vars["message"] in {
        f"Too many requests. Try again in {s} seconds." for s in (59, 60)
    }
    enter(Tree(member.token_hash), SIGN_IN)


def test_a_one_time_link_sets_a_password_once_and_ends_all_sessions(guest: Tree) -> None:
    member = enter(guest, SIGN_UP)
    link = reset_link()
    new = {"link": link, "new_password": "another good password"}
    back = enter(signed_in(), SignInState.reset_password, **new)
    assert actor_of(back).account_id == 1
    with pytest.raises(NotSignedIn):
        actor_of(member)
    with transaction(read_only=True) as session:
        assert len(session.connection().execute(sa.select(KnownDevice)).all()) == 1
    enter(signed_in(), SIGN_IN, password="another good password")
    again = run(signed_in(), SignInState.reset_password, account_form(**new))[-1]
    assert again.vars["message"] == "This link is no longer valid. Ask for another one."


@pytest.mark.parametrize("case", ["too old", "replaced", "made up", "nonsense"])
def test_no_other_link_sets_a_password(guest: Tree, case: str) -> None:
    enter(guest, SIGN_UP)
    link = {"made up": sessions.new_token(), "nonsense": "ä\x00"}.get(case) or reset_link()
    if case == "replaced":
        reset_link()
    if case == "too old":
        with transaction() as session:
            an_hour_ago = utc_now() - timedelta(minutes=61)
            session.connection().execute(sa.update(PasswordReset).values(created_at=an_hour_ago))
    data = account_form(link=link, new_password="another good password")
    done = run(signed_in(), SignInState.reset_password, data)[-1]
    assert done.vars["message"] == "This link is no longer valid. Ask for another one."
    enter(signed_in(), SIGN_IN)


def test_there_is_no_link_without_an_account() -> None:
    with transaction() as session:
        assert (
            password_resets.offer_password_reset(session, Caller(), email="nobody@example.com")
            is None
        )


def test_a_view_is_shown_and_left(guest: Tree) -> None:
    assert run(guest, SignInState.show, "sign-up")[-1].vars["view"] == "sign-up"
    assert run(guest, SignInState.show, "nonsense")[-1].vars["view"] == "sign-up"
    assert run(guest, SignInState.show, "")[-1].vars["view"] == ""


@pytest.mark.parametrize("data", [{}, None, "text", {"email": 5, "password": ["x"]}])
def test_nonsense_signs_nobody_in(guest: Tree, data: object) -> None:
    for handler in (SIGN_IN, SIGN_UP, SignInState.reset_password):
        done = run(guest, handler, data)[-1]
        assert done.vars["is_busy"] is False
        assert done.vars["message"] or done.vars["field_errors"]
        assert guest[SessionState].accepted == ""
    assert guest[NoticeState].notices == []


def test_a_signed_out_visitor_is_asked_to_sign_in() -> None:
    nobody, former = Tree(""), Tree("0" * 64)
    assert run(nobody, SessionState.load)[-1].event is None
    assert (nobody[SessionState].is_signed_in, nobody[SessionState].message) == (False, "")
    run(former, SessionState.load)
    assert former[SessionState].message == "Please sign in again"
