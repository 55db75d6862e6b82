"""The question before a contact is deleted, and the deletion."""

import reflex as rx

from crm_app.domain import text
from crm_app.errors import ErrorCode
from crm_app.observability.logs import new_reference
from crm_app.operations.results import Failed, Failure, Ok
from crm_app.schemas.contacts import ContactView
from crm_app.services import contacts
from crm_app.states import access, actions
from crm_app.states.access import Id
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState


class ConfirmDeleteState(rx.State):
    """Which contact the question is about, while it is open.

    `ack` acknowledges a deletion: its key and a unique word.
    """

    contact_id: str = ""
    name: str = ""
    is_open: bool = False
    failure: str = ""
    failure_id: str = ""
    is_deleting: bool = False
    ack: str = ""

    @rx.event
    @access.performing(contact_id=Id)
    async def ask(self, contact_id: str):
        """Open the question, naming the contact."""
        result = await actions.read(self, contacts.get_contact, contact_id=contact_id)
        match result:
            case Ok(contact):
                self.contact_id, self.name, self.failure = contact.id, contact.name, ""
                self.is_open = True
            case Failed(failure):
                await self._tell(failure)

    @rx.event
    @access.signed_in()
    def cancel(self):
        """Close the question; the contact stays."""
        self._close()

    @rx.event
    @access.performing(contact_id=Id, key=(Id, ""))
    async def delete_contact(self, contact_id: str, key: str = ""):
        """Move the contact to the trash and offer Undo; with the same key again, offer it again."""
        self.is_deleting = True
        yield
        result = await actions.run(self, contacts.delete_contact, contact_id=contact_id, key=key)
        self.is_deleting = False
        self.ack = f"{text.sendable(key)} {new_reference()}"
        match result:
            case Ok(contact):
                await self._finish(contact)
            case Failed(failure) if failure.code == ErrorCode.NOT_FOUND:
                self._close_for(contact_id)
                notices = await self.get_state(NoticeState)
                if not notices._offers_undo(contact_id):  # else it came twice; the first did it
                    await self._tell(failure)
            case Failed(failure):
                self.failure, self.failure_id = failure.text, new_reference()

    def _forget_messages(self) -> None:
        self.ack = self.failure = ""

    def _close(self) -> None:
        self.is_open = False

    def _close_for(self, contact_id: str) -> None:
        """Close the question, unless it is about another contact by now."""
        if self.contact_id in ("", contact_id):
            self._close()

    async def _finish(self, contact: ContactView) -> None:
        self._close_for(contact.id)
        notices = await self.get_state(NoticeState)
        # A repeated deletion may be acknowledged after the contact was restored.
        if contact.deleted_at and not notices._offers_undo(contact.id):
            notices._add(f"{contact.name} moved to trash", contact_id=contact.id)
        form = await self.get_state(ContactFormState)
        if contact.deleted_at and form.contact_id == contact.id:
            form._start_over()
        contact_list = await self.get_state(ContactListState)
        await contact_list._refresh()

    async def _tell(self, failure: Failure) -> None:
        notices = await self.get_state(NoticeState)
        notices._add(failure.text, is_error=True)
        contact_list = await self.get_state(ContactListState)
        await contact_list._refresh()
