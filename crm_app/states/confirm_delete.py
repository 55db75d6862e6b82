"""The deletion of a contact, which the page has asked about."""

import reflex as rx

from crm_app.domain import text
from crm_app.errors import ErrorCode, StaleVersion
from crm_app.observability.logs import new_reference
from crm_app.operations.results import Failed, Failure, Ok
from crm_app.schemas.contacts import ContactView
from crm_app.services import contacts
from crm_app.states import access, actions
from crm_app.states.access import Id
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState

STALE = "This contact was changed meanwhile. Delete it all the same?"


class ConfirmDeleteState(rx.State):
    """What became of the deletions.

    `ack` acknowledges a deletion: its key and a unique word. `done_key` is the key of the last one
    that is over, `failed_key` of the one that `failure` is about.
    """

    failure: str = ""
    failure_id: str = ""
    retry_after: int = 0
    is_deleting: bool = False
    ack: str = ""
    done_key: str = ""
    failed_key: str = ""

    @rx.event
    @access.performing(contact_id=Id, key=(Id, ""), version=(int, 0))
    async def delete_contact(self, contact_id: str, key: str = "", version: int = 0):
        """Move the contact to the trash and offer Undo; with the same key again, offer it again.

        A version other than 0 is the one that the question named.
        """
        self.is_deleting = True
        yield
        result = await actions.run(
            self, contacts.delete_contact, contact_id=contact_id, key=key, version=version or None
        )
        self.is_deleting = False
        self.ack = f"{text.sendable(key)} {new_reference()}"
        match result:
            case Ok(contact):
                await self._finish(contact, key)
            case Failed(failure) if failure.code == ErrorCode.NOT_FOUND:
                self._end(key)
                notices = await self.get_state(NoticeState)
                if not notices._offers_undo(contact_id):  # else it came twice; the first did it
                    await self._tell(failure)
            case Failed(failure):
                await self._fail(failure, key)

    def _forget_messages(self) -> None:
        self.ack = self.failure = self.failed_key = ""

    def _end(self, key: str) -> None:
        self.done_key, self.failed_key, self.failure = text.sendable(key), "", ""

    async def _fail(self, failure: Failure, key: str) -> None:
        """Say why the contact is still there; the question stays open."""
        is_stale = isinstance(failure.cause, StaleVersion)
        self.failure = STALE if is_stale else failure.text
        self.failure_id, self.failed_key = new_reference(), text.sendable(key)
        self.retry_after = failure.retry_after
        if is_stale:
            contact_list = await self.get_state(ContactListState)
            await contact_list._refresh()

    async def _finish(self, contact: ContactView, key: str) -> None:
        self._end(key)
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
        notices._add(failure.text, is_error=True, retry_after=failure.retry_after)
        contact_list = await self.get_state(ContactListState)
        await contact_list._refresh()
