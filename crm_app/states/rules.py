"""Every handler that an event from outside can reach, by its name."""

from reflex.state import BaseState
from reflex.utils.format import format_event_handler

from crm_app.reflex_seam.builtin_events import BUILTIN_RULES
from crm_app.states.access import Rule, rule_of
from crm_app.states.account import AccountState
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.contacts.history import HistoryState
from crm_app.states.contacts.trash import TrashState
from crm_app.states.handler_error import HandlerErrorState
from crm_app.states.notice import NoticeState
from crm_app.states.section_error import SectionErrorState
from crm_app.states.session import SessionState
from crm_app.states.sign_in import SignInState
from crm_app.states.tokens import TokenState

STATES: tuple[type[BaseState], ...] = (
    SessionState,
    SignInState,
    AccountState,
    TokenState,
    ContactListState,
    ContactFormState,
    ConfirmDeleteState,
    HistoryState,
    TrashState,
    NoticeState,
    SectionErrorState,
    HandlerErrorState,
)


def _collect() -> dict[str, Rule]:
    rules = dict(BUILTIN_RULES)
    for state in STATES:
        for handler in state.event_handlers.values():
            if rule := rule_of(handler.fn):
                rules[format_event_handler(handler)] = rule
    return rules


RULES = _collect()


REJECTION = format_event_handler(HandlerErrorState.event_handlers["reject"])
"""The event that takes the place of one that is malformed or unknown."""


def is_event(name: str) -> bool:
    """Return whether an event of this name can come from outside."""
    return name in RULES
