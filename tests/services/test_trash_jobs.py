"""Emptying the trash and restoring all of it, at once or as a job, and undoing that."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from crm_app.database.account_models import AuditEvent
from crm_app.database.models import Contact, ContactChange
from crm_app.database.transaction import transaction
from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.errors import IdempotencyKeyReused, NotFound
from crm_app.jobs.worker import Worker
from crm_app.schemas.contacts import ContactView
from crm_app.schemas.trash import TrashJob
from crm_app.services.contact_list import trash, trash_jobs
from tests.services.steps import create, delete, get_all, names, restore, update

pytestmark = pytest.mark.usefixtures("database")


def make(actor: Actor, number: int) -> list[ContactView]:
    """Create so many contacts and delete them, each after the one before."""
    made = [create(actor, name=f"N{at}", email=f"{at}@x.example") for at in range(number)]
    return [delete(actor, each.id) for each in made]


def run(service: Any, actor: Actor, **arguments: Any) -> TrashJob:
    with transaction() as db:
        return service(db, actor, **arguments)


def trashed(actor: Actor) -> list[str]:
    with transaction(read_only=True) as db:
        return [each.contact.name for each in trash.list_trash(db, actor).contacts]


def finish(actor: Actor, job: TrashJob) -> TrashJob:
    """Let the worker do the job."""
    own = Worker()
    while own.work():
        pass
    return find(actor, job)


def find(actor: Actor, job: TrashJob) -> TrashJob:
    with transaction(read_only=True) as db:
        return trash_jobs.find_job(db, actor, job_id=job.id)


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two contacts are a job, in batches of two."""
    monkeypatch.setattr(trash_jobs, "AT_ONCE", 2)
    monkeypatch.setattr(trash_jobs, "BATCH", 2)
    monkeypatch.setattr(trash_jobs, "MOVED", 2)


class TestEmptying:
    def test_few_are_removed_at_once_with_their_history(self, actor: Actor) -> None:
        create(actor)
        make(actor, 3)
        job = run(trash_jobs.empty_trash, actor)
        assert (job.state, job.total, job.done, job.kept) == ("done", 3, 3, 0)
        assert (trashed(actor), get_all(actor).total) == ([], 1)
        with transaction(read_only=True) as db:
            assert len(db.exec(select(ContactChange)).all()) == 1

    @pytest.mark.usefixtures("few_at_once")
    def test_many_are_removed_by_a_job(self, actor: Actor) -> None:
        make(actor, 5)
        job = run(trash_jobs.empty_trash, actor)
        assert (job.state, job.done) == ("queued", 0)
        assert len(trashed(actor)) == 5
        job = finish(actor, job)
        assert (job.state, job.total, job.done) == ("done", 5, 5)
        assert trashed(actor) == []

    def test_what_is_deleted_after_the_question_stays(self, actor: Actor) -> None:
        make(actor, 2)
        asked = utc_now()
        delete(actor, create(actor, name="Later").id)
        run(trash_jobs.empty_trash, actor, before=asked)
        assert trashed(actor) == ["Later"]

    @pytest.mark.usefixtures("few_at_once")
    def test_what_is_restored_meanwhile_stays_and_is_not_counted(self, actor: Actor) -> None:
        made = make(actor, 5)
        job = run(trash_jobs.empty_trash, actor)
        restore(actor, made[0].id)
        job = finish(actor, job)
        assert (job.total, job.done) == (5, 4)
        assert names(get_all(actor)) == ["N0"]

    def test_a_time_to_come_is_now(self, actor: Actor) -> None:
        make(actor, 1)
        job = run(
            trash_jobs.empty_trash, actor, before=datetime.max.replace(tzinfo=utc_now().tzinfo)
        )
        assert job.done == 1

    def test_the_trash_of_others_stays(self, actor: Actor, other: Actor) -> None:
        make(actor, 2)
        assert run(trash_jobs.empty_trash, other).total == 0
        assert len(trashed(actor)) == 2

    def test_twice_with_a_key_it_is_done_once(self, actor: Actor) -> None:
        make(actor, 2)
        key = str(uuid4())
        first = run(trash_jobs.empty_trash, actor, key=key)
        delete(actor, create(actor, name="Later").id)
        assert run(trash_jobs.empty_trash, actor, key=key) == first
        assert trashed(actor) == ["Later"]
        with pytest.raises(IdempotencyKeyReused):
            run(trash_jobs.restore_all, actor, key=key)

    def test_it_is_in_the_audit_trail_once(self, actor: Actor) -> None:
        make(actor, 2)
        key = str(uuid4())
        for _ in range(2):
            run(trash_jobs.empty_trash, actor, key=key)
        with transaction(read_only=True) as db:
            emptied = col(AuditEvent.action) == "trash emptied"
            (event,) = db.exec(select(AuditEvent).where(emptied)).all()
        assert event.account_id == actor.account_id

    @pytest.mark.usefixtures("few_at_once")
    def test_a_stopped_job_leaves_the_rest(self, actor: Actor) -> None:
        make(actor, 5)
        job, own = run(trash_jobs.empty_trash, actor), Worker()
        own.work()
        while find(actor, job).state == "queued":
            own.work()
        stopped = run(trash_jobs.stop_job, actor, job_id=job.id)
        assert (stopped.state, stopped.done) == ("stopped", 2)
        while own.work():
            pass
        assert len(trashed(actor)) == 3


