"""The notice region: outcomes that belong to no field and no form, some with an Undo."""

from dataclasses import dataclass
from typing import Any
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
    """One message; `contact_id` names the contact that Undo brings back, empty without Undo.

    `name` is that of the contact with which the message begins, empty if it is about none.
    `retry_after` is how many seconds to wait, if the message says so, else 0.
    """

    id: str
    message: str
    contact_id: str = ""
    name: str = ""
    is_error: bool = False
    retry_after: int = 0


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
                self._add(f"{contact.name} is back", name=contact.name)
                contact_list = await self.get_state(ContactListState)
                await contact_list._refresh()
            case Failed(failure):
                said = f"Could not undo: {failure.text}"
                self._add(said, is_error=True, retry_after=failure.retry_after)

    def _forget_messages(self) -> None:
        self.notices = [notice for notice in self.notices if notice.contact_id]

    def _add(self, message: str, **rest: Any) -> None:
        notice = Notice(str(uuid4()), message, **rest)
        undoable = [old for old in self.notices if old.contact_id]
        self.notices = [*undoable, notice][-MAX_NOTICES:]

    def _offers_undo(self, contact_id: str) -> bool:
        return any(notice.contact_id == contact_id for notice in self.notices)

    def _drop_undo(self, contact_id: str) -> None:
        self.notices = [notice for notice in self.notices if notice.contact_id != contact_id]
