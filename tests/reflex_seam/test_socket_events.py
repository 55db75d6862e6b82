"""Events and updates of sockets, by action: breaks when Reflex moves or renames what is used."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from reflex.app import EventNamespace
from reflex_base.event import Event
from reflex_base.event.context import EventContext

from crm_app.reflex_seam import socket_events
from crm_app.reflex_seam.builtin_events import HYDRATE_EVENT
from tests.background import BACKGROUND

NOTHING: Any = None


class Namespace:
    """Reflex's namespace, as far as it is followed."""

    def __init__(self) -> None:
        self.log: list[Any] = []
        socket = SimpleNamespace(sid="sid")
        self._token_manager = SimpleNamespace(token_to_socket={"token": socket})

    async def on_event(self, sid: str, data: Any) -> None:
        self.log.append(data)

    async def emit_update(self, update: Any, token: str) -> None:
        self.log.append(update)

    async def emit(self, name: str, data: Any, to: str) -> None:
        self.log.append((name, data, to))


@pytest.fixture
def namespace() -> Namespace:
    namespace = Namespace()
    app: Any = SimpleNamespace(event_namespace=namespace)
    socket_events.follow(app, lambda data: data["id"], lambda action_id: {"id": action_id})
    return namespace


def test_the_namespace_of_reflex_has_what_is_followed() -> None:
    for name in ("on_event", "emit_update", "emit"):
        assert asyncio.iscoroutinefunction(getattr(EventNamespace, name))


def test_an_event_and_its_children_know_their_action(namespace: Namespace) -> None:
    asyncio.run(namespace.on_event("sid", {"id": 7, "name": "n", "router_data": {"pathname": "/"}}))
    tagged = namespace.log[0]["router_data"]
    assert tagged == {"pathname": "/"}
    event = Event(name="n", router_data=tagged)
    context = EventContext(token="t", state_manager=NOTHING, enqueue_impl=NOTHING)
    with context.fork(router_data=event.router_data) as parent:
        assert socket_events.current_action_id() == 7
        with parent.fork(router_data={}):
            assert socket_events.current_action_id() == 7
    assert socket_events.current_action_id() == 0


def test_an_update_is_announced_just_before_it_is_sent(namespace: Namespace) -> None:
    tagged = socket_events.Tagged()
    tagged.action_id = 7
    context = EventContext(
        token="t", state_manager=NOTHING, enqueue_impl=NOTHING, router_data=tagged
    )
    with context:
        asyncio.run(namespace.emit_update("update", "token"))
        asyncio.run(namespace.emit_update("to nobody", "unknown token"))
    asyncio.run(namespace.emit_update("outside", "token"))
    assert namespace.log == [("inspector", {"id": 7}, "sid"), "update", "to nobody", "outside"]


def test_only_a_background_event_leaves_its_action() -> None:
    assert not socket_events.detach_if_background(HYDRATE_EVENT)
    assert socket_events.detach_if_background(BACKGROUND)
