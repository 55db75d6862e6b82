"""The notice region: outcomes that belong to no field and no form, some with an Undo."""

from dataclasses import dataclass

import reflex as rx

from crm_app.errors import ErrorCode
from crm_app.observability.logs import new_reference
from crm_app.operations.results import Failed, Failure, Ok
from crm_app.services import contacts
from crm_app.states import access, actions
from crm_app.states.access import Id
from crm_app.states.contact_list import ContactListState

MAX_NOTICES = 5


@dataclass(frozen=True)
class Notice:
    """One message; `contact_id` names the contact that Undo brings back, empty without Undo."""

    id: str
    message: str
    contact_id: str = ""
    is_error: bool = False


class NoticeState(rx.State):
    """The notices on the page, the newest last.

    The last five that offer Undo stay until used or dismissed, others until the next comes.
    """

    notices: list[Notice] = []
    _restored_id: str = ""

    @rx.event
    @access.signed_in(notice_id=Id)
    def dismiss(self, notice_id: str):
        """Take a notice away."""
        self.notices = [notice for notice in self.notices if notice.id != notice_id]

    @rx.event
    @access.performing(contact_id=Id)
    async def restore_contact(self, contact_id: str):
        """Undo a deletion."""
        result = await actions.run(self, contacts.restore_contact, contact_id=contact_id)
        match result:
            case Ok(contact):
                self._restored_id = contact_id
                self._drop_undo(contact_id)
                self._add(f"{contact.name} is back")
                contact_list = await self.get_state(ContactListState)
                await contact_list._refresh()
            case Failed(failure) if self._is_restored(contact_id, failure):
                pass  # it came twice; the first did it
            case Failed(failure):
                self._add(f"Could not undo: {failure.text}", is_error=True)

    def _forget_messages(self) -> None:
        self.notices = [notice for notice in self.notices if notice.contact_id]

    def _is_restored(self, contact_id: str, failure: Failure) -> bool:
        """Return whether it is not in the trash because this tab took it out."""
        return failure.code == ErrorCode.NOT_FOUND and contact_id == self._restored_id != ""

    def _add(self, message: str, *, contact_id: str = "", is_error: bool = False) -> None:
        notice = Notice(new_reference(), message, contact_id, is_error)
        undoable = [old for old in self.notices if old.contact_id]
        self.notices = [*undoable, notice][-MAX_NOTICES:]

    def _offers_undo(self, contact_id: str) -> bool:
        return any(notice.contact_id == contact_id for notice in self.notices)

    def _drop_undo(self, contact_id: str) -> None:
        self.notices = [notice for notice in self.notices if notice.contact_id != contact_id]
