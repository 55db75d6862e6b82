"""Cookies and tickets that somebody else prepared: none becomes a session."""

import secrets

import pytest

from crm_app.errors import TicketUsed
from crm_app.services.sessions import hash_token
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState
from tests.accounts import (
    PASSWORD,
    change_password,
    leave,
    new_email,
    sign_in,
    sign_up,
    submit,
    trade,
    value_of,
)
from tests.factories import ADA, form
from tests.raw import request
from tests.server import Server
from tests.tables import dump, rows
from tests.visitor import Visitor, fetch_cookie, in_own_loop

REFUSED = "Please sign in again"


async def is_refused(server: Server, cookie: str) -> bool:
    """Return whether nothing is shown to who presents the cookie."""
    async with Visitor(server.url, cookie) as visitor:
        await visitor.send(ContactListState.get_contacts, query="")
        messages = (
            visitor.of(SessionState).get("message"),
            visitor.of(ContactListState).get("failure"),
        )
        # Emptied states may come along: their list was not loaded.
        assert (REFUSED in messages) != visitor.of(ContactListState).get("is_loaded", False)
        return REFUSED in messages


def cookie_name(server: Server) -> str:
    return fetch_cookie(server.url).split("=")[0]


def test_a_value_set_beforehand_is_never_adopted(server: Server) -> None:
    planted = secrets.token_urlsafe(32)
    name = cookie_name(server)
    cookie = f"{name}={planted}"
    response = request(server.url, headers=[("Cookie", cookie)])
    assert response["set-cookie"].startswith(f"{name}=")
    assert planted not in response["set-cookie"]

    async def visit() -> tuple[str, str, bool]:
        email = new_email()
        signed_up = await sign_up(server.url, email, cookie=cookie)
        signed_in = await sign_in(server.url, email, cookie=cookie)
        return value_of(signed_up), value_of(signed_in), await is_refused(server, cookie)

    signed_up, signed_in, refused = in_own_loop(visit)
    assert len({planted, signed_up, signed_in}) == 3
    assert refused
    hashes = [row["token_hash"] for row in rows(server, "SELECT token_hash FROM browser_session")]
    assert hash_token(planted) not in hashes


@pytest.mark.parametrize("handler", [SignInState.sign_up, SignInState.sign_in])
def test_a_guests_cookie_that_was_planted_is_worth_nothing_after_signing_in(
    server: Server, handler: object
) -> None:
    async def visit() -> tuple[bool, list[bool]]:
        email = new_email()
        planted = fetch_cookie(server.url)
        if handler is SignInState.sign_in:
            await sign_up(server.url, email)
            own = await sign_in(server.url, email, cookie=planted)
        else:
            own = await sign_up(server.url, email, cookie=planted)
        refused = [await is_refused(server, cookie) for cookie in (planted, own)]
        return value_of(own) == value_of(planted), refused

    assert in_own_loop(visit) == (False, [True, False])


def test_a_planted_guest_gains_nothing_before_the_ticket_is_traded(server: Server) -> None:
    async def visit() -> str:
        email = new_email()
        planted = fetch_cookie(server.url)
        owner = await sign_up(server.url, email)
        async with Visitor(server.url, owner) as visitor:
            await visitor.send(ContactFormState.create_contact, form_data=form())
        async with Visitor(server.url, planted) as victim, Visitor(server.url, planted) as thief:
            fields = {"email": email, "password": PASSWORD}
            assert await submit(victim, SignInState.sign_in, **fields)
            await thief.hydrate()
            await thief.send(ContactListState.get_contacts, query="")
            return str(thief.frames)

    assert ADA["email"] not in in_own_loop(visit)


