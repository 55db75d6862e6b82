"""The OpenAPI document: bodies, headers, and the problems that each operation can return."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from crm_app.domain.contact_fields import FIELDS, ContactField, Kind
from crm_app.domain.contact_list.tags import MAX_TAGS, TAG_LENGTH, TAGS
from crm_app.http.api.problems import MEANINGS, MEDIA_TYPE, Problem

Part = dict[str, Any]
ETAG = r'^"[1-9][0-9]{0,8}"$'


def describe(app: FastAPI) -> Part:
    """Return the document of the application."""
    made = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas = made["components"]["schemas"]
    problem = Problem.model_json_schema(
        ref_template="#/components/schemas/{model}", mode="serialization"
    )
    schemas |= {**problem.pop("$defs"), "Problem": problem}
    schemas["ErrorCode"] |= {"enum": [*MEANINGS], "x-enum-descriptions": [*MEANINGS.values()]}
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, never returned
        schemas.pop(name, None)
    for operations in made["paths"].values():
        for operation in operations.values():
            _drop_foreign_problem(operation["responses"])
    made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return {**made, "security": [{"token": []}]}


def _drop_foreign_problem(responses: Part) -> None:
    """Drop the response that FastAPI adds to each operation with parameters."""
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]


def _body(*, needs_required: bool) -> Part:
    """Return the JSON schema of a contact's fields as they come in."""
    properties = {field.name: _property(field) for field in FIELDS} | {TAGS: _tags()}
    required = [field.name for field in FIELDS if field.is_required] if needs_required else []
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _tags() -> Part:
    name = {"type": "string", "minLength": 1, "maxLength": TAG_LENGTH, "pattern": "^[^,]*$"}
    return {"type": ["array", "null"], "maxItems": MAX_TAGS, "items": name}


def _property(field: ContactField) -> Part:
    if not field.is_required:
        return {"type": ["string", "null"], "maxLength": field.max_length}
    form = {"format": "email"} if field.kind is Kind.EMAIL else {}
    return {"type": "string", "minLength": 1, "maxLength": field.max_length, **form}


NEW_CONTACT, CHANGED_FIELDS = _body(needs_required=True), _body(needs_required=False)
"""The schemas of the bodies; the services judge them, as those of the page."""


IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key, the request is not done twice",
    "schema": {"type": "string", "format": "uuid"},
}


IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the version that is known, or `*`: then it is not sent again",
    "schema": {"type": "string"},
}


def if_match(*, is_required: bool) -> Part:
    """Return the description of the header If-Match."""
    return {
        "name": "If-Match",
        "in": "header",
        "required": is_required,
        "description": "The ETag of the version that is changed, in double quotes",
        "schema": {"type": "string", "pattern": ETAG},
    }


def takes(*headers: Part, body: Part | None = None) -> Part:
    """Return the part of an operation that describes its headers and its body."""
    parts: Part = {"parameters": list(headers)}
    if body:
        content = {"application/json": {"schema": body}}
        parts["requestBody"] = {"required": True, "content": content}
    return parts


def _headers(**descriptions: str) -> Part:
    return {
        "headers": {
            name.replace("_", "-"): {"description": text, "schema": {"type": "string"}}
            for name, text in descriptions.items()
        }
    }


THIS = {"contact_id": "$response.body#/id"}
THIS_VERSION = {**THIS, "header.If-Match": "$response.header.ETag"}
LINKED = {
    "get_contact": THIS,
    "update_contact": THIS_VERSION,
    "delete_contact": THIS_VERSION,
    "restore_contact": THIS,
    "list_changes": THIS,
    "delete_forever": THIS,
    "undo_change": {**THIS, "version": "$response.body#/version"},
}
LINKS = {
    "links": {name: {"operationId": name, "parameters": LINKED[name]} for name in LINKED},
}
"""What can be done next with the contact of a response."""
ETAG_HEADER = _headers(ETag="The version of the contact")
WITH_ETAG = {**ETAG_HEADER, **LINKS}
WITH_ETAG_AND_ADDRESS = {
    **_headers(ETag="The version of the contact", Location="Its address"),
    **LINKS,
}
UNCHANGED = {"description": "The contact is the known version", **ETAG_HEADER}
SENT_HEADERS = {
    401: _headers(WWW_Authenticate="How to authenticate"),
    412: ETAG_HEADER,
    429: _headers(Retry_After="Seconds to wait"),
    503: _headers(Retry_After="Seconds to wait"),
}
WRITTEN = "The contact; without the scope `read` only its id and version"
EMAIL_OR_KEY = "The email is used, or the key was used for another request"
DESCRIPTIONS = {
    400: "A header or the body cannot be read, or the route takes no body",
    401: "No valid API token",
    403: "The token does not have the scope",
    404: "There is no such contact",
    412: "The contact has changed since the version in If-Match",
    413: "The body is too large",
    415: "The body is no JSON",
    422: "A field or parameter is wrong, see `field_errors`",
    428: "If-Match is missing",
    429: "Too many requests",
    500: "Something unexpected, `reference` names it in the log",
    503: "The server is busy or the database unavailable",
}
EVERYWHERE = (400, 401, 403, 422, 429, 500, 503)


def problem_responses(
    *statuses: int, described: Mapping[int, str] | None = None
) -> dict[int | str, Part]:
    """Return the failures of an operation: these, those described here, and the common ones."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    own = dict(described or {})
    descriptions = {**DESCRIPTIONS, **own}
    return {
        status: {
            "description": descriptions[status],
            "content": content,
            **SENT_HEADERS.get(status, {}),
        }
        for status in sorted({*EVERYWHERE, *statuses, *own})
    }