class TestRestoring:
    def test_few_are_restored_at_once(self, actor: Actor) -> None:
        made = make(actor, 3)
        job = run(trash_jobs.restore_all, actor)
        assert (job.state, job.total, job.done, job.kept) == ("done", 3, 3, 0)
        assert names(get_all(actor)) == ["N2", "N1", "N0"]
        with transaction(read_only=True) as db:
            restored = col(ContactChange.action) == "restored"
            changes = db.exec(select(ContactChange).where(restored)).all()
        assert {(each.version, each.account_id) for each in changes} == {(3, actor.account_id)}
        assert get_all(actor).contacts[-1].version == made[0].version + 1

    @pytest.mark.usefixtures("few_at_once")
    def test_many_are_restored_by_a_job(self, actor: Actor) -> None:
        make(actor, 5)
        job = finish(actor, run(trash_jobs.restore_all, actor))
        assert (job.state, job.total, job.done, job.kept) == ("done", 5, 5, 0)
        assert (get_all(actor).total, trashed(actor)) == (5, [])

    @pytest.mark.parametrize("batch", [2, 500])
    def test_those_whose_email_is_used_again_stay_and_are_counted(
        self, actor: Actor, batch: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trash_jobs, "MOVED", batch)
        make(actor, 4)
        create(actor, name="Again", email="1@X.example")
        older = delete(actor, create(actor, name="Twice", email="3@x.example").id)
        job = run(trash_jobs.restore_all, actor)
        assert (job.total, job.done, job.kept) == (5, 3, 2)
        assert names(get_all(actor)) == ["Twice", "Again", "N2", "N0"]
        assert older.id
        assert trashed(actor) == ["N3", "N1"]

    def test_contacts_without_an_email_are_all_restored(self, actor: Actor) -> None:
        make(actor, 3)
        with transaction() as db:
            db.connection().execute(sa.update(Contact).values(email=None, email_key=None))
        assert run(trash_jobs.restore_all, actor).done == 3

    def test_the_trash_of_others_stays(self, actor: Actor, other: Actor) -> None:
        make(actor, 2)
        run(trash_jobs.restore_all, other)
        assert len(trashed(actor)) == 2


