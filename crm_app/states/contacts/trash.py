"""The trash: what is in it, and what is done to one contact or all of them."""

from datetime import datetime

import reflex as rx

from crm_app.domain import text
from crm_app.domain.contact_query import PAGE_SIZE
from crm_app.errors import ErrorCode
from crm_app.operations.results import Failed, Failure, Ok
from crm_app.schemas.trash import TrashJob, TrashProgress, TrashRow, trash_row
from crm_app.services import contacts
from crm_app.services.contact_list import trash, trash_jobs
from crm_app.services.contact_list.trash_jobs import Kind
from crm_app.services.tidying import TRASH_KEPT
from crm_app.states import access, actions
from crm_app.states.access import Id, Line
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.contacts.trash_outcomes import UNDER_WAY, outcome
from crm_app.states.notice import NoticeState

DAYS_KEPT = TRASH_KEPT.days
TYPED_ABOVE = 100  # contacts; to delete more for good, their number has to be typed
CHANGED = "The trash has changed meanwhile. Look at the number and confirm again."
NOT_TYPED = "Type the number of contacts"


class TrashState(rx.State):
    """What the trash shows. A failure keeps the last rows; it never looks like an empty trash.

    `as_of` is when it was read: emptying it deletes what was there then. `done_key` is the key of
    the last question that is settled, `problem` why the last one is not. `job` is the work that
    is under way.
    """

    rows: list[TrashRow] = []
    total: int = 0
    as_of: str = ""
    is_loaded: bool = False
    is_loading_more: bool = False
    failure: str = ""
    retry_after: int = 0
    load_count: int = 0
    is_busy: bool = False
    done_key: str = ""
    problem: str = ""
    job: TrashProgress | None = None

    @rx.event
    @access.performing()
    async def load(self):
        """Show the trash, as long as it was before, and the work on it that is under way."""
        await self._refresh()
        result = await actions.read(self, trash_jobs.find_open_job)
        if isinstance(result, Ok) and result.value:
            self._show_job(result.value)
        elif self.job:
            await self._follow(self.job.id)

    @rx.event
    @access.performing()
    async def load_more(self):
        """Show one page more than there is."""
        self.is_loading_more = True
        yield
        await self._show(len(self.rows) + PAGE_SIZE)
        self.is_loading_more = False

    @rx.event
    @access.performing(contact_id=Id, key=(Id, ""))
    async def restore(self, contact_id: str, key: str = ""):
        """Bring a contact back, or open it in the form if its email is used again."""
        result = await actions.run(self, contacts.restore_contact, contact_id=contact_id, key=key)
        match result:
            case Ok(contact):
                (await self.get_state(NoticeState))._add_restored(contact)
                await self._refresh_both()
            case Failed(failure) if failure.code == ErrorCode.CONFLICT:
                await self._open_form(contact_id, failure)
            case Failed(failure):
                await self._tell(failure)

    @rx.event
    @access.performing(contact_id=Id, key=(Id, ""))
    async def delete_forever(self, contact_id: str, key: str = ""):
        """Delete a contact for good, which the page has asked about; with the same key, once."""
        self._begin()
        yield
        result = await actions.run(self, trash.delete_forever, contact_id=contact_id, key=key)
        match result:
            case Ok(contact):
                self._settle(key)
                (await self.get_state(NoticeState))._drop(contact_id=contact_id)
                if contact:
                    await self._notify(f"{contact.name} deleted for good")
                await self._refresh()
            case Failed(failure) if failure.code == ErrorCode.NOT_FOUND:
                self._settle(key)
                await self._tell(failure)
            case Failed(failure):
                self._fail(failure.text)

    @rx.event
    @access.signed_in(before=Id, typed=(Line, ""), key=(Id, ""))
    async def empty(self, before: str, typed: str = "", key: str = ""):
        """Delete for good what was in the trash then, which the page has asked about."""
        if before != self.as_of:
            self._fail(CHANGED)
            return
        if self.total > TYPED_ABOVE and _digits(typed) != str(self.total):
            self._fail(NOT_TYPED)
            return
        self._begin()
        yield
        asked_at = datetime.fromisoformat(before)
        result = await actions.run(self, trash_jobs.empty_trash, before=asked_at, key=key)
        match result:
            case Ok(job):
                self._settle(key)
                await self._take(job)
            case Failed(failure):
                self._fail(failure.text)

    @rx.event
    @access.performing(key=(Id, ""))
    async def restore_all(self, key: str = ""):
        """Restore what the trash shows and the rest of it, but those whose email is used again."""
        self._begin()
        yield
        as_of = datetime.fromisoformat(self.as_of) if self.as_of else None
        result = await actions.run(self, trash_jobs.restore_all, before=as_of, key=key)
        self.is_busy = False
        match result:
            case Ok(job):
                await self._take(job)
            case Failed(failure):
                await self._tell(failure)

    @rx.event
    @access.performing(job_id=Id, key=(Id, ""))
    async def undo_restore_all(self, job_id: str, key: str = ""):
        """Move what was restored back to the trash; with the id of its notice as the key, once."""
        result = await actions.run(self, trash_jobs.undo_restore, job_id=job_id, key=key)
        notices = await self.get_state(NoticeState)
        match result:
            case Ok(job):
                notices._drop(job_id=job_id)
                await self._take(job)
            case Failed(failure):
                notices._add_failed_undo(failure)

    @rx.event
    @access.performing()
    async def follow(self):
        """Show how far the work is."""
        await self._follow(self.job.id if self.job else "")

    @rx.event
    @access.performing()
    async def stop(self):
        """Stop the work; what is done stays done."""
        job_id = self.job.id if self.job else ""
        result = await actions.run(self, trash_jobs.stop_job, job_id=job_id)
        match result:
            case Ok(job):
                await self._take(job)
            case Failed(failure):
                await self._tell(failure)

    async def _follow(self, job_id: str) -> None:
        result = await actions.read(self, trash_jobs.find_job, job_id=job_id)
        match result:
            case Ok(job):
                await self._take(job)
            case Failed(failure) if failure.code == ErrorCode.NOT_FOUND:
                self.job = None
            case Failed():
                pass  # it is asked for again

    async def _take(self, job: TrashJob) -> None:
        """Show how far a job is; when it is over, what it did."""
        if not job.is_over:
            self._show_job(job)
            return
        self.job = None
        undo = job.id if job.kind == Kind.RESTORE and job.done else ""
        await self._refresh_both()
        if job.kind == Kind.EMPTY:
            notices = await self.get_state(NoticeState)
            notices._drop_undo_of_all_but({row.id for row in self.rows})
        await self._notify(outcome(job), job_id=undo, is_error=job.state == "failed")

    def _show_job(self, job: TrashJob) -> None:
        text = UNDER_WAY[Kind(job.kind)]
        self.job = TrashProgress(job.id, text, job.done + job.kept, job.total)

    async def _refresh(self) -> None:
        await self._show(max(len(self.rows), PAGE_SIZE))

    async def _refresh_both(self) -> None:
        await self._refresh()
        contact_list = await self.get_state(ContactListState)
        await contact_list._refresh()

    async def _show(self, limit: int) -> None:
        result = await actions.read(self, trash.list_trash, limit=limit)
        self.load_count += 1
        match result:
            case Ok(page):
                self.rows = [trash_row(each) for each in page.contacts]
                self.total, self.as_of = page.total, page.as_of.isoformat()
                self.is_loaded, self.failure = True, ""
            case Failed(failure):
                self.failure, self.retry_after = failure.text, failure.retry_after

    async def _open_form(self, contact_id: str, conflict: Failure) -> None:
        """Open the form with the contact, whose email is used by another."""
        result = await actions.read(self, trash.find_user, contact_id=contact_id)
        match result:
            case Ok(found) if found.used_by:
                form = await self.get_state(ContactFormState)
                form._fill_restored(found.contact, found.used_by)
            case Ok(_):
                await self._tell(conflict)
            case Failed(failure):
                await self._tell(failure)

    async def _tell(self, failure: Failure) -> None:
        await self._notify(failure.text, is_error=True, retry_after=failure.retry_after)
        if failure.code in (ErrorCode.NOT_FOUND, ErrorCode.CONFLICT):
            await self._refresh()

    async def _notify(self, message: str, **rest: str | bool | int) -> None:
        (await self.get_state(NoticeState))._add(message, **rest)

    def _begin(self) -> None:
        self.is_busy, self.problem = True, ""

    def _settle(self, key: str) -> None:
        self.is_busy, self.done_key, self.problem = False, text.sendable(key), ""

    def _fail(self, message: str) -> None:
        self.is_busy, self.problem = False, message

    def _forget_messages(self) -> None:
        self.is_busy, self.problem, self.done_key = False, "", ""

    def _stop_waiting(self, message: str) -> None:
        self.is_busy = self.is_loading_more = False
        if not self.is_loaded:
            self.failure, self.retry_after = message, 0


def _digits(typed: str) -> str:
    return "".join(char for char in typed if char not in " ,.'\u00a0\u202f")
