"""The promises of docs/security.md, measured against the running server.

How many guesses of a password are judged, whether an unknown email takes as long as a known one,
what others notice of 20 sign-ins at once and of a flood, and where session values turn up.
"""

import asyncio
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.machine import describe_machine, describe_times
from crm_app.cli.serve import CLIENT
from crm_app.services.sessions import new_token
from crm_app.states import rules
from crm_app.states.access import Access
from crm_app.states.account import AccountState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.sign_in import SignInState
from tests.accounts import PASSWORD, sign_up
from tests.factories import form
from tests.server import Server, running
from tests.visitor import Visitor, fetch_cookie

GUESSES = 40
TIMED = 60
AT_ONCE = 20
JUNK = 2000
SESSIONS = 200
EMAIL = "ada@example.com"
UNKNOWN = "reflex___state____state.no_such_handler"


def sign_in_form(email: str, password: str = "a wrong password") -> dict[str, str]:
    """Return what the page sends; each form has a ticket and a name of its own."""
    return {
        "email": email,
        "password": password,
        "ticket": new_token(),
        "attempt": new_token()[:12],
    }


def count(server: Server, action: str) -> int:
    """Return how often the audit trail has this action."""
    with closing(sqlite3.connect(server.database)) as connection:
        statement = "SELECT count(*) FROM audit_event WHERE action = ?"
        return connection.execute(statement, (action,)).fetchone()[0]


async def try_to_sign_in(visitor: Visitor, email: str) -> float:
    """Send a wrong password and return the seconds until its response."""
    started = time.perf_counter()
    await visitor.send(SignInState.sign_in, form_data=sign_in_form(email))
    return time.perf_counter() - started


async def reach(server: Server) -> None:
    """Call every handler without a session, and with a stranger's on what is another's."""
    async with Visitor(server.url, await sign_up(server.url, "owner@example.com")) as owner:
        await owner.send(ContactFormState.create_contact, form_data=form(name="Only mine"))
        contact_id = owner.rows[0]["id"]
        await owner.send(AccountState.open)
        session_id = owner.of(AccountState)["sessions"][0]["id"]
    before = rows_of_owner(server)
    stranger = await sign_up(server.url, "stranger@example.com")
    seen = ""
    for cookie in ("", stranger):
        for name, rule in rules.RULES.items():
            for value in (contact_id, session_id):
                fields = {"contact_id": value, "version": "1", "name": "Taken", "email": "t@x.de"}
                payload = {
                    argument: fields if argument == "form_data" else value
                    for argument in rule.arguments.model_fields
                }
                async with Visitor(server.url, cookie) as visitor:
                    await visitor.emit(name, payload)
                    await visitor.settle()
                    seen += str(visitor.frames)
    opened = [name.split(".")[-1] for name, rule in rules.RULES.items() if _is_open(rule)]
    changed = sum(a != b for a, b in zip(before, rows_of_owner(server), strict=True))
    print(f"{len(rules.RULES)} handlers can be reached; {len(opened)} without a session: {opened}")
    print(f"rows of another's that were changed: {changed}; seen: {seen.count('Only mine')}")


def _is_open(rule: rules.Rule) -> bool:
    return rule.access is Access.ANYBODY


def rows_of_owner(server: Server) -> list[tuple[object, ...]]:
    """Return all rows that are the first account's."""
    with closing(sqlite3.connect(server.database)) as connection:
        statements = (
            "SELECT * FROM account ORDER BY id LIMIT 1",
            "SELECT * FROM contact WHERE book_id = (SELECT min(id) FROM account)",
            "SELECT * FROM browser_session WHERE account_id = (SELECT min(id) FROM account)",
            "SELECT * FROM known_device WHERE account_id = (SELECT min(id) FROM account)",
        )
        return [row for statement in statements for row in connection.execute(statement)]


async def guess(server: Server) -> None:
    """Try many wrong passwords of one account at once."""
    cookies = [fetch_cookie(server.url) for _ in range(GUESSES)]

    async def once(cookie: str) -> None:
        async with Visitor(server.url, cookie) as visitor:
            await try_to_sign_in(visitor, EMAIL)

    await asyncio.gather(*(once(cookie) for cookie in cookies))
    judged = count(server, "sign-in failed")
    print(f"{judged} of {GUESSES} wrong passwords were judged (promise: at most 10 in 10 minutes)")


