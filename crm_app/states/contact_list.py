"""The list: which contacts are shown, how many match, and what went wrong while loading."""

import zlib
from dataclasses import dataclass, make_dataclass
from typing import TYPE_CHECKING, Any

import reflex as rx

from crm_app.domain import phone, text
from crm_app.domain.contact_fields import NAMES
from crm_app.domain.contact_query import MAX_ROWS, PAGE_SIZE, ContactQuery
from crm_app.domain.search_text import search_terms
from crm_app.domain.text import initials
from crm_app.operations.results import Failed, Ok
from crm_app.schemas.contacts import ContactView
from crm_app.services import contacts
from crm_app.states import access, actions
from crm_app.states.access import Line

QUERY_LENGTH = 200
AVATAR_TONES = 4


_fields: Any = make_dataclass("_fields", [(name, str) for name in NAMES], kw_only=True)


@dataclass(kw_only=True)
class ContactRow(_fields):
    """A contact as the list draws it, with an attribute for each field, empty without a value.

    `phone_link` is where the phone number leads, empty for what is no number. `created_at` is ISO
    8601 in UTC, the page localises it.
    """

    if TYPE_CHECKING:
        name: str
        email: str
        company: str
        phone: str
        notes: str

    id: str
    phone_link: str
    created_at: str
    initials: str
    tone: int


class ContactListState(rx.State):
    """What the list shows. A failure keeps the last rows; it never looks like an empty list."""

    contacts: list[ContactRow] = []
    total: int = 0
    query: str = ""
    is_search: bool = False
    has_more: bool = False
    is_cut: bool = False
    is_loaded: bool = False
    is_loading_more: bool = False
    failure: str = ""
    load_count: int = 0
    _shown: int = 0
    _is_forgotten: bool = False

    @rx.event
    @access.performing()
    async def load(self):
        """Load the list the address of the page asks for (`?q=`), as long as it was before."""
        query = self.router.url.query_parameters.get("q", "")
        if self._shown and query == self.query:
            await self._refresh()
        else:
            await self._search(query)

    @rx.event(supersedes=True)
    @access.performing(query=(Line, ""))
    async def get_contacts(self, query: str = ""):
        """Show the newest contacts that match; while someone types, the latest text wins."""
        await self._search(query)

    @rx.event
    @access.performing()
    async def load_more(self):
        """Show one page more than there is."""
        self.is_loading_more = True
        yield
        await self._show(self._shown + PAGE_SIZE)
        self.is_loading_more = False

    @rx.event
    @access.performing()
    async def retry(self):
        """Load again what is shown."""
        await self._refresh()

    async def _search(self, query: Any) -> None:
        typed = text.single_line(query) if isinstance(query, str) else ""
        self.query = typed.strip()[:QUERY_LENGTH]
        self.is_search = bool(search_terms(self.query))
        await self._show(PAGE_SIZE)

    async def _refresh(self) -> None:
        await self._show(max(self._shown, PAGE_SIZE))

    def _forget_rows(self) -> None:
        """Drop the rows and keep their number."""
        self.contacts, self._is_forgotten = [], True

    async def _remember_rows(self) -> None:
        """Load dropped rows again, before the page is sent anything."""
        if self._is_forgotten:
            await self._refresh()

    def _stop_waiting(self, message: str) -> None:
        """Say that loading failed, if nothing was loaded yet."""
        self.is_loading_more = False
        if not self.is_loaded:
            self.failure = message

    async def _show(self, limit: int) -> None:
        result = await actions.read(
            self, contacts.get_contacts, query=ContactQuery(self.query, limit)
        )
        self.load_count += 1
        self._is_forgotten = False
        match result:
            case Ok(page):
                self.contacts = [contact_row(contact) for contact in page.contacts]
                self.total = page.total
                self._shown = len(page.contacts)
                self.has_more = self._shown < min(page.total, MAX_ROWS)
                self.is_cut = page.total > self._shown == MAX_ROWS
                self.is_loaded = True
                self.failure = ""
            case Failed(failure):
                self.failure = failure.text


def contact_row(contact: ContactView) -> ContactRow:
    """Make the row of a contact."""
    values: Any = {name: getattr(contact, name) or "" for name in NAMES}
    return ContactRow(
        **values,
        id=contact.id,
        phone_link=phone.link(contact.phone),
        created_at=contact.created_at.isoformat(),
        initials=initials(contact.name),
        tone=zlib.crc32(contact.name.encode()) % AVATAR_TONES,
    )
