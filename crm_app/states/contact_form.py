"""The form: what it was filled with, what is wrong with it, and the two actions it sends."""

import json
import types
from collections.abc import Mapping, Sequence
from typing import Any

import reflex as rx

from crm_app.domain import text
from crm_app.domain.contact_fields import NAMES
from crm_app.errors import ErrorCode, StaleVersion
from crm_app.observability.logs import new_reference
from crm_app.operations.results import Failed, Failure, Ok
from crm_app.schemas.contacts import ContactFormData, ContactView
from crm_app.services import contacts
from crm_app.services.contact_list import trash
from crm_app.states import access, actions
from crm_app.states.access import ContactArguments, Id
from crm_app.states.contact_list import ContactListState
from crm_app.states.notice import NoticeState
from crm_app.states.outcome import Outcome

CHECK_FIELDS = "Please check the marked fields"
FINAL = (ErrorCode.VALIDATION_ERROR, ErrorCode.CONFLICT, ErrorCode.NOT_FOUND)
"""Failures that sending the same form again would only repeat."""


FieldVars: Any = types.new_class(
    "FieldVars",
    (rx.State,),
    {"mixin": True},
    lambda body: body.update(
        dict.fromkeys(NAMES, ""),
        __annotations__=dict.fromkeys(NAMES, str),
        __module__=__name__,
        __qualname__="FieldVars",
    ),
)
"""A var for each field of a contact."""


