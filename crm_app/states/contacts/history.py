"""The history of the opened contact, and bringing former values back."""

from collections.abc import Sequence

import reflex as rx

from crm_app.domain import text
from crm_app.errors import ErrorCode
from crm_app.observability.logs import new_reference
from crm_app.operations.results import Failed, Failure, Ok
from crm_app.schemas.history import HistoryEntry, RestoredContact
from crm_app.services import history
from crm_app.services.contact_list import entries
from crm_app.services.contact_list.entries import SHOWN
from crm_app.states import access, actions
from crm_app.states.access import Id, Number
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState

MOST_SHOWN = 100  # entries that are read again after a change


class HistoryState(rx.State):
    """A page of the history of one contact; the page that shows it puts them together.

    It has the entries before the version `start`, or with 0 the last ones. Older entries are
    before the version `before`, with 0 there are none. `failure` says why the history of
    `failed_id` could not be read. `restoring` is the last version of the entry that is restored.
    """

    contact_id: str = ""
    start: int = 0
    before: int = 0
    entries: list[HistoryEntry] = []
    failed_id: str = ""
    failure: str = ""
    failure_id: str = ""
    retry_after: int = 0
    restoring: int = 0

    @rx.event(supersedes=True)
    @access.performing(contact_id=Id, start=(Number, 0), shown=(Number, SHOWN))
    async def load(self, contact_id: str, start: int = 0, shown: int = SHOWN):
        """Read the last entries of a contact, or those before a version."""
        result = await actions.read(
            self,
            entries.list_entries,
            contact_id=contact_id,
            before=start,
            shown=max(SHOWN, min(shown, MOST_SHOWN)),
        )
        match result:
            case Ok(page):
                self.contact_id, self.start = text.sendable(contact_id), start
                self.entries, self.before = [*page.entries], page.before
                self._forget_messages()
            case Failed(failure):
                self.failed_id, self.failure = text.sendable(contact_id), failure.text
                self.failure_id, self.retry_after = new_reference(), failure.retry_after

    @rx.event
    @access.performing(contact_id=Id, first=Number, last=Number)
    async def restore_entry(self, contact_id: str, first: int, last: int):
        """Give a contact the values back that these versions changed, and offer Undo."""
        self.restoring = last
        yield
        result = await actions.run(
            self, entries.restore_entry, contact_id=contact_id, first=first, last=last
        )
        self.restoring = 0
        match result:
            case Ok(restored):
                await self._tell(restored)
            case Failed(failure) if failure.field_errors:
                await self._offer(contact_id, first, last, failure)
            case Failed(failure):
                await self._fail(failure, failure.text)

    @rx.event
    @access.performing(contact_id=Id, version=Number, key=(Id, ""))
    async def undo_change(self, contact_id: str, version: int, key: str = ""):
        """Undo the change that made this version; with the id of its notice as the key, once."""
        result = await actions.run(
            self, history.undo_change, contact_id=contact_id, version=version, key=key
        )
        match result:
            case Ok(contact):
                notices = await self.get_state(NoticeState)
                notices.dismiss(key)
                notices._add(f"{contact.name} is as before")
                await self._refresh()
            case Failed(failure):
                await self._fail(failure, f"Could not undo: {failure.text}")

    async def _tell(self, restored: RestoredContact) -> None:
        contact, notices = restored.contact, await self.get_state(NoticeState)
        if restored.fields:
            message = f"{_listed(restored.fields).capitalize()} of {contact.name} restored"
            notices._add(message, changed_id=contact.id, version=contact.version)
        else:
            notices._add(f"{contact.name} has these values already")
        await self._refresh()

    async def _offer(self, contact_id: str, first: int, last: int, why: Failure) -> None:
        """Open the form with the former values, and the message at the field."""
        result = await actions.read(
            self, entries.get_former, contact_id=contact_id, first=first, last=last
        )
        match result:
            case Ok(former):
                form = await self.get_state(ContactFormState)
                await form._offer(contact_id, former, why)
            case Failed(failure):
                await self._fail(failure, failure.text)

    async def _fail(self, failure: Failure, message: str) -> None:
        notices = await self.get_state(NoticeState)
        notices._add(message, is_error=True, retry_after=failure.retry_after)
        if failure.code in (ErrorCode.NOT_FOUND, ErrorCode.CONFLICT):
            await self._refresh()

    async def _refresh(self) -> None:
        contact_list = await self.get_state(ContactListState)
        await contact_list._refresh()

    def _forget(self) -> None:
        """Drop the entries; the page asks for them when it is back."""
        self.contact_id, self.entries = "", []

    def _forget_messages(self) -> None:
        self.failed_id = self.failure = ""
        self.restoring = 0


def _listed(fields: Sequence[str]) -> str:
    """Return the names as a list in words."""
    *others, last = fields
    return f"{', '.join(others)} and {last}" if others else last
