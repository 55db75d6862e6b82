"""Reflex's event context, page loads and forms: breaks when Reflex renames or changes them."""

from typing import Any

from reflex_base.event.context import EventContext

from crm_app.reflex_seam import events


def test_the_current_event_has_its_id_and_that_of_its_parent() -> None:
    nothing: Any = None
    context = EventContext(token="t", state_manager=nothing, enqueue_impl=nothing)
    with context:
        ids = events.find_current()
        assert ids == events.EventIds(context.txid, None)
        with context.fork():
            child = events.find_current()
    assert child is not None
    assert child.parent_id == context.txid != child.id


def test_outside_of_events_there_is_none() -> None:
    assert events.find_current() is None


def test_only_a_page_that_was_just_loaded_names_its_hashes() -> None:
    assert events.is_page_load({"hashes": ["a"]})
    assert not events.is_page_load({"hashes": None})
    assert not events.is_page_load({})
