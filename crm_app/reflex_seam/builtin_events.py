"""Reflex's own handlers that the page calls, each with a rule; the others stay closed."""

from reflex.state import FrontendEventExceptionState, OnLoadInternalState, State
from reflex.utils.format import format_event_handler

from crm_app.states.access import Access, Id, Report, Rule, Strict, rule


class NoVars(Strict):
    """What the browser keeps for the states: nothing."""


_hydrate = State.event_handlers["hydrate_and_load"]
_on_load = OnLoadInternalState.event_handlers
_exception = FrontendEventExceptionState.event_handlers["handle_frontend_exception"]
HYDRATE_EVENT = format_event_handler(_hydrate)
BUILTIN_RULES: dict[str, Rule] = {
    HYDRATE_EVENT: rule(
        Access.ANYBODY, {"vars": (NoVars | None, None), "hashes": (list[Id] | None, None)}
    ),
    format_event_handler(State.event_handlers["set_is_hydrated"]): rule(
        Access.ANYBODY, {"value": bool}
    ),
    format_event_handler(_on_load["on_load_internal"]): rule(Access.ANYBODY, {}),
    format_event_handler(_on_load["set_is_hydrated"]): rule(Access.ANYBODY, {"value": bool}),
    format_event_handler(_exception): rule(
        Access.SIGNED_IN, {"info": Report, "component_stack": Report}, is_report=True
    ),
}
