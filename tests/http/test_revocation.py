"""Sessions that end while their tab is open, and whose they never were."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from crm_app.errors import SessionNotFound
from crm_app.states.account import AccountState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState
from tests.accounts import PASSWORD, change_password, enter, new_email, sign_in, sign_up
from tests.cli.test_commands import crm
from tests.factories import form
from tests.server import Server, running
from tests.tables import account_id, dump, rows
from tests.visitor import Visitor, in_own_loop

REFUSED = "Please sign in again"
WITHIN = 1  # seconds
OWNED = "UPDATE browser_session SET {} WHERE account_id = (SELECT id FROM account WHERE email = ?)"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose sessions end when half an hour went by without an event."""
    with running(tmp_path_factory.mktemp("strict"), CRM_SESSION_IDLE_MINUTES="30") as server:
        yield server


@dataclass
class Owner:
    """Somebody with a contact, signed in in two browsers."""

    server: Server
    email: str = field(default_factory=new_email)
    secret: str = field(default_factory=lambda: f"secret{uuid4().hex}")
    here: str = ""
    other_cookie: str = ""

    async def begin(self) -> "Owner":
        """Sign up here, sign in in another browser and add a contact."""
        url = self.server.url
        self.here = await sign_up(url, self.email)
        self.other_cookie = await sign_in(url, self.email)
        async with Visitor(url, self.here) as visitor:
            data = form(name=f"Mrs {self.secret}", email=f"{self.secret}@example.com")
            await visitor.send(ContactFormState.create_contact, form_data=data)
        return self

    @asynccontextmanager
    async def other(self, cookie: str = "") -> AsyncIterator[Visitor]:
        """Open a tab of the other browser, or one with this cookie."""
        async with Visitor(self.server.url, cookie or self.other_cookie) as visitor:
            yield visitor

    async def age(self, what: str) -> None:
        """Set a column of the account's sessions."""
        rows(self.server, OWNED.format(what), self.email)

    async def crm(self, command: str) -> str:
        """Run a command about the account and return what it printed."""
        database = {"CRM_DATABASE_URL": self.server.database_url}
        done = await asyncio.to_thread(crm, command, "--email", self.email, **database)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


async def sign_out_in_another_tab(owner: Owner) -> None:
    async with owner.other(owner.here) as tab:
        await tab.send(AccountState.sign_out)


async def sign_out_everywhere(owner: Owner) -> None:
    async with owner.other() as other:
        await other.send(AccountState.sign_out_everywhere)


async def revoke(owner: Owner) -> None:
    async with owner.other() as other:
        await other.send(AccountState.open)
        sessions = other.of(AccountState)["sessions"]
        (session,) = [each for each in sessions if not each["is_current"]]
        await other.send(AccountState.revoke_session, session_id=session["id"])
        assert other.of(AccountState)["message"] == "Signed out there"


async def new_password_elsewhere(owner: Owner) -> None:
    async with owner.other() as other:
        await change_password(other, PASSWORD, "another-unusual-one")


async def reset(owner: Owner) -> None:
    link = (await owner.crm("reset-password")).rsplit("#reset=", 1)[1]
    async with Visitor(owner.server.url, "") as visitor:
        fields = {"link": link, "new_password": "another-unusual-one"}
        await enter(visitor, SignInState.reset_password, **fields)


async def disable(owner: Owner) -> None:
    await owner.crm("disable-user")


async def disable_and_enable(owner: Owner) -> None:
    await owner.crm("disable-user")
    await owner.crm("enable-user")


async def delete(owner: Owner) -> None:
    async with owner.other() as other:
        await other.send(AccountState.delete_account, form_data={"password": PASSWORD})
        assert other.of(SessionState)["left"]


async def sign_in_again(owner: Owner) -> None:
    await sign_in(owner.server.url, owner.email, cookie=owner.here)


async def idle(owner: Owner) -> None:
    await owner.age("used_at = datetime(used_at, '-31 minutes')")


async def age(owner: Owner) -> None:
    await owner.age("claimed_at = datetime(claimed_at, '-721 minutes')")