def test_signing_in_and_a_new_password_change_the_cookie_and_end_the_former(
    server: Server,
) -> None:
    async def visit() -> tuple[list[str], list[bool], set[str]]:
        email, guest = new_email(), fetch_cookie(server.url)
        cookies = [guest, await sign_up(server.url, email, cookie=guest)]
        cookies.append(await sign_in(server.url, email, cookie=cookies[-1]))
        async with Visitor(server.url, cookies[-1]) as visitor:
            cookies.append(await change_password(visitor, PASSWORD, "another-unusual-one"))
        refused = [await is_refused(server, cookie) for cookie in cookies]
        return [value_of(c) for c in cookies], refused, {value_of(c, "device") for c in cookies[1:]}

    values, refused, devices = in_own_loop(visit)
    assert len(set(values)) == 4
    assert refused == [True, True, True, False]
    assert len(devices) == 1


def test_a_ticket_is_traded_once_and_is_no_cookie(server: Server) -> None:
    name = cookie_name(server)

    async def visit() -> tuple[bool, list[int], bool]:
        email = new_email()
        await sign_up(server.url, email)
        async with Visitor(server.url, "") as visitor:
            fields = {"email": email, "password": PASSWORD}
            ticket = await submit(visitor, SignInState.sign_in, **fields)
        early = await is_refused(server, f"{name}={ticket}")
        statuses = [trade(server.url, ticket)[0] for _ in range(3)]
        return early, statuses, await is_refused(server, f"{name}={ticket}")

    assert in_own_loop(visit) == (True, [204, 401, 401], True)


def test_a_ticket_that_is_taken_is_refused_plainly(server: Server) -> None:
    async def visit() -> tuple[list[str], bool]:
        owner = await sign_up(server.url, new_email())
        waiting = secrets.token_urlsafe(32)
        said: list[str] = []
        for ticket in (waiting, waiting, value_of(owner)):
            data = {"email": new_email(), "password": PASSWORD, "ticket": ticket, "attempt": "a"}
            async with Visitor(server.url, "") as visitor:
                await visitor.send(SignInState.sign_up, form_data=data)
                said.append(visitor.of(SignInState).get("message", ""))
        return said, await is_refused(server, owner)

    assert in_own_loop(visit) == (["", TicketUsed.message, TicketUsed.message], False)


def test_an_old_ticket_is_worth_nothing(server: Server) -> None:
    async def visit() -> int:
        email = new_email()
        await sign_up(server.url, email)
        async with Visitor(server.url, "") as visitor:
            fields = {"email": email, "password": PASSWORD}
            ticket = await submit(visitor, SignInState.sign_in, **fields)
        aged = "UPDATE browser_session SET created_at = datetime(created_at, '-61 seconds')"
        rows(server, f"{aged} WHERE token_hash = ?", hash_token(ticket))
        return trade(server.url, ticket)[0]

    assert in_own_loop(visit) == 401


def test_a_refused_password_leaves_no_ticket_to_trade(server: Server) -> None:
    async def visit() -> list[int]:
        email = new_email()
        await sign_up(server.url, email)
        ticket = secrets.token_urlsafe(32)
        data = {"email": email, "password": "not-the-password", "ticket": ticket, "attempt": "a"}
        async with Visitor(server.url, "") as visitor:
            await visitor.send(SignInState.sign_in, form_data=data)
            assert visitor.of(SessionState).get("accepted", "") == ""
        return [trade(server.url, ticket)[0]]

    assert in_own_loop(visit) == [401]


@pytest.mark.parametrize("ticket", ["", "a", "A" * 43, "A" * 5000, "ä" * 43, "\x00" * 43, "%00"])
def test_no_nonsense_is_traded(server: Server, ticket: str) -> None:
    cookie = fetch_cookie(server.url)
    before = dump(server)
    assert trade(server.url, ticket, cookie) == (401, cookie)
    assert dump(server) == before


def test_giving_the_cookie_up_takes_nobody_elses_away(server: Server) -> None:
    async def visit() -> tuple[int, str, bool]:
        cookie = await sign_up(server.url, new_email())
        status, left = leave(server.url, "crm_session_00000000=x")
        return status, value_of(left), await is_refused(server, cookie)

    assert in_own_loop(visit) == (204, "x", False)
