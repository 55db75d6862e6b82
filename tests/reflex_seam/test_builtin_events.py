"""Reflex's own handlers that the page calls: breaks when Reflex renames or adds one."""

from reflex_base.constants import CompileVars

from crm_app.reflex_seam.builtin_events import BUILTIN_RULES, HYDRATE_EVENT
from tests.visitor import HYDRATE, SETTLED


def test_the_page_hydrates_by_the_event_that_is_known() -> None:
    assert HYDRATE_EVENT == HYDRATE
    assert HYDRATE_EVENT.endswith(CompileVars.HYDRATE_AND_LOAD)
    assert SETTLED in BUILTIN_RULES


def test_five_builtin_handlers_are_open_and_only_one_takes_text() -> None:
    assert len(BUILTIN_RULES) == 5
    assert [name.rpartition(".")[2] for name, rule in BUILTIN_RULES.items() if rule.is_report] == [
        "handle_frontend_exception"
    ]