class TestUndo:
    def undo(self, actor: Actor, job: TrashJob, key: object = None) -> TrashJob:
        return run(trash_jobs.undo_restore, actor, job_id=job.id, key=key)

    def test_it_moves_what_was_restored_back(self, actor: Actor) -> None:
        make(actor, 3)
        create(actor, name="Active")
        undone = self.undo(actor, run(trash_jobs.restore_all, actor))
        assert (undone.state, undone.total, undone.done, undone.kept) == ("done", 3, 3, 0)
        assert names(get_all(actor)) == ["Active"]
        assert len(trashed(actor)) == 3

    @pytest.mark.usefixtures("few_at_once")
    def test_a_large_one_is_undone_by_a_job(self, actor: Actor) -> None:
        create(actor, name="Active")
        make(actor, 5)
        restored = finish(actor, run(trash_jobs.restore_all, actor))
        undone = finish(actor, self.undo(actor, restored))
        assert (undone.state, undone.total, undone.done, undone.kept) == ("done", 5, 5, 0)
        assert names(get_all(actor)) == ["Active"]

    @pytest.mark.parametrize("at_once", [2, 500])
    def test_what_was_changed_or_deleted_since_stays(
        self, actor: Actor, at_once: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trash_jobs, "AT_ONCE", at_once)
        make(actor, 4)
        restored = finish(actor, run(trash_jobs.restore_all, actor))
        changed, deleted, *_ = get_all(actor).contacts
        update(actor, changed, name="Changed")
        delete(actor, deleted.id)
        undone = finish(actor, self.undo(actor, restored))
        assert (undone.total, undone.done, undone.kept) == (4, 2, 2)
        assert names(get_all(actor)) == ["Changed"]

    def test_nothing_restored_is_nothing_to_undo(self, actor: Actor) -> None:
        undone = self.undo(actor, run(trash_jobs.restore_all, actor))
        assert (undone.state, undone.done) == ("done", 0)

    @pytest.mark.usefixtures("few_at_once")
    def test_undoing_stops_what_is_under_way(self, actor: Actor) -> None:
        make(actor, 5)
        job, own = run(trash_jobs.restore_all, actor), Worker()
        while find(actor, job).done == 0:
            own.work()
        finish(actor, self.undo(actor, job))
        assert (get_all(actor).total, len(trashed(actor))) == (0, 5)
        assert find(actor, job).state == "stopped"

    def test_twice_with_a_key_it_is_done_once(self, actor: Actor) -> None:
        make(actor, 2)
        job, key = run(trash_jobs.restore_all, actor), str(uuid4())
        assert self.undo(actor, job, key) == self.undo(actor, job, key)

    @pytest.mark.parametrize("job_id", ["", "x", "0", "-1", "9" * 30, "\ud800", "²"])
    def test_a_job_that_is_missing_is_not_found(self, actor: Actor, job_id: str) -> None:
        for service in (trash_jobs.undo_restore, trash_jobs.stop_job, trash_jobs.find_job):
            with pytest.raises(NotFound, match="There is no such job"):
                run(service, actor, job_id=job_id)

    def test_jobs_of_others_and_of_other_kinds_are_not_found(
        self, actor: Actor, other: Actor
    ) -> None:
        emptied, restored = run(trash_jobs.empty_trash, actor), run(trash_jobs.restore_all, actor)
        for actor_, job in ((actor, emptied), (other, restored)):
            with pytest.raises(NotFound):
                run(trash_jobs.undo_restore, actor_, job_id=job.id)
        for service in (trash_jobs.stop_job, trash_jobs.find_job):
            with pytest.raises(NotFound):
                run(service, other, job_id=restored.id)


@pytest.mark.usefixtures("few_at_once")
def test_the_job_under_way_is_found(actor: Actor, other: Actor) -> None:
    make(actor, 3)
    job = run(trash_jobs.restore_all, actor)
    with transaction(read_only=True) as db:
        assert trash_jobs.find_open_job(db, actor) == job
        assert trash_jobs.find_open_job(db, other) is None
    finish(actor, job)
    with transaction(read_only=True) as db:
        assert trash_jobs.find_open_job(db, actor) is None