WAYS: list[Callable[[Owner], Awaitable[None]]] = [
    *(sign_out_in_another_tab, sign_out_everywhere, revoke, new_password_elsewhere, reset),
    *(disable, disable_and_enable, delete, sign_in_again, idle, age),
]


@pytest.mark.parametrize("end", WAYS, ids=lambda way: way.__name__)
def test_an_open_tab_is_refused_within_a_second(
    strict: Server, end: Callable[[Owner], Awaitable[None]]
) -> None:
    late = f"{uuid4().hex}@example.com"

    async def visit() -> tuple[float, str, str, str]:
        owner = await Owner(strict).begin()
        async with Visitor(strict.url, owner.here) as tab:
            await tab.hydrate()
            await tab.until(ContactListState, total=1)
            await tab.send(AccountState.open)
            assert owner.secret in json.dumps(tab.frames)
            await end(owner)
            ended = time.perf_counter()
            await tab.send(ContactFormState.create_contact, form_data=form(email=late))
            while tab.of(SessionState).get("message") != REFUSED:
                assert time.perf_counter() - ended < 5
                await tab.send(ContactListState.get_contacts, query="")
            taken = time.perf_counter() - ended
            tab.frames.clear()
            await tab.send(ContactListState.get_contacts, query="")
            await tab.send(AccountState.open)
            await tab.hydrate()
            await tab.settle()
        async with Visitor(strict.url, owner.here, token=tab.token) as again:
            await again.hydrate()
            await again.send(ContactListState.load)
            return taken, json.dumps([*tab.frames, *again.frames]), owner.secret, owner.email

    taken, seen, *secrets = in_own_loop(visit)
    assert taken < WITHIN
    assert not [secret for secret in secrets if secret in seen]
    assert not rows(strict, "SELECT id FROM contact WHERE email = ?", late)


def test_another_browser_stays_signed_in_when_one_leaves(strict: Server) -> None:
    async def visit() -> tuple[str, str]:
        owner = await Owner(strict).begin()
        await sign_out_in_another_tab(owner)
        await asyncio.sleep(WITHIN)
        async with owner.other() as other:
            await other.send(ContactListState.get_contacts, query="")
            return json.dumps(other.frames), owner.secret

    seen, secret = in_own_loop(visit)
    assert secret in seen


@pytest.mark.parametrize("is_open", [True, False])
def test_the_token_of_a_tab_shows_nothing_to_another_account(strict: Server, is_open: bool) -> None:
    async def visit() -> tuple[str, list[str]]:
        owner = await Owner(strict).begin()
        thief_cookie = await sign_up(strict.url, new_email())
        seen: list[object] = []
        async with Visitor(strict.url, owner.here) as tab:
            await tab.hydrate()
            await tab.until(ContactListState, total=1)
            await tab.send(AccountState.open)
            if not is_open:
                await tab.__aexit__()
            for cookie in (thief_cookie, ""):
                async with Visitor(strict.url, cookie, token=tab.token) as thief:
                    await thief.hydrate()
                    await thief.send(ContactListState.get_contacts, query="")
                    await thief.send(AccountState.open)
                    await thief.settle()
                    seen += thief.frames
        return json.dumps(seen), [owner.secret, owner.email]

    seen, secrets = in_own_loop(visit)
    assert not [secret for secret in secrets if secret in seen]


def test_the_session_of_another_account_looks_like_a_missing_one(strict: Server) -> None:
    async def visit() -> tuple[list[str], bool]:
        owner = await Owner(strict).begin()
        cookie = await sign_up(strict.url, new_email())
        owned = "SELECT public_id FROM browser_session WHERE account_id = ?"
        session_id = rows(strict, owned, account_id(strict, owner.email))[0]["public_id"]
        before, said = dump(strict), []
        async with Visitor(strict.url, cookie) as attacker:
            for wanted in (session_id, str(uuid4()), uuid4().hex, "1", "", "'; --", "\x00"):
                await attacker.send(AccountState.revoke_session, session_id=wanted)
                said.append(attacker.of(AccountState)["message"])
        return said, dump(strict) == before

    said, is_unchanged = in_own_loop(visit)
    assert set(said) == {SessionNotFound.message}
    assert is_unchanged
