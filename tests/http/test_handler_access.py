"""Every event handler, called past the page: by nobody and by another account, with anything."""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from crm_app.states import rules
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.handler_error import NOT_UNDERSTOOD
from crm_app.states.notice import NoticeState
from tests.accounts import PASSWORD, new_email, sign_up
from tests.factories import form
from tests.server import Server
from tests.tables import Row, account_id, dump, rows
from tests.visitor import Visitor, in_own_loop

ROOT_STATE = "reflex___state____state"


@dataclass(frozen=True)
class Victim:
    """An account with a contact; `secrets` are texts that nobody else may see."""

    email: str
    account_id: int
    contact_id: str
    session_id: str
    secrets: tuple[str, ...]


@pytest.fixture(scope="module")
def victim(server: Server) -> Victim:
    email, secret = new_email(), f"secret{uuid4().hex}"

    async def begin() -> str:
        cookie = await sign_up(server.url, email)
        async with Visitor(server.url, cookie) as visitor:
            data = form(name=f"Mrs {secret}", email=f"{secret}@example.com", notes=secret)
            await visitor.send(ContactFormState.create_contact, form_data=data)
            return visitor.rows[0]["id"]

    contact_id = in_own_loop(begin)
    owner = account_id(server, email)
    (session,) = rows(server, "SELECT public_id FROM browser_session WHERE account_id = ?", owner)
    return Victim(email, owner, contact_id, session["public_id"], (secret, email, contact_id))


def wrong_payloads(arguments: list[str]) -> list[Any]:
    """Return payloads that no page sends; none at all is the last: it may be right."""

    def every(value: Any) -> dict[str, Any]:
        return dict.fromkeys(arguments, value)

    nested: Any = "end"
    for _ in range(200):
        nested = [nested]
    values = [None, 5, 1.5, True, ["a"], {"a": "b"}, "x" * 20_001, nested, {}, "a\x00b"]
    forms = [{"email": 5}, {"__reflex_form_data__": 5}, {"email": ["a"]}, [["name", "x"]]]
    odd: list[Any] = [{**every("x"), "extra": 1}, {"wrong": "x"}, [1], None, "text", {"self": 1}]
    return [*odd, *(every(value) for value in [*values, *forms] if arguments), {}]


def aimed_payloads(arguments: list[str], victim: Victim) -> list[dict[str, Any]]:
    """Return well-formed payloads that name what belongs to the victim."""
    ids = (victim.contact_id, victim.session_id, victim.email, str(victim.account_id))
    secret = {"password": "not-the-password", "new_password": PASSWORD, "ticket": "A" * 43}
    forms: list[dict[str, Any]] = [
        form(name="Taken over", contact_id=victim.contact_id, version="1"),
        {"email": victim.email, "attempt": "a", "link": victim.session_id, **secret},
    ]
    values = forms if "form_data" in arguments else ids
    payloads = [dict.fromkeys(arguments, value) for value in values]
    # A key is made by its sender and returned: it reveals nothing about others.
    return [
        each
        | {name: value for name, value in (("key", str(uuid4())), ("version", 1)) if name in each}
        for each in payloads
    ]


