"""An action that the application lacks: it does three steps in one transaction."""

from typing import Any

import reflex as rx
from reflex.utils.format import format_event_handler

from benchmarks.checkout_service import check_out
from crm_app.domain import text
from crm_app.observability.logs import new_reference
from crm_app.operations.results import Failed, Ok
from crm_app.schemas.contacts import ContactFormData
from crm_app.states import access, actions, rules
from crm_app.states.access import ContactArguments, Id
from crm_app.states.contact_list import ContactListState


class CheckoutState(rx.State):
    """The three steps as one action; `ack` has the key of the form that was done."""

    ack: str = ""
    created_id: str = ""

    @rx.event
    @access.performing(form_data=ContactArguments, second_id=Id, third_id=Id)
    async def check_out(self, form_data: ContactFormData, second_id: str, third_id: str):
        """Do the steps and show the new list."""
        result = await actions.run(
            self, check_out, data=form_data, second_id=second_id, third_id=third_id
        )
        key = form_data.get("idempotency_key") if isinstance(form_data, dict) else ""
        self.ack = f"{text.sendable(key)} {new_reference()}"
        match result:
            case Ok(contact):
                self.created_id = contact.id
                contact_list = await self.get_state(ContactListState)
                await contact_list._refresh()
            case Failed():
                self.created_id = ""


def register() -> None:
    """Let events reach the action, as those of the application's states."""
    for handler in CheckoutState.event_handlers.values():
        found: Any = access.rule_of(handler.fn)
        if found:
            rules.RULES[format_event_handler(handler)] = found
