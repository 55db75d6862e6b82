"""Guessing: passwords from many addresses at once, who has an account, one-time links."""

import asyncio
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_app.domain.clock import utc_now
from crm_app.errors import EmailTaken, LinkInvalid, WrongPassword
from crm_app.services.sessions import hash_token
from crm_app.states.account import AccountState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState
from tests.accounts import PASSWORD, change_password, new_email, sign_in, sign_up, submit, value_of
from tests.cli.test_commands import crm
from tests.server import Server, running
from tests.tables import account_id, count, rows
from tests.visitor import Visitor, in_own_loop

ADDRESSES = 40
AT_MOST = 10  # passwords judged of one account in 10 minutes
NEW_PASSWORD = "another-unusual-one"
WAIT = re.compile(r"Too many requests\. Try again in [1-9]\d* seconds?\.")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind one proxy, so that visitors come from as many addresses as they say."""
    with running(tmp_path_factory.mktemp("guarded"), CRM_TRUSTED_PROXIES="1") as server:
        yield server


async def guess(
    server: Server, email: str, password: str, address: str = "192.0.2.1", cookie: str = ""
) -> str:
    """Try to sign in and return what is said, nothing when it succeeded."""
    headers = {"X-Forwarded-For": address}
    async with Visitor(server.url, cookie, headers=headers) as visitor:
        if await submit(visitor, SignInState.sign_in, email=email, password=password):
            return ""
        return visitor.of(SignInState)["message"]


def device_alone(cookie: str) -> str:
    return next(part for part in cookie.split("; ") if "_device_" in part)


def wait_is_over(server: Server) -> None:
    rows(server, "UPDATE sign_in_delay SET blocked_until = '2020-01-01 00:00:00.000000'")


def offer_link(server: Server, email: str) -> str:
    done = crm("reset-password", "--email", email, CRM_DATABASE_URL=server.database_url)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().rsplit("#reset=", 1)[1]


async def use_link(server: Server, link: str, password: str = NEW_PASSWORD) -> str:
    """Set a new password by the link and return what is said, nothing when it succeeded."""
    async with Visitor(server.url, "") as visitor:
        if await submit(visitor, SignInState.reset_password, link=link, new_password=password):
            return ""
        return visitor.of(SignInState)["message"]


def test_guesses_from_many_addresses_at_once_are_hardly_ever_judged(
    guarded: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    email = new_email()

    async def attack() -> tuple[list[str], str]:
        device = device_alone(await sign_up(guarded.url, email))
        guesses = [
            guess(guarded, email, f"guess-number-{number}", f"198.51.100.{number}")
            for number in range(ADDRESSES)
        ]
        attacking = asyncio.gather(*guesses)
        owners = await guess(guarded, email, PASSWORD, cookie=device)
        responses = await attacking
        strangers = await guess(guarded, email, PASSWORD)
        again = await guess(guarded, email, PASSWORD, cookie=device)
        assert WAIT.fullmatch(strangers)  # even the right one is not judged
        return responses, owners + again

    responses, owners = in_own_loop(attack)
    judged = count(guarded, "sign-in failed", email)
    with capsys.disabled():
        print(f"\n{ADDRESSES} guesses from as many addresses at once: {judged} judged")
    assert 0 < judged <= AT_MOST
    assert responses.count(WrongPassword.message) == judged
    assert all(
        WAIT.fullmatch(response) for response in responses if response != WrongPassword.message
    )
    assert owners == ""  # who signed in here before gets in meanwhile


def test_each_wrong_guess_makes_the_wait_longer(guarded: Server) -> None:
    email = new_email()

    async def attack() -> list[int]:
        await sign_up(guarded.url, email)
        waits: list[int] = []
        for _ in range(8):
            while (said := await guess(guarded, email, "a-wrong-guess")) == WrongPassword.message:
                pass
            waits += [int(number) for number in re.findall(r"\d+", said)]
            wait_is_over(guarded)
        return waits

    waits = in_own_loop(attack)
    for wait, expected in zip(waits, [60, 240, 960, *[3600] * 5], strict=True):
        assert expected - 5 <= wait <= expected


def test_other_spellings_of_the_email_are_the_same_account(guarded: Server) -> None:
    email = new_email()
    spellings = [email, email.upper(), f" {email} ", email.title(), f"{email}\t"]

    async def attack() -> None:
        await sign_up(guarded.url, email)
        for spelling in spellings * 4:
            await guess(guarded, spelling, "a-wrong-guess")

    in_own_loop(attack)
    assert count(guarded, "sign-in failed", email) <= AT_MOST / 2


def test_a_stolen_session_does_not_help_to_guess_the_password(guarded: Server) -> None:
    email = new_email()

    async def attack() -> None:
        cookie = await sign_up(guarded.url, email)
        async with Visitor(guarded.url, cookie) as thief:
            for _ in range(8):
                wrong = {"password": "a-wrong-guess", "new_password": NEW_PASSWORD}
                assert not await submit(thief, AccountState.change_password, **wrong)
                await thief.send(AccountState.delete_account, form_data=wrong)
            assert WAIT.fullmatch(thief.of(AccountState)["message"])

    in_own_loop(attack)
    assert count(guarded, "password refused", email) <= AT_MOST / 2
    assert rows(guarded, "SELECT id FROM account WHERE email = ?", email)


def test_nobody_learns_who_has_an_account(guarded: Server) -> None:
    known, disabled, unknown = new_email(), new_email(), new_email()

    async def attack(email: str) -> list[str]:
        said = [await guess(guarded, email, "a-wrong-guess") for _ in range(5)]
        return [re.sub(r"\d+ seconds?", "N seconds", text) for text in said]

    async def begin() -> None:
        await sign_up(guarded.url, known)
        await sign_up(guarded.url, disabled)
        database = {"CRM_DATABASE_URL": guarded.database_url}
        done = await asyncio.to_thread(crm, "disable-user", "--email", disabled, **database)
        assert done.returncode == 0

    in_own_loop(begin)
    responses = [in_own_loop(lambda e=email: attack(e)) for email in (known, disabled, unknown)]
    assert responses[0] == responses[1] == responses[2]
    assert set(responses[0]) == {
        WrongPassword.message,
        "Too many requests. Try again in N seconds.",
    }


def test_one_address_tries_so_many_passwords_of_different_accounts(tmp_path: Path) -> None:
    async def attack(server: Server) -> list[str]:
        return [await guess(server, new_email(), "a-wrong-guess") for _ in range(8)]

    with running(tmp_path, CRM_LIMIT_SIGN_INS_PER_ADDRESS="5/10 minutes") as server:
        responses = in_own_loop(lambda: attack(server))
        assert count(server, "sign-in failed") == 5
    assert responses[:5] == [WrongPassword.message] * 5
    assert all(WAIT.fullmatch(response) for response in responses[5:])


def test_a_one_time_link_works_once_and_ends_every_session(guarded: Server) -> None:
    email = new_email()
    former = in_own_loop(lambda: sign_up(guarded.url, email))
    link = offer_link(guarded, email)
    stored = rows(guarded, "SELECT token_hash FROM password_reset")
    assert link not in str(stored)

    async def visit() -> tuple[list[str], list[str], str]:
        async with Visitor(guarded.url, former) as tab:
            await tab.send(ContactListState.get_contacts, query="")
            used = [await use_link(guarded, link) for _ in range(2)]
            await asyncio.sleep(1)
            await tab.send(ContactListState.get_contacts, query="")
            ended = tab.of(SessionState)["message"]
        signed_in = [await guess(guarded, email, word) for word in (PASSWORD, NEW_PASSWORD)]
        assert value_of(await sign_in(guarded.url, email, NEW_PASSWORD))
        return used, signed_in, ended

    used, signed_in, ended = in_own_loop(visit)
    assert used == ["", LinkInvalid.message]
    assert signed_in == [WrongPassword.message, ""]
    assert ended == "Please sign in again"


def test_an_old_or_replaced_link_or_nonsense_sets_no_password(guarded: Server) -> None:
    email = new_email()
    in_own_loop(lambda: sign_up(guarded.url, email))
    replaced, link = offer_link(guarded, email), offer_link(guarded, email)
    nonsense = ["", "x", "A" * 43, "A" * 100, link[:-1], f"{link} ", hash_token(link), "\x00"]
    for bad in [replaced, *nonsense]:
        assert in_own_loop(lambda b=bad: use_link(guarded, b)) == LinkInvalid.message
    an_hour = "UPDATE password_reset SET created_at = datetime(created_at, '-61 minutes')"
    rows(guarded, f"{an_hour} WHERE token_hash = ?", hash_token(link))
    assert in_own_loop(lambda: use_link(guarded, link)) == LinkInvalid.message
    assert in_own_loop(lambda: guess(guarded, email, PASSWORD)) == ""


@pytest.mark.parametrize("how", ["a new password", "signing out everywhere"])
def test_a_link_ends_with_the_sessions(guarded: Server, how: str) -> None:
    email, link = new_email(), secrets.token_urlsafe(32)

    async def visit() -> str:
        cookie = await sign_up(guarded.url, email)
        rows(
            guarded,
            "INSERT INTO password_reset (account_id, token_hash, created_at) VALUES (?, ?, ?)",
            *(account_id(guarded, email), hash_token(link), f"{utc_now():%F %T}"),
        )
        async with Visitor(guarded.url, cookie) as visitor:
            if how == "a new password":
                await change_password(visitor, PASSWORD, "a-third-unusual-one")
            else:
                await visitor.send(AccountState.sign_out_everywhere)
        return await use_link(guarded, link)

    assert in_own_loop(visit) == LinkInvalid.message


def test_a_disabled_account_is_not_opened_by_a_link(guarded: Server) -> None:
    email = new_email()
    in_own_loop(lambda: sign_up(guarded.url, email))
    link = offer_link(guarded, email)
    crm("disable-user", "--email", email, CRM_DATABASE_URL=guarded.database_url)
    assert in_own_loop(lambda: use_link(guarded, link)) == LinkInvalid.message
    assert in_own_loop(lambda: guess(guarded, email, NEW_PASSWORD)) == WrongPassword.message


def test_two_domains_that_look_alike_are_two_accounts(guarded: Server) -> None:
    name = new_email()[:8]
    passwords = {f"{name}@gro\u00dfe.example": PASSWORD, f"{name}@grosse.example": NEW_PASSWORD}

    async def visit() -> list[str]:
        for email, password in passwords.items():
            await sign_up(guarded.url, email, password)
        tries = [(email, word) for email in passwords for word in passwords.values()]
        return [await guess(guarded, email, word) for email, word in tries]

    assert in_own_loop(visit) == ["", WrongPassword.message, WrongPassword.message, ""]
    for email in passwords:
        link = offer_link(guarded, email)
        owner = rows(
            guarded,
            "SELECT email FROM account JOIN password_reset ON account_id = account.id"
            " WHERE token_hash = ?",
            hash_token(link),
        )
        assert owner == [{"email": email}]


def test_the_spellings_of_one_email_are_one_account(guarded: Server) -> None:
    name = f"name{new_email()[:8]}"
    spellings = (f"{name}@b\u00fccher.example", f"{name}@xn--bcher-kva.example")

    async def visit() -> tuple[str, str]:
        await sign_up(guarded.url, spellings[0])
        async with Visitor(guarded.url, "") as visitor:
            fields = {"email": spellings[1], "password": PASSWORD}
            assert not await submit(visitor, SignInState.sign_up, **fields)
            said = visitor.of(SignInState)["field_errors"]["email"]
        return said, await guess(guarded, spellings[1], PASSWORD)

    assert in_own_loop(visit) == (EmailTaken.message, "")
