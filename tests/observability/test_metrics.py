"""The numbers: counted once, by names of which there are few."""

import asyncio
import re
import time
from uuid import uuid4

import pytest

from crm_app.database.engine import get_engine
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Caller
from crm_app.errors import RateLimited
from crm_app.observability import metrics
from crm_app.observability.metrics import REGISTRY
from crm_app.operations import rate_limits
from crm_app.operations.perform import perform_here
from crm_app.operations.rate_limits import Limit
from crm_app.services import contacts
from tests.conftest import Configure
from tests.driving import Tree
from tests.factories import form


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def test_an_action_is_counted_by_its_outcome_and_timed(tree: Tree) -> None:
    caller = Caller(token_hash=tree.token_hash)
    names = {"action": "create_contact"}
    counts = [("ok", form()), ("VALIDATION_ERROR", {})]
    before = [value("crm_actions_total", outcome=outcome, **names) for outcome, _ in counts]
    timed = value("crm_action_seconds_count", **names)
    spent = value("crm_query_seconds_sum", **names)
    for _, data in counts:
        perform_here(contacts.create_contact, caller, arguments={"data": data})
    after = [value("crm_actions_total", outcome=outcome, **names) for outcome, _ in counts]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1]
    assert value("crm_action_seconds_count", **names) == timed + 2
    assert value("crm_query_seconds_sum", **names) > spent


def test_a_limit_that_is_reached_is_counted(configure: Configure) -> None:
    configure(CRM_LIMIT_GUESTS_PER_ADDRESS="1/minute")
    before = value("crm_rate_limits_hit_total", limit="limit_guests_per_address")
    address = str(uuid4())
    rate_limits.spend(Limit.GUESTS_PER_ADDRESS, address)
    with pytest.raises(RateLimited):
        rate_limits.spend(Limit.GUESTS_PER_ADDRESS, address)
    assert value("crm_rate_limits_hit_total", limit="limit_guests_per_address") == before + 1


def test_connections_are_those_of_the_pool(tree: Tree) -> None:
    assert tree
    with transaction(read_only=True):
        text = metrics.exposition(get_engine().pool).decode()
    assert 'crm_database_connections{state="in_use"} 1.0' in text
    assert 'crm_database_connections{state="overflow"} 0.0' in text


def test_a_blocked_event_loop_shows() -> None:
    async def block() -> None:
        watching = asyncio.create_task(metrics.event_loop.watch())
        await asyncio.sleep(0)
        time.sleep(metrics.LOOP_PAUSE + 0.1)
        await asyncio.sleep(0.05)
        watching.cancel()

    before = value("crm_event_loop_lag_seconds_sum")
    asyncio.run(block())
    assert value("crm_event_loop_lag_seconds_sum") - before >= 0.1


def test_the_build_says_the_version_of_the_project(tree: Tree) -> None:
    assert tree
    text = metrics.exposition(get_engine().pool).decode()
    assert re.search(r'crm_build_info\{.*version="\d+\.\d+\.\d+".*\} 1.0', text)
