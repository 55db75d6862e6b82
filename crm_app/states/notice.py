"""The notice region: outcomes that belong to no field and no form, some with an Undo.

Loading sample contacts is here too: all that follows is a notice, whose Undo removes them.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import reflex as rx

from crm_app.operations.results import Failed, Failure, Ok
from crm_app.schemas.contacts import ContactView
from crm_app.services import contacts
from crm_app.services.samples import loading
from crm_app.services.samples.first_contacts import FIRST_CONTACTS
from crm_app.services.samples.loading import RemovedSamples
from crm_app.states import access, actions
from crm_app.states.access import Id
from crm_app.states.contact_list import ContactListState

MAX_NOTICES = 5
SAMPLES = len(FIRST_CONTACTS)


@dataclass(frozen=True)
class Notice:
    """One message.

    Undo brings back the contact that `contact_id` names, removes the sample contacts of which
    `samples_id` is the first, undoes the change that made this `version` of `changed_id`, or moves
    all that the job `job_id` restored back to the trash; without one of them there is no Undo.
    `retry_after` is how many seconds to wait, if the message says so, else 0.
    """

    id: str
    message: str
    contact_id: str = ""
    samples_id: str = ""
    changed_id: str = ""
    version: int = 0
    job_id: str = ""
    is_error: bool = False
    retry_after: int = 0

    @property
    def has_undo(self) -> bool:
        """Whether the notice offers to undo what it says."""
        return bool(self.contact_id or self.samples_id or self.changed_id or self.job_id)


class NoticeState(rx.State):
    """The notices on the page, the newest last.

    The last five that offer Undo stay until used or dismissed, others until the next comes.
    `samples_key` is the idempotency key with which the page loads sample contacts.
    """

    notices: list[Notice] = []
    is_loading_samples: bool = False
    samples_key: str = ""

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
                self._add_failed_undo(failure)

    @rx.event
    @access.performing(key=(Id, ""))
    async def load_samples(self, key: str = ""):
        """Add sample contacts to an empty list and offer Undo; with the same key, once."""
        self.is_loading_samples = True
        yield
        result = await actions.run(self, loading.load_samples, key=key)
        self.is_loading_samples = False
        match result:
            case Ok(samples_id):
                self.samples_key = str(uuid4())
                if not any(notice.samples_id == samples_id for notice in self.notices):
                    self._add(f"{SAMPLES} sample contacts added", samples_id=samples_id)
            case Failed(failure):
                self._add(failure.text, is_error=True, retry_after=failure.retry_after)
        contact_list = await self.get_state(ContactListState)
        await contact_list._refresh()

    @rx.event
    @access.performing(samples_id=Id)
    async def remove_samples(self, samples_id: str):
        """Undo the loading of sample contacts; those that were changed since stay."""
        result = await actions.run(self, loading.remove_samples, first_id=samples_id)
        match result:
            case Ok(samples):
                self.notices = [each for each in self.notices if each.samples_id != samples_id]
                self._add(_what_was_removed(samples))
                contact_list = await self.get_state(ContactListState)
                await contact_list._refresh()
            case Failed(failure):
                self._add_failed_undo(failure)

    def _forget_messages(self) -> None:
        self.notices = [notice for notice in self.notices if notice.has_undo]
        self.samples_key = str(uuid4())

    def _add(self, message: str, **rest: Any) -> None:
        notice = Notice(str(uuid4()), message, **rest)
        undoable = [old for old in self.notices if old.has_undo]
        self.notices = [*undoable, notice][-MAX_NOTICES:]

    def _add_restored(self, contact: ContactView) -> None:
        """Say that a contact left the trash, once, and offer to move it back."""
        made = (contact.id, contact.version)
        if not any((notice.changed_id, notice.version) == made for notice in self.notices):
            self._add(f"{contact.name} restored", changed_id=contact.id, version=contact.version)

    def _drop_undo_of_all_but(self, contact_ids: set[str]) -> None:
        """Take the notices of deletions away that cannot be undone any more."""
        self.notices = [
            notice
            for notice in self.notices
            if not notice.contact_id or notice.contact_id in contact_ids
        ]

    def _add_failed_undo(self, failure: Failure) -> None:
        said = f"Could not undo: {failure.text}"
        self._add(said, is_error=True, retry_after=failure.retry_after)

    def _offers_undo(self, contact_id: str) -> bool:
        return any(notice.contact_id == contact_id for notice in self.notices)

    def _drop_undo(self, contact_id: str) -> None:
        self._drop(contact_id=contact_id)

    def _drop(self, **undone: str) -> None:
        """Take the notices away whose Undo is that."""
        ((name, value),) = undone.items()
        self.notices = [notice for notice in self.notices if getattr(notice, name) != value]


def _what_was_removed(samples: RemovedSamples) -> str:
    if not samples.kept:
        return "Sample contacts removed"
    noun = "contact" if samples.removed == 1 else "contacts"
    verb = "was changed and stays" if samples.kept == 1 else "were changed and stay"
    return f"{samples.removed} sample {noun} removed. {samples.kept} {verb}."
