"""The server's clock jumps by an hour and by a day, both ways, while people are at work."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState
from tests.accounts import new_email, sign_in, sign_up, submit
from tests.server import Server, running
from tests.visitor import Visitor, fetch_cookie

HOUR, DAY = 3600, 24 * 3600
JUMPS = (HOUR, -HOUR, DAY, -DAY)


class Clock:
    """The server's clock."""

    def __init__(self, server: Server, file: Path) -> None:
        self.server, self._file = server, file

    async def set_off(self, seconds: int) -> None:
        """Let it be off by so many seconds."""
        self._file.write_text(str(seconds))
        await asyncio.sleep(0.3)


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clock]:
    folder = tmp_path_factory.mktemp("clock")
    file = folder / "offset"
    file.write_text("0")
    limits = {"CRM_LIMIT_ACTIONS_PER_ACCOUNT": "20/minute"}
    with running(folder, CRM_TEST_CLOCK=str(file), **limits) as server:
        yield Clock(server, file)


def form(name: str) -> dict[str, str]:
    return {"name": name, "email": f"{name}@example.com"}


async def names(visitor: Visitor) -> list[str]:
    """Load the list again; return who is in it, from the top."""
    await visitor.send(ContactListState.get_contacts, query="")
    return [row["name"] for row in visitor.rows]


async def work_on(clock: Clock, seconds: int) -> None:
    """Create and edit before and after the jump, in one tab."""
    cookie = fetch_cookie(clock.server.url)
    async with Visitor(clock.server.url, cookie) as visitor:
        await visitor.hydrate()
        await asyncio.sleep(0.5)
        await visitor.send(ContactFormState.create_contact, form_data=form("before"))
        await clock.set_off(seconds)
        await visitor.send(ContactFormState.create_contact, form_data=form("after"))
        assert visitor.of(ContactFormState)["message"] == "Contact created"
        assert await names(visitor) == ["after", "before"]
        first = visitor.rows[1]
        edited = {**form("before"), "notes": "x", "contact_id": first["id"], "version": "1"}
        await visitor.send(ContactFormState.update_contact, form_data=edited)
        assert visitor.of(ContactFormState)["message"] == "Contact updated"
    async with Visitor(clock.server.url, cookie) as visitor:
        assert await names(visitor) == ["after", "before"]


@pytest.mark.parametrize("seconds", JUMPS)
def test_a_guest_works_on(clock: Clock, seconds: int) -> None:
    asyncio.run(clock.set_off(0))
    asyncio.run(work_on(clock, seconds))


async def come_back(clock: Clock, seconds: int) -> bool:
    """Sign up, let the clock jump, and return whether one is still signed in; sign in again."""
    email = new_email()
    cookie = await sign_up(clock.server.url, email)
    async with Visitor(clock.server.url, cookie) as visitor:
        await visitor.send(ContactFormState.create_contact, form_data=form("mine"))
        await clock.set_off(seconds)
        await asyncio.sleep(0.6)  # until the session is looked at again
        await visitor.send(ContactListState.get_contacts, query="")
        is_signed_in = bool(visitor.of(SessionState).get("is_signed_in", True))
        if not is_signed_in:
            assert visitor.of(SessionState)["message"] == "Please sign in again"
    cookie = await sign_in(clock.server.url, email)
    async with Visitor(clock.server.url, cookie) as visitor:
        assert await names(visitor) == ["mine"]
    return is_signed_in


@pytest.mark.parametrize(
    ("seconds", "stays"), [(HOUR, True), (-HOUR, True), (DAY, False), (-DAY, True)]
)
def test_an_account_is_asked_to_sign_in_when_its_time_is_over(
    clock: Clock, seconds: int, stays: bool
) -> None:
    asyncio.run(clock.set_off(0))
    assert asyncio.run(come_back(clock, seconds)) == stays


async def use_up_the_limit(clock: Clock) -> None:
    async with Visitor(clock.server.url) as visitor:
        await visitor.hydrate()
        while not visitor.of(ContactListState).get("failure"):
            await visitor.send(ContactListState.get_contacts, query="")
        assert "Too many requests" in visitor.of(ContactListState)["failure"]
        await clock.set_off(-DAY)
        await visitor.send(ContactListState.get_contacts, query="")
        assert visitor.of(ContactListState)["failure"] == ""


def test_nobody_waits_for_a_limit_until_the_clock_is_there_again(clock: Clock) -> None:
    asyncio.run(clock.set_off(0))
    asyncio.run(use_up_the_limit(clock))


async def guess_until_blocked(clock: Clock) -> None:
    email = new_email()
    await sign_up(clock.server.url, email)
    async with Visitor(clock.server.url) as visitor:
        while "Too many" not in str(visitor.of(SignInState).get("message")):
            await submit(visitor, SignInState.sign_in, email=email, password="a-wrong-password")
    await clock.set_off(-DAY)
    await sign_in(clock.server.url, email)


def test_nobody_waits_for_a_blocked_email_until_the_clock_is_there_again(clock: Clock) -> None:
    asyncio.run(clock.set_off(0))
    asyncio.run(guess_until_blocked(clock))
