"""Judging what comes in: one message for every wrong field, all at once."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from crm_app.domain.contact_fields import FIELDS, NAMES
from crm_app.domain.contact_list.tags import TAGS
from crm_app.errors import ValidationFailed

OUTDATED_FORM = "This form is out of date. Reload the page; your text is kept."
MISSING = {field.name: field.missing for field in FIELDS if field.is_required} | {
    "password": "Enter your password",
    "new_password": "Enter a new password",
}

Schema = TypeVar("Schema", bound=BaseModel)


def refuse(message: str) -> PydanticCustomError:
    """Return the error that puts this message at the field."""
    return PydanticCustomError("refused", "{message}", {"message": message})


def validate(
    schema: type[Schema], data: object, *, fields: Sequence[str] = (*NAMES, TAGS)
) -> Schema:
    """Return the data as the schema, or refuse it with one message for every wrong field.

    Raises:
        ValidationFailed: With `field_errors`; faults outside these fields go into its message.
    """
    try:
        given = dict(cast("Mapping[str, Any]", data)) if isinstance(data, Mapping) else {}
        return schema.model_validate(given)
    except ValidationError as error:
        problems = {_location(problem): _message(problem) for problem in error.errors()}
        field_errors = {field: problems[field] for field in fields if field in problems}
        is_outside = len(problems) > len(field_errors)
        raise ValidationFailed(OUTDATED_FORM if is_outside else None, field_errors) from error


def _location(problem: ErrorDetails) -> str:
    return str(problem["loc"][0]) if problem["loc"] else ""


def _message(problem: ErrorDetails) -> str:
    if problem["type"] == "missing":
        return MISSING.get(_location(problem), OUTDATED_FORM)
    return problem["msg"]
