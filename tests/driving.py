"""Drive the states directly: a state tree with a signed-in actor, on a fresh database file."""

import asyncio
import inspect
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import reflex as rx
from reflex.state import State
from sqlmodel import Session

from crm_app.database import revisions, threads
from crm_app.database.engine import get_engine
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor, Caller
from crm_app.services import guests, sessions
from crm_app.settings import get_settings
from crm_app.states import rules

S = TypeVar("S", bound=rx.State)
assert rules.STATES  # all of them exist before the first tree


@dataclass(frozen=True)
class Step:
    """What a handler yielded (None for a bare `yield`), and its state's public vars then."""

    event: Any
    vars: dict[str, Any]


class Tree:
    """One visitor's states. Without a session the visitor is nobody."""

    def __init__(self, token_hash: str, query: str = "") -> None:
        self.root = State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]
        self.root.router_data = {}
        self.token_hash = token_hash
        self.visit(query)

    def visit(self, query: str) -> None:
        """Put the visitor at the address of the page with this query, like `q=ada`."""
        self.root.router_data = {
            "pathname": "/",
            "asPath": f"/?{query}",
            "query": dict(part.split("=") for part in query.split("&") if part),
            "headers": {"cookie": self.token_hash, "origin": "http://localhost:8000"},
        }
        self.root.router = type(self.root.router).from_router_data(self.root.router_data)

    def __getitem__(self, state: type[S]) -> S:
        """Return this visitor's instance of a state class."""
        return self.root.get_substate(state.get_full_name().split("."))  # pyright: ignore


def use_database(url: str) -> None:
    """Let the application use the database at this URL, migrated, from now on."""
    use_migrated_database(url)
    revisions.migrate()


def use_migrated_database(url: str) -> None:
    """Let the application use the database at this URL as it is."""
    os.environ["CRM_DATABASE_URL"] = url
    get_settings.cache_clear()
    get_engine.cache_clear()
    threads.get_writers.cache_clear()


def begin_guest(db: Session) -> str:
    """Make a guest account with a session; return the token for its cookie."""
    token = guests.new_guest_token()
    guests.begin_guest(db, Caller(sessions.hash_token(token)))
    return token


def signed_in(query: str = "") -> Tree:
    """Return the states of a new guest on the database in use."""
    with transaction() as db:
        token = begin_guest(db)
    return Tree(sessions.hash_token(token), query)


def trade(tree: Tree, ticket: str, device_hash: str = "device") -> Tree:
    """Return the visitor's states after the browser traded its ticket for a cookie."""
    caller = Caller(token_hash=tree.token_hash.partition(".")[0])
    with transaction() as db:
        token = sessions.claim_ticket(db, caller, ticket=ticket, device_hash=device_hash)
    return Tree(f"{sessions.hash_token(token)}.{device_hash}")


def fresh_tree(folder: Path) -> Tree:
    """Return the states of a new guest on a fresh SQLite file in the folder."""
    use_database(f"sqlite:///{folder / 'crm.db'}")
    return signed_in()


def actor_of(tree: Tree) -> Actor:
    """Return who the tree's visitor is."""
    with transaction(read_only=True) as db:
        return sessions.get_actor(db, Caller(token_hash=tree.token_hash.partition(".")[0]))


def run(tree: Tree, handler: Any, *arguments: Any) -> list[Step]:
    """Run an event handler to its end and return its steps; the last shows the final vars."""
    steps = asyncio.run(run_async(tree, handler, *arguments))
    while not threads.get_writers().is_idle:  # events that are recorded after the result
        time.sleep(0.001)
    return steps


async def run_async(tree: Tree, handler: Any, *arguments: Any) -> list[Step]:
    """Do what `run` does, inside a running event loop."""
    path = handler.state_full_name.split(".")
    state = tree.root.get_substate(path)
    result = handler.fn(state, *arguments)
    steps: list[Step] = []
    if inspect.isasyncgen(result):
        async for event in result:
            steps.append(Step(event, public_vars(state)))
        result = None
    elif inspect.isawaitable(result):
        result = await result
    return [*steps, Step(result, public_vars(state))]


def public_vars(state: Any) -> dict[str, Any]:
    """Return a copy of the vars the page would get."""
    return {name: getattr(state, name) for name in state.base_vars}
