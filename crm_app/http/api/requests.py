"""What comes with a request: its parameters, its body and its headers."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel
from starlette.requests import Request

from crm_app.domain.actor import Caller
from crm_app.domain.contact_fields import NAMES
from crm_app.domain.contact_list.tags import TAGS
from crm_app.errors import ValidationFailed
from crm_app.http.api.callers import get_caller
from crm_app.http.api.openapi import ETAG
from crm_app.http.api.problems import Refused
from crm_app.http.origin import get_headers
from crm_app.http.page_reports import read_body
from crm_app.schemas.ids import read_uuid
from crm_app.schemas.validation import validate

MAX_NAME, MAX_NAMES = 50, 20  # characters, and how many unknown fields are named
WRONG_PARAMETER, NO_PARAMETER = "A parameter is wrong", "There is no such parameter"
LISTS = ("tag", "without")  # parameters that may be repeated
MAX_BODY = 64 * 1024  # bytes; the largest contact has about 6,000


async def refuse_extras(request: Request, _caller: Annotated[Caller, Depends(get_caller)]) -> None:
    """Refuse parameters and bodies that the route does not take: they may be meant for another.

    Raises:
        Refused: A parameter is repeated or unknown, or there is a body.
    """
    route = request.scope["route"]
    names = [name for name, _ in request.query_params.multi_items()]
    repeated = [name for name in _repeated(names) if name not in LISTS]
    wrong = name_each(repeated, "Send this parameter once")
    if not route.dependant.query_params:
        wrong |= name_each(names, NO_PARAMETER)
    if wrong:
        raise Refused(422, WRONG_PARAMETER, field_errors=wrong)
    takes_body = "requestBody" in (route.openapi_extra or {})
    if not takes_body and await read_body(request, 0) is None:
        raise Refused(400, "This request takes no body")


async def read_fields(request: Request, schema: type[BaseModel]) -> dict[str, Any]:
    """Return the fields of a contact that the body has, unvalidated.

    Raises:
        Refused: It is no JSON object, too long, or another type of content; or it has unknown
            fields, which are named with those that break a rule of the schema.
    """
    if not _is_json(request) or request.headers.get("content-encoding"):
        raise Refused(415, "Send JSON in UTF-8: Content-Type: application/json")
    body = await read_body(request, MAX_BODY)
    if body is None:
        raise Refused(413, f"The body can have at most {MAX_BODY:,} bytes")
    try:
        value = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise Refused(400, "The body is no valid JSON") from None
    if not isinstance(value, dict):
        raise Refused(422, "The body must be a JSON object")
    fields = cast("dict[str, Any]", value)
    if isinstance(fields.get(TAGS), str):  # as the page's form sends them
        fields[TAGS] = {}
    if unknown := sorted(fields.keys() - {*NAMES, TAGS}):
        wrong = name_each(unknown, "A contact has no such field")
        wrong |= _errors_of_known(fields, schema)
        raise Refused(422, ValidationFailed.message, field_errors=wrong)
    return fields


def _is_json(request: Request) -> bool:
    """Return whether the body is said to be JSON; its encoding is UTF-8, named or not."""
    sent = get_headers(request.scope, b"content-type")
    kind, *parameters = "".join(sent).lower().replace(" ", "").split(";")
    encodings = [each for each in parameters if each.startswith("charset=")]
    is_utf_8 = all(each.replace('"', "") == "charset=utf-8" for each in encodings)
    return len(sent) == 1 and kind == "application/json" and is_utf_8


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        Refused: A name occurs twice: which value is meant is not known.
    """
    if repeated := _repeated([name for name, _ in pairs]):
        wrong = name_each(repeated, "This field occurs more than once")
        raise Refused(422, ValidationFailed.message, field_errors=wrong)
    return dict(pairs)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def name_each(names: Sequence[str], message: str) -> dict[str, str]:
    """Return the message for each of the names, shortened, of which there may be too many."""
    shown = [name[:MAX_NAME].encode("ascii", "backslashreplace").decode() for name in names]
    return dict.fromkeys(shown[:MAX_NAMES], message)


def _errors_of_known(fields: dict[str, Any], schema: type[BaseModel]) -> dict[str, str]:
    try:
        validate(schema, {name: fields[name] for name in (*NAMES, TAGS) if name in fields})
    except ValidationFailed as failed:
        return failed.field_errors
    return {}


def read_idempotency_key(request: Request) -> UUID | None:
    """Return the Idempotency-Key, None without one.

    Raises:
        Refused: It is no UUID.
    """
    sent = get_headers(request.scope, b"idempotency-key")
    key = read_uuid(sent[0]) if len(sent) == 1 else None
    if sent and key is None:
        raise Refused(400, "Idempotency-Key must be one UUID")
    return key


def read_version(request: Request, *, is_required: bool) -> int | None:
    """Return the version that If-Match names, None without one.

    Raises:
        Refused: It is missing though required, or no ETag of a contact.
    """
    sent = get_headers(request.scope, b"if-match")
    if not sent and is_required:
        raise Refused(428, "Send the ETag of the version that you change as If-Match")
    found = re.fullmatch(ETAG, sent[0].strip()) if len(sent) == 1 else None
    if sent and not found:
        raise Refused(400, 'If-Match must be one ETag of the contact, like "3"')
    return int(found[0].strip('"')) if found else None


def is_known(request: Request, etag: str) -> bool:
    """Return whether If-None-Match has this ETag, or `*` for any; a proxy marks it as weak."""
    sent = ",".join(get_headers(request.scope, b"if-none-match")).split(",")
    return not {etag, "*"}.isdisjoint(each.strip().removeprefix("W/") for each in sent)
