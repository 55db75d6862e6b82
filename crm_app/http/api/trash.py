"""The routes of the trash: the same operations as the page's."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from crm_app.domain.actor import Caller
from crm_app.http.api import requests
from crm_app.http.api.answers import answer, as_json
from crm_app.http.api.callers import get_caller
from crm_app.http.api.contacts import LIST, REMOVE
from crm_app.http.api.openapi import IDEMPOTENCY_KEY, problem_responses, takes
from crm_app.http.api.trash_schemas import TrashedContact, TrashJob, TrashList, TrashParameters
from crm_app.operations.perform import READ
from crm_app.schemas import trash as views
from crm_app.schemas.tokens import Scope
from crm_app.services.contact_list import trash, trash_jobs

Sender = Annotated[Caller, Depends(get_caller)]
JobId = Annotated[int, Path(ge=1, lt=2**31)]
FOLLOW = replace(READ, scope=Scope.DELETE)
KEY_USED = "The key was used for another request"
BEGUN = {
    "description": "More than 500 contacts: begun, `Location` says how far it is",
    "model": TrashJob,
    "headers": {"Location": {"description": "Its progress", "schema": {"type": "string"}}},
}

router = APIRouter(
    prefix="/api/v1/trash", tags=["trash"], dependencies=[Depends(requests.refuse_extras)]
)


@router.get(
    "",
    response_model=TrashList,
    response_description="A page of the trash",
    responses=problem_responses(described={404: "The cursor is no longer valid"}),
)
async def list_trash(caller: Sender, parameters: Annotated[TrashParameters, Query()]) -> Response:
    """List the contacts in the trash, the newest deletion first. Needs the scope `read`.

    The next page begins after `next_cursor`, which is null on the last one.
    """

    def show(page: views.TrashPage) -> Response:
        rows = [TrashedContact.of(view) for view in page.contacts]
        next_cursor = page.next_cursor or None
        return as_json(TrashList(contacts=rows, total=page.total, next_cursor=next_cursor))

    wanted = {"limit": parameters.limit, "cursor": parameters.cursor}
    return await answer(caller, trash.list_trash, LIST, show, **wanted)


@router.delete(
    "",
    response_model=TrashJob,
    response_description="All are deleted",
    responses={202: BEGUN, **problem_responses(described={409: KEY_USED})},
    openapi_extra=takes(IDEMPOTENCY_KEY),
)
async def empty_trash(request: Request, caller: Sender) -> Response:
    """Delete all contacts in the trash for good, with their history. Needs `delete`.

    This cannot be undone. What is moved to the trash after the request stays there.
    """
    key = requests.read_idempotency_key(request)
    return await answer(caller, trash_jobs.empty_trash, REMOVE, _job, key=key)


@router.post(
    "/all/restore",
    response_model=TrashJob,
    response_description="All are restored whose email is free",
    responses={202: BEGUN, **problem_responses(described={409: KEY_USED})},
    openapi_extra=takes(IDEMPOTENCY_KEY),
)
async def restore_all(request: Request, caller: Sender) -> Response:
    """Bring all contacts back whose email is not used again. Needs `delete`."""
    key = requests.read_idempotency_key(request)
    return await answer(caller, trash_jobs.restore_all, REMOVE, _job, key=key)


@router.get(
    "/jobs/{job_id}",
    response_model=TrashJob,
    response_description="How far it is",
    responses=problem_responses(described={404: "There is no such job"}),
)
async def get_trash_job(caller: Sender, job_id: JobId) -> Response:
    """Return how far emptying the trash, or restoring all of it, is. Needs `delete`."""
    return await answer(caller, trash_jobs.find_job, FOLLOW, _progress, job_id=str(job_id))


@router.delete(
    "/{contact_id}",
    status_code=204,
    response_description="Deleted for good",
    responses=problem_responses(404, described={409: KEY_USED}),
    openapi_extra=takes(IDEMPOTENCY_KEY),
)
async def delete_forever(request: Request, caller: Sender, contact_id: UUID) -> Response:
    """Delete a contact in the trash for good, with its history. Needs `delete`.

    This cannot be undone. A contact that is not in the trash is not found.
    """
    return await answer(
        caller,
        trash.delete_forever,
        REMOVE,
        lambda _: Response(status_code=204),
        contact_id=str(contact_id),
        key=requests.read_idempotency_key(request),
    )


def _job(job: views.TrashJob) -> Response:
    if job.is_over:
        return _progress(job)
    response = as_json(TrashJob.model_validate(job), 202)
    response.headers["location"] = f"{router.prefix}/jobs/{job.id}"
    return response


def _progress(job: views.TrashJob) -> Response:
    return as_json(TrashJob.model_validate(job))