async def compare_times(server: Server) -> None:
    """Time signing in with known and unknown emails, one try each so that none has to wait."""
    known = [f"known{number}@example.com" for number in range(TIMED)]
    for email in known:
        await sign_up(server.url, email)
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    async with Visitor(server.url) as visitor:
        for number, email in enumerate(known):
            times["known"].append(await try_to_sign_in(visitor, email))
            unknown = f"unknown{number}@example.com"
            times["unknown"].append(await try_to_sign_in(visitor, unknown))
    for name, seconds in times.items():
        print(describe_times(f"{name} email", seconds))
    ratio = statistics.median(times["unknown"]) / statistics.median(times["known"])
    print(f"time of an unknown against a known email: {ratio:.2f} (promise: 0.80 to 1.25)")


async def round_trips(other: Visitor, until: asyncio.Task[None]) -> list[float]:
    """Return the times of another user's round trips while the task runs."""
    times: list[float] = []
    while not until.done():
        started = time.perf_counter()
        await other.send(ContactListState.get_contacts, query="ada")
        times.append(time.perf_counter() - started)
        await asyncio.sleep(0.01)
    await until
    return times


async def crowd(server: Server, other: Visitor) -> None:
    """Sign in many people at once, the password right."""
    emails = [f"crowd{number}@example.com" for number in range(AT_ONCE)]
    for email in emails:
        await sign_up(server.url, email)
    visitors = [Visitor(server.url) for _ in emails]
    for visitor in visitors:
        await visitor.__aenter__()

    async def all_at_once() -> None:
        await asyncio.gather(
            *(
                visitor.send(SignInState.sign_in, form_data=sign_in_form(email, PASSWORD))
                for visitor, email in zip(visitors, emails, strict=True)
            )
        )

    times = await round_trips(other, asyncio.create_task(all_at_once()))
    for visitor in visitors:
        await visitor.__aexit__()
    print(describe_times(f"{AT_ONCE} sign-ins", times), " (promise: p95 under 100)")


async def flood(server: Server, other: Visitor) -> None:
    """Send events that do not exist."""
    async with Visitor(server.url) as hostile:

        async def junk() -> None:
            for _ in range(JUNK):
                await hostile.emit(UNKNOWN, {"x": "y" * 100})
            await hostile.settle()

        times = await round_trips(other, asyncio.create_task(junk()))
    print(describe_times(f"{JUNK} junk events", times), " (promise: median under 250)")


async def look_for_session_values(server: Server) -> None:
    """Open sessions, use them, and look for their cookies wherever something is written."""
    cookies = [fetch_cookie(server.url) for _ in range(SESSIONS)]
    frames: list[object] = []
    for cookie in cookies:
        async with Visitor(server.url, cookie) as visitor:
            await visitor.hydrate()
            await visitor.send(ContactFormState.create_contact, form_data=form())
            frames += visitor.frames
    values = [cookie.split("=", 1)[1] for cookie in cookies]
    places = {
        "database": b"".join(path.read_bytes() for path in server.database.parent.glob("crm.db*")),
        "log": server.log.read_bytes(),
        "bundle": b"".join(path.read_bytes() for path in CLIENT.rglob("*") if path.is_file()),
        ".states": b"".join(path.read_bytes() for path in Path(".states").glob("*")),
        "deltas": str(frames).encode(),
    }
    found = {
        place: sum(value.encode() in content for value in values)
        for place, content in places.items()
    }
    print(f"of {SESSIONS} session values there are in the: {found} (promise: 0)")


async def measure(server: Server) -> None:
    """Attack the server and print what came of it."""
    await reach(server)
    await sign_up(server.url, EMAIL)
    await guess(server)
    await compare_times(server)
    async with Visitor(server.url) as other:
        await other.send(ContactFormState.create_contact, form_data=form())
        await crowd(server, other)
        await flood(server, other)
    await look_for_session_values(server)


def main() -> None:
    """Run a server of its own and print the figures."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        asyncio.run(measure(server))
    print(describe_machine("python -m benchmarks.security"))


if __name__ == "__main__":
    main()
