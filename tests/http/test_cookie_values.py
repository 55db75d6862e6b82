"""The values of cookies: 200 guests and 5 accounts later, they are nowhere but in the browsers."""

import json
from pathlib import Path

from crm_app.cli import build
from crm_app.services.sessions import hash_token
from crm_app.states.account import AccountState
from crm_app.states.contact_list import ContactListState
from tests.accounts import new_email, sign_in, sign_up, value_of
from tests.server import ROOT, Server
from tests.tables import read_files
from tests.visitor import Visitor, fetch_cookie, in_own_loop

GUESTS = 200
ACCOUNTS = 5


def files(*folders: Path) -> bytes:
    """Return everything in the folders."""
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return read_files(paths)


async def seen_by(server: Server, cookie: str) -> str:
    """Return every frame that a tab with this cookie gets."""
    async with Visitor(server.url, cookie) as visitor:
        await visitor.hydrate()
        await visitor.send(ContactListState.get_contacts, query="")
        await visitor.send(AccountState.open)
        return json.dumps(visitor.frames)


def test_no_cookies_value_is_stored_logged_or_sent(server: Server) -> None:
    async def visit() -> tuple[list[str], str]:
        cookies = [fetch_cookie(server.url) for _ in range(GUESTS)]
        for guest in cookies[:ACCOUNTS]:
            email = new_email()
            cookies.append(await sign_up(server.url, email, cookie=guest))
            cookies.append(await sign_in(server.url, email, cookie=cookies[-1]))
        frames = [await seen_by(server, cookie) for cookie in cookies]
        return cookies, "".join(frames)

    cookies, frames = in_own_loop(visit)
    sessions = {value_of(cookie) for cookie in cookies}
    devices = {value_of(cookie, "device") for cookie in cookies} - {""}
    assert (len(sessions), len(devices)) == (GUESTS + 2 * ACCOUNTS, ACCOUNTS)
    data = files(server.database.parent)
    kept = data + files(build.CLIENT, ROOT / ".states")
    for value in sessions | devices:
        assert value.encode() not in kept
        assert value not in frames
        assert hash_token(value) not in frames
    assert all(hash_token(value).encode() in data for value in devices)