def not_of(account: int, tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Return the rows that do not belong to the account, but those of the search index.

    The index follows from the contacts, and its rows name no account.
    """

    def owner(table: str, row: Row) -> object:
        is_owner = table in ("account", "address_book")
        return row["id"] if is_owner else row.get("book_id", row.get("account_id"))

    owned = [table for table in tables if not table.startswith("contact_search")]
    return {table: [r for r in tables[table] if owner(table, r) != account] for table in owned}


def of(account: int, tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    others = not_of(account, tables)
    return {table: [row for row in tables[table] if row not in others[table]] for table in others}


async def call(server: Server, cookie: str, name: str, payloads: list[Any]) -> str:
    """Send the event with each payload and return everything that the server sent."""
    async with Visitor(server.url, cookie) as attacker:
        for payload in payloads:
            await attacker.emit(name, payload)
        await attacker.settle()
        await attacker.hydrate()
        await attacker.settle()
        # What one asks for comes back to oneself: it tells nothing of anybody.
        asked = r'"(query|missing|missing_id)_rx_state_": "[^"]*"'
        return re.sub(asked, "", json.dumps(attacker.frames))


@pytest.mark.parametrize("name", rules.RULES)
def test_without_a_session_no_payload_changes_or_shows_anything(
    server: Server, victim: Victim, name: str
) -> None:
    arguments = list(rules.RULES[name].arguments.model_fields)
    before = dump(server)
    seen = in_own_loop(lambda: call(server, "", name, wrong_payloads(arguments)))
    assert dump(server) == before
    aimed = aimed_payloads(arguments, victim)
    seen += in_own_loop(lambda: call(server, "", name, aimed))
    assert of(victim.account_id, dump(server)) == of(victim.account_id, before)
    assert dump(server)["contact"] == before["contact"]
    assert not [secret for secret in victim.secrets if secret in seen]


@pytest.mark.parametrize("name", rules.RULES)
def test_another_account_changes_and_sees_its_own_only(
    server: Server, victim: Victim, name: str
) -> None:
    email = new_email()
    cookie = in_own_loop(lambda: sign_up(server.url, email))
    attacker = account_id(server, email)
    arguments = list(rules.RULES[name].arguments.model_fields)
    before = dump(server)
    aimed = aimed_payloads(arguments, victim)
    seen = in_own_loop(lambda: call(server, cookie, name, aimed))
    changed = not_of(attacker, dump(server)) | {"sign_in_delay": before["sign_in_delay"]}
    assert changed == not_of(attacker, before)
    before = dump(server)
    seen += in_own_loop(lambda: call(server, cookie, name, wrong_payloads(arguments)))
    assert not_of(attacker, dump(server)) == not_of(attacker, before)
    assert not [secret for secret in victim.secrets if secret in seen]


def test_what_is_closed_or_does_not_exist_is_rejected(
    server: Server, victim: Victim, registry: dict[str, dict[str, bool]]
) -> None:
    session, contacts = (
        next(name for name in registry if name.endswith(f"{state}.load")).removesuffix(".load")
        for state in ("session_state", "contact_list_state")
    )
    internal = f"{ROOT_STATE}.reflex___state____update_vars_internal_state"
    undeclared = [
        *(f"{session}.{name}" for name in ("_refuse", "set_email", "set_is_signed_in", "reset")),
        *(f"{contacts}.{name}" for name in ("_refresh", "set_contacts", "__init__", "get_state")),
        *("", ".", session, ROOT_STATE, f"{ROOT_STATE}.set_token", f"{internal}.load"),
        *(name.upper() for name in rules.RULES),
        *(f"{name} " for name in rules.RULES),
    ]
    names = [*(set(registry) - set(rules.RULES)), *undeclared]
    payloads = [
        {},
        {"var_name": "email", "value": victim.email},
        {"var_name": "_account_id", "value": victim.account_id},
        {"vars": {f"{session}._account_id": victim.account_id, f"{session}.email": "set"}},
        {"value": victim.email},
        {"message_id": "x"},
        {"reference": "made up"},
    ]

    async def visit() -> list[Any]:
        async with Visitor(server.url) as attacker:
            await attacker.settle()
            attacker.frames.clear()
            for name in names:
                for payload in payloads:
                    await attacker.emit(name, payload)
                await attacker.settle()
            return attacker.frames

    before = dump(server)
    frames = in_own_loop(visit)
    notices = NoticeState.get_full_name()
    rejected = [frame["delta"] for frame in frames if frame["delta"].keys() - {ROOT_STATE}]
    assert len(rejected) == len(names) * len(payloads)
    for delta in rejected:
        assert session not in delta
        (notice,) = delta[notices]["notices_rx_state_"]
        assert notice["message"] == NOT_UNDERSTOOD
    assert not [secret for secret in victim.secrets if secret in json.dumps(frames)]
    assert dump(server) == before  # who only looks leaves no row


def test_vars_that_a_browser_claims_to_have_stored_are_not_taken_over(
    server: Server, victim: Victim
) -> None:
    session = f"{ROOT_STATE}.crm_app___states___session____session_state"
    claims = {
        f"{session}.{name}{suffix}": value
        for name, value in {"email": "claimed", "_account_id": victim.account_id}.items()
        for suffix in ("", "_rx_state_")
    }

    async def visit() -> str:
        async with Visitor(server.url) as attacker:
            await attacker.hydrate()
            await attacker.emit(f"{ROOT_STATE}.hydrate_and_load", {"vars": claims, "hashes": []})
            await attacker.settle()
            await attacker.send(ContactListState.get_contacts, query="")
            return json.dumps(attacker.frames)

    seen = in_own_loop(visit)
    assert "claimed" not in seen
    assert not [secret for secret in victim.secrets if secret in seen]


def test_states_that_do_not_exist_leave_nothing_in_the_log(server: Server) -> None:
    unknown = [f"typed in private.{n}" for n in range(3)] + [f"{ROOT_STATE}.typed in private.x"]

    async def visit() -> str:
        async with Visitor(server.url, cookie="") as nobody:
            for name in unknown:
                await nobody.emit(f"{ROOT_STATE}.hydrate_and_load", {"vars": {name: 1}})
            await nobody.settle()
            return json.dumps(nobody.frames)

    length = len(server.read_log())
    seen = in_own_loop(visit)
    assert "typed in private" not in seen + server.read_log()
    assert "Traceback" not in server.read_log()[length:]
