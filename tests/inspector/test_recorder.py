"""The ring buffer: what is kept, what the panel is sent, and that the parts add up."""

import pytest

from crm_app.inspector.actions import COMMIT, Action, Outcome, Painted, Statement
from crm_app.inspector.recorder import MAX_ID, Recorder


def finished(recorder: Recorder, action_id: int = 0) -> Action:
    action = recorder.begin("state.handler", action_id)
    recorder.enter(action)
    recorder.leave(action)
    return action


def spend(action: Action, text: str, seconds: float = 0.001) -> None:
    statement = Statement(text)
    if statement.has_plan:
        action.add(statement)
    action.spend(statement, seconds)


def test_the_last_actions_are_kept() -> None:
    recorder = Recorder(size=200)
    ids = [finished(recorder).id for _ in range(203)]
    kept = [view["id"] for view in recorder.since(0)["actions"]]
    assert kept == ids[3:]


def test_an_action_is_listed_when_it_has_ended_and_again_when_it_changes() -> None:
    recorder = Recorder()
    action = recorder.begin("state.handler")
    recorder.enter(action)
    assert recorder.since(0)["actions"] == []
    recorder.leave(action)
    revision = recorder.since(0)["revision"]
    assert recorder.since(revision)["actions"] == []
    action.updates.append(0.01)
    recorder.paint(action.id, Painted(1, 20.0, 5.0, 300))
    assert [view["bytes"] for view in recorder.since(revision)["actions"]] == [300]


def test_a_report_that_was_overtaken_is_dropped() -> None:
    recorder = Recorder()
    action = finished(recorder)
    for updates in (2, 1):
        recorder.paint(action.id, Painted(updates, 20.0, 5.0, updates))
    assert action.painted is not None
    assert action.painted.updates == 2


@pytest.mark.parametrize("given", [0, -1, MAX_ID + 1, 7])
def test_an_id_that_is_taken_or_unfit_is_replaced(given: int) -> None:
    recorder = Recorder()
    finished(recorder, 7)
    assert finished(recorder, given).id not in (given, 7)


def test_clearing_forgets_all() -> None:
    recorder = Recorder()
    action = finished(recorder)
    recorder.clear()
    assert recorder.since(0)["actions"] == []
    assert recorder.find(action.id) is None


def test_the_parts_add_up_to_the_milliseconds() -> None:
    action = Action(1, "contact_form_state.create_contact", updates=[0.004, 0.0203])
    spend(action, "SELECT 1", 0.0061)
    spend(action, "UPDATE contact SET name = ?", 0.0012)
    spend(action, COMMIT, 0.0044)
    action.painted = Painted(2, answered_ms=27.77, painted_ms=8.123, received=2304)
    view = action.view()
    assert view["parts"] == {
        "waiting": 8.6,
        "database": 7.3,
        "commit": 4.4,
        "wire": 7.5,
        "paint": 8.1,
    }
    assert view["ms"] == 35.9
    assert view["handler"] == "create_contact"
    assert [line["text"] for line in view["statements"]][-1] == COMMIT


def test_without_a_browser_there_is_no_wire_and_no_paint() -> None:
    action = Action(1, "tidy", ended=0.05)
    assert action.parts() == {
        "waiting": 50.0,
        "database": 0.0,
        "commit": 0.0,
        "wire": 0.0,
        "paint": 0.0,
    }


def test_what_begins_or_ends_a_transaction_is_listed_if_it_writes_or_takes_long() -> None:
    action = Action(1, "handler")
    for text, seconds in (
        *(("BEGIN", 0.0001), ("BEGIN IMMEDIATE", 0.3), ("SELECT 1", 0.0001), (COMMIT, 0.0001)),
        *(("DELETE FROM contact", 0.0001), (COMMIT, 0.0002)),
    ):
        spend(action, text, seconds)
    texts = [statement.text for statement in action.statements]
    assert texts == ["BEGIN IMMEDIATE", "SELECT 1", "DELETE FROM contact", COMMIT]
    assert action.parts()["database"] == 300.3


def test_slow_is_more_than_100_ms_or_more_than_10_statements() -> None:
    assert not Action(1, "handler", ended=0.1).view()["isSlow"]
    assert Action(1, "handler", ended=0.1002).view()["isSlow"]
    many = Action(1, "handler", ended=0.001)
    for number in range(10):
        spend(many, f"SELECT {number}", 0)
    assert not many.view()["isSlow"]
    spend(many, "SELECT 10", 0)
    assert many.view()["isSlow"]


def test_a_statement_run_three_times_is_marked() -> None:
    action = Action(1, "handler", ended=0.001)
    for text in ("SELECT 1", "SELECT 2", "SELECT 1", "SELECT 2", "SELECT 1"):
        spend(action, text)
    assert [line["repeated"] for line in action.view()["statements"]] == [3, 0, 3, 0, 3]


def test_the_worst_outcome_counts_with_its_first_words() -> None:
    action = Action(1, "handler")
    action.conclude(Outcome.OK, "revision 8")
    action.conclude(Outcome.OK, "219 found")
    assert action.view()["words"] == "ok, revision 8"
    action.conclude(Outcome.REFUSED, "email is used")
    action.conclude(Outcome.OK, "1 found")
    assert action.view()["words"] == "refused, email is used"
