"""The routes of contacts: the same operations as the page's."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from crm_app.domain.actor import Actor, Caller
from crm_app.http.api import requests
from crm_app.http.api.answers import answer as _perform
from crm_app.http.api.answers import as_json as _json
from crm_app.http.api.callers import get_caller
from crm_app.http.api.openapi import (
    CHANGED_FIELDS,
    EMAIL_OR_KEY,
    IDEMPOTENCY_KEY,
    IF_NONE_MATCH,
    NEW_CONTACT,
    UNCHANGED,
    WITH_ETAG,
    WITH_ETAG_AND_ADDRESS,
    WRITTEN,
    if_match,
    problem_responses,
    takes,
)
from crm_app.http.api.schemas import (
    Change,
    Changes,
    Contact,
    ContactList,
    ContactVersion,
    ListParameters,
)
from crm_app.operations.perform import READ, WRITE
from crm_app.schemas.contacts import (
    ChangeView,
    ContactCreate,
    ContactPage,
    ContactUpdate,
    ContactView,
    UpdatedContact,
)
from crm_app.schemas.tokens import Scope
from crm_app.services import contacts, history

Sender = Annotated[Caller, Depends(get_caller)]
Version = Annotated[int, Path(ge=1, lt=2**31)]

router = APIRouter(
    prefix="/api/v1/contacts", tags=["contacts"], dependencies=[Depends(requests.refuse_extras)]
)
LIST = replace(READ, scope=Scope.READ)
CHANGE = replace(WRITE, scope=Scope.WRITE)
REMOVE = replace(WRITE, scope=Scope.DELETE)


@router.get(
    "",
    response_model=ContactList,
    response_description="A page of contacts",
    responses=problem_responses(described={404: "The cursor is no longer valid"}),
)
async def list_contacts(caller: Sender, parameters: Annotated[ListParameters, Query()]) -> Response:
    """List the contacts in which all words of `q` occur, by default the newest first.

    `total` is how many match in all. The next page begins after `next_cursor`, which is null on
    the last one. Needs the scope `read`.
    """

    def show(page: ContactPage) -> Response:
        rows = [Contact.of(view) for view in page.contacts]
        next_cursor = str(page.next) if page.next else None
        return _json(ContactList(contacts=rows, total=page.total, next_cursor=next_cursor))

    return await _perform(caller, contacts.get_contacts, LIST, show, query=parameters.query())


@router.post(
    "",
    status_code=201,
    response_model=Contact | ContactVersion,
    response_description=WRITTEN,
    responses={
        201: WITH_ETAG_AND_ADDRESS,
        **problem_responses(413, 415, described={409: f"{EMAIL_OR_KEY}; or the account is full"}),
    },
    openapi_extra=takes(IDEMPOTENCY_KEY, body=NEW_CONTACT),
)
async def create_contact(request: Request, caller: Sender) -> Response:
    """Create a contact. Needs the scope `write`."""
    key = requests.read_idempotency_key(request)
    data = {**await requests.read_fields(request, ContactCreate), "idempotency_key": key}

    def show(written: Contact | ContactVersion) -> Response:
        response = _contact(written, 201)
        response.headers["location"] = f"{router.prefix}/{written.id}"
        return response

    return await _perform(caller, _writing(contacts.create_contact), CHANGE, show, data=data)


@router.get(
    "/{contact_id}",
    response_model=Contact,
    response_description="The contact",
    responses={200: WITH_ETAG, 304: UNCHANGED, **problem_responses(404)},
    openapi_extra=takes(IF_NONE_MATCH),
)
async def get_contact(request: Request, caller: Sender, contact_id: UUID) -> Response:
    """Return a contact that is not in the trash; its version is the ETag. Needs `read`."""

    def show(view: ContactView) -> Response:
        response = _contact(Contact.of(view))
        if not requests.is_known(request, response.headers["etag"]):
            return response
        kept = {name: response.headers[name] for name in ("etag", "cache-control")}
        return Response(status_code=304, headers=kept)

    return await _perform(caller, contacts.get_contact, LIST, show, contact_id=str(contact_id))


@router.patch(
    "/{contact_id}",
    response_model=Contact | ContactVersion,
    response_description=WRITTEN,
    responses={
        200: WITH_ETAG,
        **problem_responses(*(404, 412, 413, 415, 428), described={409: EMAIL_OR_KEY}),
    },
    openapi_extra=takes(if_match(is_required=True), IDEMPOTENCY_KEY, body=CHANGED_FIELDS),
)
async def update_contact(request: Request, caller: Sender, contact_id: UUID) -> Response:
    """Change the given fields of a contact. Needs `write`, and If-Match with its ETag.

    Without a difference to what is stored there is no new version.
    """
    version = requests.read_version(request, is_required=True)
    key = requests.read_idempotency_key(request)
    fields = await requests.read_fields(request, ContactUpdate)
    data = {**fields, "version": version, "idempotency_key": key}
    return await _perform(
        caller,
        _writing(contacts.update_contact),
        CHANGE,
        _contact,
        contact_id=str(contact_id),
        data=data,
    )


@router.delete(
    "/{contact_id}",
    status_code=204,
    response_description="Deleted",
    responses=problem_responses(404, 412, described={409: "The key was used for another request"}),
    openapi_extra=takes(if_match(is_required=False), IDEMPOTENCY_KEY),
)
async def delete_contact(request: Request, caller: Sender, contact_id: UUID) -> Response:
    """Move a contact to the trash, where it is kept for 30 days. Needs `delete`."""
    version = requests.read_version(request, is_required=False)
    return await _perform(
        caller,
        contacts.delete_contact,
        REMOVE,
        lambda _: Response(status_code=204),
        contact_id=str(contact_id),
        key=requests.read_idempotency_key(request),
        version=version,
    )


@router.post(
    "/{contact_id}/restore",
    response_model=Contact | ContactVersion,
    response_description=WRITTEN,
    responses={200: WITH_ETAG, **problem_responses(404, described={409: EMAIL_OR_KEY})},
    openapi_extra=takes(IDEMPOTENCY_KEY),
)
async def restore_contact(request: Request, caller: Sender, contact_id: UUID) -> Response:
    """Bring a contact back from the trash; an active one stays as it is. Needs `delete`."""
    return await _perform(
        caller,
        _writing(contacts.restore_contact),
        REMOVE,
        _contact,
        contact_id=str(contact_id),
        key=requests.read_idempotency_key(request),
    )


@router.get(
    "/{contact_id}/history",
    response_model=Changes,
    response_description="The changes",
    responses=problem_responses(404),
)
async def list_changes(caller: Sender, contact_id: UUID) -> Response:
    """List the last 100 changes of a contact, in the trash or not, newest first. Needs `read`."""

    def show(views: list[ChangeView]) -> Response:
        return _json(Changes(changes=[Change.of(view) for view in views]))

    return await _perform(caller, history.list_changes, LIST, show, contact_id=str(contact_id))


@router.post(
    "/{contact_id}/history/{version}/undo",
    response_model=Contact | ContactVersion,
    response_description=WRITTEN,
    responses={
        200: WITH_ETAG,
        **problem_responses(
            described={
                404: "There is no such contact or change",
                409: f"Fields were changed since. {EMAIL_OR_KEY}",
            },
        ),
    },
    openapi_extra=takes(IDEMPOTENCY_KEY),
)
async def undo_change(
    request: Request, caller: Sender, contact_id: UUID, version: Version
) -> Response:
    """Undo the change that made this version; that is a change itself.

    A change that was undone since stays as it is. Needs `write`, and `delete` where undoing deletes
    or restores the contact.
    """
    return await _perform(
        caller,
        _writing(history.undo_change),
        CHANGE,
        _contact,
        contact_id=str(contact_id),
        version=version,
        key=requests.read_idempotency_key(request),
    )


def _writing(service: Callable[..., Any]) -> Callable[..., Contact | ContactVersion]:
    """Return the service with what its actor may read of the contact as the result."""

    @wraps(service)
    def write(db: Any, actor: Actor, **arguments: Any) -> Contact | ContactVersion:
        result = service(db, actor, **arguments)
        view: ContactView = result.contact if isinstance(result, UpdatedContact) else result
        if actor.has(Scope.READ):
            return Contact.of(view)
        return ContactVersion(id=view.id, version=view.version)

    return write


def _contact(shown: Contact | ContactVersion, status: int = 200) -> Response:
    response = _json(shown, status)
    response.headers["etag"] = f'"{shown.version}"'
    return response
