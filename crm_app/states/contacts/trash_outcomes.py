"""What became of work on the whole trash, in words."""

from crm_app.schemas.trash import TrashJob
from crm_app.services.contact_list.trash_jobs import Kind

UNDER_WAY = {
    Kind.EMPTY: "Deleting for good",
    Kind.RESTORE: "Restoring",
    Kind.UNDO: "Moving back to the trash",
}


def outcome(job: TrashJob) -> str:
    """Return what a job that is over has done; its numbers add up to the total."""
    prefix = {"stopped": "Stopped: ", "failed": "Could not finish: "}.get(job.state, "")
    return prefix + _DONE[Kind(job.kind)](job)


def _emptied(job: TrashJob) -> str:
    done = f"{_contacts(job.done)} deleted for good"
    left = job.total - job.done
    if not left:
        return done
    if job.state == "done":
        return f"{done}, {left:,} {'was' if left == 1 else 'were'} no longer there"
    return f"{done}, {left:,} not"


def _restored(job: TrashJob) -> str:
    parts = [f"{job.done:,} restored"]
    if job.kept:
        email = "its email is" if job.kept == 1 else "their email is"
        parts.append(f"{job.kept:,} could not be: {email} used again")
    if left := job.total - job.done - job.kept:
        parts.append(f"{left:,} no longer there" if job.state == "done" else f"{left:,} not")
    return ", ".join(parts)


def _moved_back(job: TrashJob) -> str:
    done = f"{_contacts(job.done)} moved to trash"
    left = job.total - job.done
    if not left:
        return done
    if job.state == "done":
        return f"{done}, {left:,} {'was' if left == 1 else 'were'} changed since and stay"
    return f"{done}, {left:,} not"


def _contacts(number: int) -> str:
    return f"{number:,} {'contact' if number == 1 else 'contacts'}"


_DONE = {Kind.EMPTY: _emptied, Kind.RESTORE: _restored, Kind.UNDO: _moved_back}
