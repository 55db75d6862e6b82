"""The list: which contacts are shown, how many match, and what went wrong while loading."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from crm_app.domain import text
from crm_app.domain.actor import Caller
from crm_app.domain.contact_query import MAX_ROWS, PAGE_SIZE, ContactQuery
from crm_app.domain.search_text import search_terms
from crm_app.errors import ErrorCode
from crm_app.observability.logs import new_reference
from crm_app.operations.perform import READ, perform
from crm_app.operations.results import Failed, Ok
from crm_app.reflex_seam import tab_states
from crm_app.schemas.contact_rows import Change, ContactRow, change_between, contact_row
from crm_app.schemas.suggestions import Suggestion
from crm_app.services import contacts
from crm_app.services.contact_list import spelling
from crm_app.states import access, actions
from crm_app.states.access import Id, Line

QUERY_LENGTH = 200
FIRST_ROWS = 16  # as many as a high window shows
BRIEF = replace(READ, is_routine=True, seconds=0.3)
"""For rows without which the page is served as well, only later."""
MAX_CHANGES = 2  # that are sent at once; a page that missed one asks for the whole list


class ContactListState(rx.State):
    """What the list shows. A failure keeps the last rows; it never looks like an empty list.

    The page has `contacts` as they were when they were sent as a whole, and makes each of `changes`
    that is not among them yet: a change of one row sends that row. `sequence` counts changes, from
    another number after each whole list. `suggestions` are other spellings of a search without a
    match, which follow it. `opened` is the contact the address names, None while
    there is none; `missing_id` the one asked for that does not exist, `open_failure` why the last
    could not be read.
    """

    contacts: list[ContactRow] = []
    sequence: int = 0
    changes: list[Change] = []
    opened: ContactRow | None = None
    missing_id: str = ""
    open_failure: str = ""
    open_failure_id: str = ""
    open_retry_after: int = 0
    total: int = 0
    query: str = ""
    is_search: bool = False
    suggestions: list[Suggestion] = []
    has_more: bool = False
    is_cut: bool = False
    is_loaded: bool = False
    is_loading_more: bool = False
    failure: str = ""
    retry_after: int = 0
    load_count: int = 0
    _shown: int = 0
    _is_whole: bool = True
    _is_forgotten: bool = False

    @rx.event
    @access.performing()
    async def load(self):
        """Load the list the address of the page asks for (`?q=`), as long as it was before."""
        parameters = self.router.url.query_parameters
        query = parameters.get("q", "")
        if self._shown and query == self.query:
            await self._show(max(self._shown, PAGE_SIZE))
        else:
            await self._search(query)
        if contact_id := parameters.get("contact", ""):
            await self._open(contact_id)
        if self._has_no_match():
            yield
            await self._suggest()

    @rx.event(supersedes=True)
    @access.performing(query=(Line, ""))
    async def get_contacts(self, query: str = ""):
        """Show the newest contacts that match; while someone types, the latest text wins."""
        await self._search(query)
        if self._has_no_match():
            yield
            await self._suggest()

    @rx.event
    @access.performing()
    async def load_more(self):
        """Show one page more than there is."""
        self.is_loading_more = True
        yield
        await self._show(self._shown + PAGE_SIZE)
        self.is_loading_more = False

    @rx.event
    @access.performing(contact_id=Id)
    async def open_contact(self, contact_id: str):
        """Show one contact as a whole."""
        await self._open(contact_id)

    @rx.event
    @access.performing()
    async def retry(self):
        """Load again what is shown, and send it as a whole: the page may have lost it."""
        self._is_whole = True
        await self._refresh()

    @rx.event
    @access.signed_in()
    def resend(self):
        """Send the list as a whole to a page that missed a change."""
        self._send_whole([*self.contacts])

    def _send_whole(self, rows: list[ContactRow]) -> None:
        self.contacts, self.changes = rows, []
        self.sequence = time.time_ns() // 1_000_000  # another than before a restart

    async def _search(self, query: Any) -> None:
        self.query = cut_query(query) if isinstance(query, str) else ""
        self.is_search = bool(search_terms(self.query))
        self.suggestions = []
        await self._show(PAGE_SIZE)

    def _has_no_match(self) -> bool:
        return self.is_search and self.total == 0 and not self.failure

    async def _suggest(self) -> None:
        query = ContactQuery(self.query)
        result = await actions.read(self, spelling.suggest, query=query)
        self.suggestions = result.value if isinstance(result, Ok) else []

    async def _refresh(self) -> None:
        """Show the list as it is now, and the opened contact, which is read if it is not in it."""
        await self._show(max(self._shown, PAGE_SIZE))
        contact_id = self.opened.id if self.opened else self.missing_id
        row = None if self.failure else self._row_of(contact_id)
        if row:
            self._show_opened(row)
        elif contact_id:
            await self._open(contact_id)

    def _row_of(self, contact_id: str) -> ContactRow | None:
        return next((row for row in self.contacts if row.id == contact_id), None)

    async def _open(self, contact_id: str) -> None:
        result = await actions.read(self, contacts.get_contact, contact_id=contact_id)
        match result:
            case Ok(contact):
                self._show_opened(contact_row(contact))
            case Failed(failure) if failure.code == ErrorCode.NOT_FOUND:
                self._show_opened(None, text.sendable(contact_id))
            case Failed(failure):  # what the list has is better than nothing
                self._show_opened(self._row_of(contact_id) or self.opened)
                self.open_failure, self.open_retry_after = failure.text, failure.retry_after
                self.open_failure_id = new_reference()

    def _show_opened(self, row: ContactRow | None, missing_id: str = "") -> None:
        self.missing_id, self.open_failure = missing_id, ""
        if row != self.opened:
            self.opened = row

    def _forget_rows(self) -> None:
        """Drop the rows and keep their number."""
        self.contacts, self._is_forgotten = [], True

    async def _remember_rows(self) -> None:
        """Load dropped rows again, before the page is sent anything."""
        if self._is_forgotten:
            await self._refresh()

    def _begin_again(self) -> None:
        """Leave a page that is loaded the rows of its HTML: those of the tab may be older."""
        self.is_loaded = False

    def _stop_waiting(self, message: str) -> None:
        """Say that loading failed, if nothing was loaded yet."""
        self.is_loading_more = False
        if not self.is_loaded:
            self.failure, self.retry_after = message, 0

    async def _show(self, limit: int) -> None:
        result = await actions.read(
            self, contacts.get_contacts, query=ContactQuery(self.query, limit)
        )
        self.load_count += 1
        match result:
            case Ok(page):
                terms = search_terms(self.query)
                self._put([contact_row(contact, terms) for contact in page.contacts])
                self.total = page.total
                self._shown = len(page.contacts)
                self.has_more = self._shown < min(page.total, MAX_ROWS)
                self.is_cut = page.total > self._shown == MAX_ROWS
                self.is_loaded = True
                self.failure = ""
            case Failed(failure):
                self.failure, self.retry_after = failure.text, failure.retry_after
                self.is_loaded |= bool(self.contacts)  # old rows are better than none

    def _put(self, rows: list[ContactRow]) -> None:
        """Show these rows; the page is sent those that it does not have."""
        change = None
        if not (self._is_whole or self._is_forgotten):
            change = change_between(self.contacts, rows, self.sequence + 1)
        self._is_whole = self._is_forgotten = False
        if change is None:
            self._send_whole(rows)
        elif change.removed or change.put:
            tab_states.set_unsent(self, contacts=rows, sequence=change.sequence)
            unsent = self.changes if "changes" in self.dirty_vars else []
            self.changes = [*unsent, change][-MAX_CHANGES:]


@dataclass(frozen=True)
class FirstRows:
    """How many contacts match, and the first of them."""

    total: int
    rows: Sequence[ContactRow]


async def find_first(caller: Caller, query: str) -> FirstRows | None:
    """Return the first contacts of a search; None where they cannot be had."""
    shown = ContactQuery(cut_query(query), FIRST_ROWS)
    result = await perform(contacts.get_contacts, caller, BRIEF, query=shown)
    if not isinstance(result, Ok):
        return None
    page, terms = result.value, search_terms(shown.text)
    return FirstRows(page.total, [contact_row(contact, terms) for contact in page.contacts])


def cut_query(query: str) -> str:
    """Return as much of a query as is searched for."""
    return text.single_line(query).strip()[:QUERY_LENGTH]
