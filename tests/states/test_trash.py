"""The trash as the page drives it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import uuid4

import pytest

from crm_app.database.engine import get_engine
from crm_app.jobs.worker import Worker
from crm_app.services.contact_list import trash_jobs
from crm_app.states.confirm_delete import ConfirmDeleteState
from crm_app.states.contact_form import ContactFormState
from crm_app.states.contact_list import ContactListState
from crm_app.states.contacts import trash as trash_state
from crm_app.states.contacts.history import HistoryState
from crm_app.states.contacts.trash import TrashState
from crm_app.states.notice import NoticeState
from crm_app.states.session import SessionState
from tests.driving import Tree, run, signed_in
from tests.factories import form

UPDATE = ContactFormState.update_contact


def trash(tree: Tree, *names: str) -> list[str]:
    """Create contacts and delete them in this order; return their ids."""
    ids: list[str] = []
    for name in names:
        data = form(name=name, email=f"{name.lower().replace(' ', '.')}@x.example")
        run(tree, ContactFormState.create_contact, data)
        ids.append(tree[ContactListState].contacts[0].id)
        run(tree, ConfirmDeleteState.delete_contact, ids[-1])
    tree[NoticeState].notices = []
    run(tree, TrashState.load)
    return ids


def names(tree: Tree) -> list[str]:
    return [row.name for row in tree[TrashState].rows]


def messages(tree: Tree) -> list[str]:
    return [notice.message for notice in tree[NoticeState].notices]


def key() -> str:
    return str(uuid4())


def work() -> None:
    own = Worker()
    while own.work():
        pass


@contextmanager
def without_contacts() -> Iterator[None]:
    with closing(sqlite3.connect(str(get_engine().url.database))) as other:
        other.execute("ALTER TABLE contact RENAME TO away")
        yield
        other.execute("ALTER TABLE away RENAME TO contact")


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trash_jobs, "AT_ONCE", 2)
    monkeypatch.setattr(trash_jobs, "BATCH", 2)


class TestLoading:
    def test_an_empty_trash_is_loaded_and_has_not_failed(self, tree: Tree) -> None:
        assert not tree[TrashState].is_loaded
        shown = run(tree, TrashState.load)[-1].vars
        assert (shown["is_loaded"], shown["failure"], shown["total"]) == (True, "", 0)

    def test_rows_say_who_deleted_them_and_how_long_they_stay(self, tree: Tree) -> None:
        trash(tree, "Ada Lovelace")
        (row,) = tree[TrashState].rows
        assert (row.name, row.email, row.company) == (
            "Ada Lovelace",
            "ada.lovelace@x.example",
            "Analytical Engines",
        )
        assert (row.how, row.days_left, row.initials) == ("Deleted by you", 30, "AL")
        assert row.used_by == ""

    def test_a_failure_keeps_the_last_rows(self, tree: Tree) -> None:
        trash(tree, "Ada")
        with without_contacts():
            shown = run(tree, TrashState.load)[-1].vars
        assert shown["failure"].startswith("Could not load right now")
        assert (names(tree), shown["is_loaded"]) == (["Ada"], True)
        run(tree, TrashState.load)
        assert tree[TrashState].failure == ""

    def test_a_first_load_that_fails_is_not_an_empty_trash(self, tree: Tree) -> None:
        with without_contacts():
            shown = run(tree, TrashState.load)[-1].vars
        assert (shown["is_loaded"], bool(shown["failure"])) == (False, True)

    def test_more_is_loaded_page_by_page(self, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(trash_state, "PAGE_SIZE", 2)
        trash(tree, *"ABCDE")
        tree[TrashState].rows = []
        run(tree, TrashState.load)
        assert names(tree) == ["E", "D"]
        pending, done = run(tree, TrashState.load_more)
        assert (pending.vars["is_loading_more"], done.vars["is_loading_more"]) == (True, False)
        run(tree, TrashState.load_more)
        assert names(tree) == [*"EDCBA"]

    def test_nobody_sees_the_trash_of_others(self, tree: Tree) -> None:
        trash(tree, "Ada")
        other = signed_in()
        run(other, TrashState.load)
        assert names(other) == []


class TestRestoring:
    def test_it_puts_the_contact_back_and_offers_undo(self, tree: Tree) -> None:
        (ada,) = trash(tree, "Ada")
        run(tree, TrashState.restore, ada, key())
        assert (names(tree), messages(tree)) == ([], ["Ada restored"])
        assert [row.name for row in tree[ContactListState].contacts] == ["Ada"]
        (notice,) = tree[NoticeState].notices
        assert (notice.changed_id, notice.version, notice.has_undo) == (ada, 3, True)
        run(tree, HistoryState.undo_change, ada, 3, notice.id)
        run(tree, TrashState.load)
        assert (names(tree), messages(tree)) == (["Ada"], ["Ada is as before"])

    def test_twice_it_is_done_once(self, tree: Tree) -> None:
        (ada,) = trash(tree, "Ada")
        again = key()
        for _ in range(2):
            run(tree, TrashState.restore, ada, again)
        assert tree[ContactListState].contacts[0].version == 3
        assert messages(tree) == ["Ada restored"]

    def test_a_contact_that_is_missing_is_said_and_the_trash_loaded_again(self, tree: Tree) -> None:
        (ada,) = trash(tree, "Ada")
        other_tab = Tree(tree.token_hash)
        run(other_tab, TrashState.delete_forever, ada, key())
        run(tree, TrashState.restore, ada, key())
        assert (names(tree), messages(tree)) == ([], ["This contact no longer exists"])


class TestEmailUsedAgain:
    """Leonie Falk has the email of a contact in the trash."""

    @pytest.fixture
    def old(self, tree: Tree) -> str:
        (old,) = trash(tree, "Leonie Stein")
        data = form(name="Leonie Falk", email="leonie.stein@x.example")
        run(tree, ContactFormState.create_contact, data)
        run(tree, TrashState.load)
        return old

    def restore(self, tree: Tree, old: str, **fields: str) -> dict[str, Any]:
        shown = run(tree, TrashState.restore, old, key())
        assert shown
        own = tree[ContactFormState]
        data = form(name=own.name, email=own.email, contact_id=old, version=str(own.version))
        return run(tree, UPDATE, {**data, **fields})[-1].vars

    def test_the_row_names_who_uses_it(self, tree: Tree, old: str) -> None:
        (row,) = tree[TrashState].rows
        assert (row.id, row.used_by) == (old, "Leonie Falk")

    def test_the_form_opens_with_everything_filled_in(self, tree: Tree, old: str) -> None:
        run(tree, TrashState.restore, old, key())
        own = tree[ContactFormState]
        assert (own.contact_id, own.name, own.email) == (
            old,
            "Leonie Stein",
            "leonie.stein@x.example",
        )
        assert own.notes == "Met at the Royal Society."
        assert own.field_errors == {"email": "Used by Leonie Falk"}
        assert own.restores
        assert own.used_by == tree[ContactListState].contacts[0].id
        assert (names(tree), messages(tree)) == (["Leonie Stein"], [])

    def test_with_another_email_it_is_restored(self, tree: Tree, old: str) -> None:
        done = self.restore(tree, old, email="new@x.example")
        (notice,) = tree[NoticeState].notices
        assert (notice.message, notice.changed_id) == ("Leonie Stein restored", old)
        assert done["message"] == ""
        assert (done["restores"], done["used_by"], done["contact_id"]) == (False, "", "")
        assert {row.id for row in tree[ContactListState].contacts} >= {old}

    def test_with_the_same_email_it_stays_and_says_so(self, tree: Tree, old: str) -> None:
        done = self.restore(tree, old)
        assert done["field_errors"] == {"email": "A contact with this email already exists"}
        assert (done["restores"], done["contact_id"]) == (True, old)

    def test_editing_another_contact_ends_it(self, tree: Tree, old: str) -> None:
        run(tree, TrashState.restore, old, key())
        run(tree, ContactFormState.edit_contact, tree[ContactListState].contacts[0].id)
        assert not tree[ContactFormState].restores
        assert tree[ContactFormState].used_by == ""


class TestDeletingForGood:
    def test_it_is_gone_and_no_undo_is_offered(self, tree: Tree) -> None:
        ada, _ = trash(tree, "Ada", "Grace")
        own = key()
        pending, done = run(tree, TrashState.delete_forever, ada, own)
        assert (pending.vars["is_busy"], done.vars["is_busy"]) == (True, False)
        assert (done.vars["done_key"], names(tree)) == (own, ["Grace"])
        (notice,) = tree[NoticeState].notices
        assert (notice.message, notice.has_undo) == ("Ada deleted for good", False)

    def test_twice_it_says_nothing_more(self, tree: Tree) -> None:
        (ada,) = trash(tree, "Ada")
        own = key()
        run(tree, TrashState.delete_forever, ada, own)
        done = run(tree, TrashState.delete_forever, ada, own)[-1].vars
        assert (done["done_key"], messages(tree)) == (own, ["Ada deleted for good"])

    @pytest.mark.parametrize("bad_id", ["", "x", "\ud800", "a" * 60_000])
    def test_a_contact_that_is_missing_is_said(self, tree: Tree, bad_id: str) -> None:
        trash(tree, "Ada")
        run(tree, TrashState.delete_forever, bad_id, key())
        assert (names(tree), messages(tree)) == (["Ada"], ["This contact no longer exists"])

    def test_one_that_fails_can_be_tried_again(self, tree: Tree) -> None:
        (ada,) = trash(tree, "Ada")
        own = key()
        with without_contacts():
            done = run(tree, TrashState.delete_forever, ada, own)[-1].vars
        assert done["problem"].startswith("Could not save right now")
        assert (done["done_key"], done["is_busy"]) == ("", False)
        run(tree, TrashState.delete_forever, ada, own)
        assert names(tree) == []


class TestEmptying:
    def empty(self, tree: Tree, typed: str = "") -> dict[str, Any]:
        return run(tree, TrashState.empty, tree[TrashState].as_of, typed, key())[-1].vars

    def test_all_are_gone_and_counted(self, tree: Tree) -> None:
        trash(tree, "Ada", "Grace")
        done = self.empty(tree)
        assert (done["total"], names(tree), done["is_busy"]) == (0, [], False)
        assert messages(tree) == ["2 contacts deleted for good"]
        assert not tree[NoticeState].notices[0].has_undo

    def test_what_is_gone_is_not_offered_to_be_undone(self, tree: Tree) -> None:
        ids: list[str] = []
        for name in "ABC":
            run(tree, ContactFormState.create_contact, form(email=f"{name}@x.example"))
            ids.append(tree[ContactListState].contacts[0].id)
            run(tree, ConfirmDeleteState.delete_contact, ids[-1])
            run(tree, TrashState.load)
            if name == "A":
                run(tree, TrashState.delete_forever, ids[0], key())
                assert not any(notice.has_undo for notice in tree[NoticeState].notices)
        asked = tree[TrashState].as_of
        run(tree, ContactFormState.create_contact, form(name="Later"))
        run(tree, ConfirmDeleteState.delete_contact, tree[ContactListState].contacts[0].id)
        run(tree, TrashState.empty, asked, "", key())
        offered = [notice.message for notice in tree[NoticeState].notices if notice.has_undo]
        assert offered == ["Later moved to trash"]

    def test_what_was_deleted_after_the_question_stays(self, tree: Tree) -> None:
        trash(tree, "Ada")
        asked = tree[TrashState].as_of
        trash(Tree(tree.token_hash), "Later")
        assert asked == tree[TrashState].as_of
        self.empty(tree)
        assert names(tree) == ["Later"]

    def test_a_question_about_another_trash_is_asked_again(self, tree: Tree) -> None:
        trash(tree, "Ada")
        asked = tree[TrashState].as_of
        run(tree, TrashState.load)
        done = run(tree, TrashState.empty, asked, "", key())[-1].vars
        assert done["problem"] == trash_state.CHANGED
        assert names(tree) == ["Ada"]

    @pytest.mark.parametrize(
        ("typed", "is_right"), [("3", True), (" 3 ", True), ("", False), ("2", False), ("x", False)]
    )
    def test_the_number_of_many_has_to_be_typed(
        self, tree: Tree, typed: str, is_right: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trash_state, "TYPED_ABOVE", 2)
        trash(tree, *"ABC")
        done = self.empty(tree, typed)
        assert done["problem"] == ("" if is_right else trash_state.NOT_TYPED)
        assert len(names(tree)) == (0 if is_right else 3)

    def test_a_number_can_have_separators(self) -> None:
        assert trash_state._digits("12,408") == trash_state._digits("12 408") == "12408"

    @pytest.mark.parametrize("before", ["", "x", "2026-11-26", "\ud800"])
    def test_a_time_that_the_page_never_sends_deletes_nothing(
        self, tree: Tree, before: str
    ) -> None:
        trash(tree, "Ada")
        run(tree, TrashState.empty, before, "", key())
        assert names(tree) == ["Ada"]

    @pytest.mark.usefixtures("few_at_once")
    def test_many_are_a_job_whose_progress_is_shown(self, tree: Tree) -> None:
        trash(tree, *"ABCDE")
        begun = self.empty(tree)
        job = begun["job"]
        assert (job.text, job.done, job.total) == ("Deleting for good", 0, 5)
        blank = Tree(tree.token_hash)
        run(blank, TrashState.load)
        assert blank[TrashState].job == job
        work()
        run(tree, TrashState.follow)
        assert (tree[TrashState].job, names(tree)) == (None, [])
        run(tree, TrashState.load)
        assert messages(tree) == ["5 contacts deleted for good"]

    @pytest.mark.usefixtures("few_at_once")
    def test_a_job_can_be_stopped(self, tree: Tree) -> None:
        trash(tree, *"ABCDE")
        self.empty(tree)
        run(tree, TrashState.stop)
        assert (tree[TrashState].job, len(names(tree))) == (None, 5)
        assert messages(tree) == ["Stopped: 0 contacts deleted for good, 5 not"]


class TestRestoringAll:
    def test_all_are_back_and_one_undo_moves_them_to_the_trash(self, tree: Tree) -> None:
        trash(tree, *"ABC")
        run(tree, TrashState.restore_all, key())
        (notice,) = tree[NoticeState].notices
        assert (notice.message, notice.has_undo) == ("3 restored", True)
        assert (names(tree), tree[ContactListState].total) == ([], 3)
        run(tree, TrashState.undo_restore_all, notice.job_id, notice.id)
        assert messages(tree) == ["3 contacts moved to trash"]
        assert (len(names(tree)), tree[ContactListState].total) == (3, 0)

    def test_those_whose_email_is_used_again_are_counted(self, tree: Tree) -> None:
        trash(tree, *"ABC")
        for name in "AB":
            run(tree, ContactFormState.create_contact, form(name="X", email=f"{name}@x.example"))
        run(tree, TrashState.restore_all, key())
        assert messages(tree) == ["1 restored, 2 could not be: their email is used again"]
        assert names(tree) == ["B", "A"]

    def test_of_one_it_is_said_in_the_singular_without_an_undo(self, tree: Tree) -> None:
        trash(tree, "A")
        run(tree, ContactFormState.create_contact, form(email="a@x.example"))
        run(tree, TrashState.restore_all, key())
        (notice,) = tree[NoticeState].notices
        assert notice.message == "0 restored, 1 could not be: its email is used again"
        assert not notice.has_undo

    @pytest.mark.usefixtures("few_at_once")
    def test_many_are_a_job_with_an_undo_at_its_end(self, tree: Tree) -> None:
        trash(tree, *"ABCDE")
        run(tree, TrashState.restore_all, key())
        job = tree[TrashState].job
        assert job
        assert job.text == "Restoring"
        work()
        run(tree, TrashState.follow)
        (notice,) = tree[NoticeState].notices
        assert (notice.message, tree[ContactListState].total) == ("5 restored", 5)
        run(tree, TrashState.undo_restore_all, notice.job_id, notice.id)
        work()
        run(tree, TrashState.follow)
        assert messages(tree) == ["5 contacts moved to trash"]

    def test_a_failure_is_said(self, tree: Tree) -> None:
        trash(tree, "Ada")
        with without_contacts():
            run(tree, TrashState.restore_all, key())
        assert messages(tree)[0].startswith("Could not save right now")
        assert not tree[TrashState].is_busy


HANDLERS = (
    (TrashState.load, ()),
    (TrashState.restore, ("x",)),
    (TrashState.restore_all, ()),
    (TrashState.undo_restore_all, ("1",)),
    (TrashState.follow, ()),
    (TrashState.stop, ()),
)


@pytest.mark.parametrize(("handler", "arguments"), HANDLERS)
def test_who_is_signed_out_is_asked_to_sign_in(tree: Tree, handler: Any, arguments: Any) -> None:
    nobody = Tree("")
    run(nobody, handler, *arguments)
    assert not nobody[SessionState].is_signed_in


def test_messages_are_forgotten_with_the_page(tree: Tree) -> None:
    own = tree[TrashState]
    own._fail("no")
    own._forget_messages()
    assert (own.problem, own.done_key, own.is_busy) == ("", "", False)
