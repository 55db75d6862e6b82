"""How often something may be done: the same in memory and in Redis."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from crm_app.database.account_models import AuditEvent
from crm_app.database.transaction import transaction
from crm_app.errors import RateLimited
from crm_app.operations import rate_limits
from crm_app.operations.rate_limits import Limit
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from tests.conftest import Configure
from tests.driving import Tree, run, signed_in
from tests.factories import form
from tests.redis_server import redis_server

LIMIT = Limit.ACTIONS_PER_ACCOUNT


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


def forget() -> None:
    rate_limits._limiter.cache_clear()
    rate_limits._memory_limiter.cache_clear()


@pytest.fixture(params=["memory", "redis"])
def counted(request: pytest.FixtureRequest, configure: Configure) -> Iterator[None]:
    """Count in a fresh place, three to the minute."""
    configure(CRM_LIMIT_ACTIONS_PER_ACCOUNT="3/minute")
    if request.param == "redis":
        configure(CRM_REDIS_URL=request.getfixturevalue("redis_url"))
    forget()
    yield
    rate_limits._limiter().storage.reset()
    forget()


@pytest.mark.usefixtures("counted")
def test_more_than_the_limit_is_refused_with_the_seconds_to_wait() -> None:
    for _ in range(3):
        rate_limits.spend(LIMIT, "one")
    with pytest.raises(RateLimited) as refused:
        rate_limits.spend(LIMIT, "one")
    assert 55 <= refused.value.retry_after <= 60
    assert str(refused.value) == (
        f"Too many requests. Try again in {refused.value.retry_after} seconds."
    )
    rate_limits.spend(LIMIT, "another")
    rate_limits.spend(Limit.SIGN_UPS_PER_ADDRESS, "one")


@pytest.mark.usefixtures("counted")
def test_nothing_is_counted_for_an_unknown_address() -> None:
    for _ in range(9):
        rate_limits.spend(LIMIT, "")


@pytest.mark.usefixtures("counted", "database")
def test_a_throttled_action_says_so_keeps_the_form_and_is_in_the_trail() -> None:
    tree = signed_in()
    run(tree, ContactListState.load)
    run(tree, ContactFormState.create_contact, form())
    done = run(tree, ContactFormState.create_contact, form(email="b@example.com"))[-1]
    assert done.vars["message"].startswith("Too many requests. Try again in ")
    assert done.vars["is_saving"] is False
    run(tree, ContactListState.retry)
    assert tree[ContactListState].failure.startswith("Too many requests. Try again in ")
    assert [contact.name for contact in tree[ContactListState].contacts] == ["Ada Lovelace"]
    assert "throttled" in trail()


def trail() -> list[str]:
    with transaction(read_only=True) as db:
        rows = db.connection().execute(sa.select(AuditEvent)).all()
        return [row.action for row in rows]


def test_without_redis_each_process_counts_for_itself(configure: Configure) -> None:
    configure(CRM_REDIS_URL="redis://127.0.0.1:1", CRM_LIMIT_ACTIONS_PER_ACCOUNT="3/minute")
    forget()
    for _ in range(3):
        rate_limits.spend(LIMIT, "one")
    with pytest.raises(RateLimited):
        rate_limits.spend(LIMIT, "one")
    forget()


def test_the_trail_takes_a_few_refusals_a_minute() -> None:
    forget()
    assert [rate_limits.may_note_refusal("one") for _ in range(12)] == [True] * 10 + [False] * 2
    assert rate_limits.may_note_refusal("two")


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_network_counts_as_one_address(address: str, counted_as: str) -> None:
    assert rate_limits.network(address) == counted_as


def test_actions_are_limited_per_address_too(tree: Tree, configure: Configure) -> None:
    configure(CRM_LIMIT_ACTIONS_PER_ADDRESS="1/minute")
    forget()
    tree.root.router_data["ip"] = "192.0.2.7"
    tree.root.router = type(tree.root.router).from_router_data(tree.root.router_data)
    run(tree, ContactListState.load)
    run(tree, ContactListState.retry)
    forget()
    assert tree[ContactListState].failure.startswith("Too many requests. Try again in ")


def test_counting_in_memory_starts_no_thread_for_each_use(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    start = threading.Thread.start

    def note(thread: threading.Thread) -> None:
        started.append(thread.name)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", note)
    for number in range(200):
        rate_limits.spend(Limit.ACTIONS_PER_ADDRESS, f"192.0.2.{number}")
    assert len(started) <= 1