class ContactFormState(FieldVars, Outcome, rx.State):
    """The form for adding and editing. What is typed stays in the browser until it is sent.

    `form_key` identifies the form: a new one gives the page a new form with the values of the
    fields. `saved_key` is the idempotency key of the form saved last: the page drops its draft.
    `refused_key` is that of the form refused last: the page gives the form a new key. `conflict` is
    JSON for the page: the stored version that the next update builds on, empty unless an edit
    conflicted. `restored` is JSON too: former values that the form of the contact is opened with,
    which could not be stored. `ack` acknowledges a form: its key and a unique word. `load_id`
    changes with each load of the data. `missing` is the id of the last contact to open that does
    not exist, and a unique word: its draft can become a new contact. `is_news` when the page takes
    the message back after three seconds. `restores` when the contact is in the trash, and saving
    restores it; `used_by` is then the id of the one that has its email.
    """

    form_key: str = "add"
    contact_id: str = ""
    version: int = 0
    is_news: bool = False
    is_saving: bool = False
    saved_key: str = ""
    refused_key: str = ""
    conflict: str = ""
    restored: str = ""
    ack: str = ""
    load_id: str = ""
    missing: str = ""
    restores: bool = False
    used_by: str = ""
    _closed_id: str = ""

    @rx.event
    @access.signed_in()
    async def load(self):
        """Open the contact the address of the page names (`?edit=`), unless it is open already.

        A page that missed that its contact was closed still names it.
        """
        contact_id = self.router.url.query_parameters.get("edit", "")
        if contact_id and contact_id not in (self.contact_id, self._closed_id):
            await self._open(contact_id)
        self._closed_id = ""
        self.load_id = new_reference()

    @rx.event
    @access.performing(form_data=ContactArguments)
    async def create_contact(self, form_data: ContactFormData):
        """Create a contact from the form; on failure all that was typed stays."""
        self._begin()
        yield
        result = await actions.run(self, contacts.create_contact, data=form_data)
        match result:
            case Ok(contact):
                await self._finish(form_data, "Contact created")
                await self._say_if_hidden(contact)
            case Failed(failure):
                await self._fail(form_data, failure)

    @rx.event
    @access.performing(form_data=ContactArguments)
    async def update_contact(self, form_data: ContactFormData):
        """Save the changes of the contact being edited; on failure all that was typed stays."""
        self._begin()
        yield
        contact_id, data = _split(form_data)
        if self.restores and contact_id == self.contact_id:
            await self._restore(form_data, contact_id, data)
            return
        result = await actions.run(self, contacts.update_contact, contact_id=contact_id, data=data)
        match result:
            case Ok(updated):
                await self._finish(form_data, "Contact updated" + _note_on_kept(updated.kept))
                self.is_news = not updated.kept  # another one's work is there to be read
            case Failed(failure):
                await self._fail(form_data, failure)

    @rx.event
    @access.performing(contact_id=Id)
    async def edit_contact(self, contact_id: str):
        """Fill the form with a contact of the list."""
        await self._open(contact_id)

    @rx.event
    @access.signed_in()
    def add_contact(self):
        """Offer an empty form, unless one is open already."""
        if self.contact_id:
            self._start_over()
            self._say("")

    @rx.event
    @access.signed_in()
    def cancel_edit(self):
        """Leave the contact as it is and offer an empty form."""
        self._start_over()
        self._say("")

    @rx.event
    @access.signed_in()
    async def retry(self):
        """Build the form again for what it is about; the browser puts the draft back."""
        if self.contact_id:
            await self._open(self.contact_id)
        else:
            self._start_over()
            self._say("")

    def _begin(self) -> None:
        self.is_saving = True
        self.conflict = ""
        self.field_errors = {}
        self._say("")

    def _end(self, form_data: Any) -> None:
        self.is_saving = False
        self.ack = f"{_text(form_data, 'idempotency_key')} {new_reference()}"

    async def _finish(self, form_data: Any, message: str) -> None:
        self._end(form_data)
        self.saved_key = _text(form_data, "idempotency_key")
        self._start_over()
        self._say(message, is_success=True)
        self.is_news = True
        contact_list = await self.get_state(ContactListState)
        await contact_list._refresh()

    async def _say_if_hidden(self, contact: ContactView) -> None:
        contact_list = await self.get_state(ContactListState)
        is_shown = any(row.id == contact.id for row in contact_list.contacts)
        if contact_list.is_search and not is_shown:
            self._say(f"{self.message}. It does not match the search.", is_success=True)

    async def _fail(self, form_data: Any, failure: Failure) -> None:
        self._end(form_data)
        if failure.code in FINAL:  # else it may be saved, now or before: the key must stay
            self.refused_key = _text(form_data, "idempotency_key")
        self._say_failed(failure, CHECK_FIELDS)
        if failure.code == ErrorCode.NOT_FOUND:
            self._offer_as_new(form_data)
        if isinstance(failure.cause, StaleVersion):
            self.conflict = _for_page(failure.cause)
        if failure.code in (ErrorCode.NOT_FOUND, ErrorCode.CONFLICT):
            contact_list = await self.get_state(ContactListState)
            await contact_list._refresh()

    def _offer_as_new(self, form_data: Any) -> None:
        """Keep what was typed for a deleted contact: the form can create it again."""
        self._start_over()
        self._set_values({name: _text(form_data, name) for name in NAMES})

    async def _open(self, contact_id: str) -> None:
        result = await actions.read(self, contacts.get_contact, contact_id=contact_id)
        match result:
            case Ok(contact):
                if not (self.is_success and contact_id == self._closed_id):
                    self._say("")  # else it is about this contact, which is opened again
                self._fill(contact)
            case Failed(failure):
                self._say_failed(failure)
                if failure.code == ErrorCode.NOT_FOUND:
                    contact_list = await self.get_state(ContactListState)
                    await contact_list._refresh()
                    self.missing = f"{text.sendable(contact_id)} {new_reference()}"

    async def _offer(self, contact_id: str, former: Mapping[str, str | None], why: Failure) -> None:
        """Open a contact with former values that could not be stored, and say why."""
        await self._open(contact_id)
        if self.contact_id == contact_id:
            self.restored = json.dumps({name: value or "" for name, value in former.items()})
            self._say_failed(why, CHECK_FIELDS)

    async def _restore(self, form_data: Any, contact_id: str, data: Any) -> None:
        result = await actions.run(self, trash.restore_edited, contact_id=contact_id, data=data)
        match result:
            case Ok(contact):
                await self._finish(form_data, "")
                notices = await self.get_state(NoticeState)
                notices._add_restored(contact)
            case Failed(failure):
                await self._fail(form_data, failure)

    def _fill_restored(self, contact: ContactView, used_by: ContactView) -> None:
        """Fill the form with a contact of the trash whose email another contact has now."""
        self._say("")
        self._fill(contact)
        self.restores, self.used_by = True, used_by.id
        self.field_errors = {"email": f"Used by {used_by.name}"}

    def _fill(self, contact: ContactView) -> None:
        self.restored, self.restores, self.used_by = "", False, ""
        self.form_key = new_reference()
        self.contact_id, self.version = contact.id, contact.version
        self._set_values(contact.values())
        self.field_errors = {}

    def _start_over(self) -> None:
        self.form_key, self._closed_id = new_reference(), self.contact_id
        self.contact_id, self.version = "", 0
        self.restores, self.used_by = False, ""
        self._set_values({})
        self.field_errors = {}

    def _set_values(self, values: Mapping[str, str | None]) -> None:
        for name in NAMES:
            setattr(self, name, values.get(name) or "")

    def _forget_messages(self) -> None:
        self.ack = self.refused_key = self.conflict = self.restored = self.missing = ""
        self.field_errors = {}
        self._say("")


def _text(form_data: Any, name: str) -> str:
    """Return a value of a form that may be anything, fit to be sent to the page."""
    return text.sendable(form_data.get(name) if isinstance(form_data, Mapping) else "")


def _note_on_kept(kept: Sequence[str]) -> str:
    return f". Changed meanwhile and kept: {', '.join(kept)}." if kept else ""


def _for_page(stale: StaleVersion) -> str:
    values = {field: value or "" for field, value in stale.values.items()}
    stored = {"version": str(stale.version), "values": values}
    return json.dumps(stored | {"collisions": stale.collisions, "kept": stale.kept})


def _split(form_data: Any) -> tuple[str, dict[str, Any]]:
    """Return which contact is meant and the rest of the form."""
    data = dict(form_data) if isinstance(form_data, Mapping) else {}
    return str(data.pop("contact_id", "")), data
