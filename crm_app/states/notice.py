"""The notice region: outcomes that belong to no field and no form, some with an Undo."""

from dataclasses import dataclass
from uuid import uuid4

import reflex as rx

from crm_app.operations.results import Failed, Ok
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

    @rx.event
    @access.signed_in(notice_id=Id)
    def dismiss(self, notice_id: str):
        """Take a notice away."""
        self.notices = [notice for notice in self.notices if notice.id != notice_id]

    @rx.event
    @access.performing(contact_id=Id, key=(Id, ""))
    async def restore_contact(self, contact_id: str, key: str = ""):
        """Undo a deletion; with the id of its notice as the key, once."""
        result = await actions.run(self, contacts.restore_contact, contact_id=contact_id, key=key)
        match result:
            case Ok(contact):
                self._drop_undo(contact_id)
                self._add(f"{contact.name} is back")
                contact_list = await self.get_state(ContactListState)
                await contact_list._refresh()
            case Failed(failure):
                self._add(f"Could not undo: {failure.text}", is_error=True)

    def _forget_messages(self) -> None:
        self.notices = [notice for notice in self.notices if notice.contact_id]

    def _add(self, message: str, *, contact_id: str = "", is_error: bool = False) -> None:
        notice = Notice(str(uuid4()), message, contact_id, is_error)
        undoable = [old for old in self.notices if old.contact_id]
        self.notices = [*undoable, notice][-MAX_NOTICES:]

    def _offers_undo(self, contact_id: str) -> bool:
        return any(notice.contact_id == contact_id for notice in self.notices)

    def _drop_undo(self, contact_id: str) -> None:
        self.notices = [notice for notice in self.notices if notice.contact_id != contact_id]
