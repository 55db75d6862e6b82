"""A client of the API, as a script would be one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx

from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.schemas.accounts import NewAccount
from crm_app.services import accounts, sessions, tokens
from tests.accounts import PASSWORD, new_email
from tests.driving import use_migrated_database
from tests.server import Server

SCOPES = ("read", "write", "delete", "export")


def make_account(email: str = "") -> Actor:
    """Make an account in the database in use, with a session; return who is signed in."""
    form = NewAccount(email=email or new_email(), password=PASSWORD)
    ticket = sessions.new_token()
    with transaction() as db:
        account_id = accounts.create_account(db, Caller(), form=form, password_hash="none")
        sessions.open_ticket(db, account_id, ticket, Caller())
        token = sessions.claim_ticket(db, Caller(), ticket=ticket, device_hash="")
        return sessions.get_actor(db, Caller(sessions.hash_token(token)))


def make_token(
    actor: Actor, scopes: Sequence[str] = SCOPES, name: str = "website-form", **fields: str
) -> str:
    """Create an API token in the database in use and return its secret."""
    data = {"name": name, "scopes": list(scopes), **fields}
    with transaction() as db:
        return tokens.create_token(db, actor, data=data).secret


@contextmanager
def client(
    server: Server, scopes: Sequence[str] = SCOPES, owner: Actor | None = None, **fields: str
) -> Iterator[httpx.Client]:
    """Return a client of the server with a token of this account, or of one of its own."""
    use_migrated_database(server.database_url)
    secret = make_token(owner or make_account(), scopes, **fields)
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=f"{server.url}/api/v1", headers=headers) as own:
        yield own


def contact(**fields: Any) -> dict[str, Any]:
    """Return the fields of a contact whose email nobody has."""
    return {"name": "Ada Lovelace", "email": f"{uuid4().hex}@example.com", **fields}
