"""Events and what becomes of them: handled, stopped on the way, or broken."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from reflex_base.event import Event
from reflex_base.event.context import EventContext

from crm_app.inspector import events
from crm_app.inspector.actions import Action
from crm_app.inspector.recorder import current, recorder
from crm_app.reflex_seam.builtin_events import HYDRATE_EVENT
from crm_app.reflex_seam.socket_events import Tagged
from tests.background import BACKGROUND

NOTHING: Any = None


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    recorder.clear()
    yield
    recorder.clear()


def arrive(**data: Any) -> Action:
    action = recorder.find(events.arrived({"name": HYDRATE_EVENT, **data}))
    assert action is not None
    return action


def handle(action: Action, *middlewares: Any, name: str = HYDRATE_EVENT) -> Action | None:
    """Send an event of the action through the middlewares; return the action meanwhile."""
    tagged = Tagged(pathname="/")
    tagged.action_id = action.id
    context = EventContext(
        token="t", state_manager=NOTHING, enqueue_impl=NOTHING, router_data=tagged
    )

    async def process() -> Action | None:
        for middleware in middlewares:
            await middleware.preprocess(NOTHING, NOTHING, Event(name=name))
        await asyncio.sleep(0)
        return current()

    async def run() -> Action | None:
        with context:
            task = asyncio.create_task(process())
        return await task

    return asyncio.run(run())


def test_the_browser_names_the_action() -> None:
    assert arrive(event_actions={"inspector": 4711, "debounce": 300}).id == 4711


@pytest.mark.parametrize("event_actions", [None, {}, {"inspector": "x"}, {"inspector": -1}])
def test_without_a_fit_name_the_server_gives_one(event_actions: Any) -> None:
    assert arrive(event_actions=event_actions).id > 2**52


def test_an_action_runs_until_its_handler_has_ended() -> None:
    action = arrive()
    assert handle(action, events.Before(), events.After()) is action
    assert action.running == 0
    assert recorder.since(0)["actions"][0]["words"] == "ok"


def test_an_event_that_is_not_let_through_is_refused() -> None:
    handle(arrive(), events.Before())
    view = recorder.since(0)["actions"][0]
    assert view["words"] == "refused, the event was not let through"


def test_a_background_event_is_no_part_of_the_action() -> None:
    action = arrive()
    assert handle(action, events.Before(), events.After(), name=BACKGROUND) is None
    assert action.ended is None


def test_an_update_is_announced_with_its_number() -> None:
    action = arrive()
    assert events.sending(action.id) == {"id": action.id, "updates": 1}
    assert events.sending(action.id) == {"id": action.id, "updates": 2}
    assert len(action.updates) == 2
    assert events.sending(1) is None


def test_an_error_of_a_handler_is_a_failure_with_its_reference() -> None:
    action = arrive()
    tagged = Tagged()
    tagged.action_id = action.id
    context = EventContext(
        token="t", state_manager=NOTHING, enqueue_impl=NOTHING, router_data=tagged
    )
    with context:
        events.broke(KeyError("a private text"), "7F3A-91C2")
    view = action.view()
    assert view["words"] == "failed, 7F3A-91C2"
    assert view["failure"]["error"] == "KeyError"
    assert view["failure"]["saved"].startswith("It broke outside of a transaction.")
