"""Hooks for Schemathesis: three of four valid cases are about a contact that exists."""

import itertools
import os
from typing import Any
from uuid import uuid4

import httpx
import schemathesis
from schemathesis import GenerationMode

_numbers = itertools.count()
_headers = {"Authorization": f"Bearer {os.environ['API_TOKEN']}"}
_api = httpx.Client(base_url=os.environ["API_URL"], headers=_headers)


def _fields() -> dict[str, str]:
    return {"name": "Ada Lovelace", "email": f"{uuid4().hex}@example.com"}


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    is_valid = case.meta and case.meta.generation.mode == GenerationMode.POSITIVE
    if not is_valid or next(_numbers) % 4 == 3:
        return
    if case.operation.path.endswith("/jobs/{job_id}"):
        case.path_parameters["job_id"] = int(_api.post("/trash/all/restore").json()["id"])
    if case.operation.method == "post" and case.operation.path.endswith("/contacts"):
        case.body = {**case.body, **_fields()}
    if "contact_id" not in case.path_parameters:
        return
    made = _api.post("/contacts", json=_fields()).json()
    if "/trash/" in case.operation.path:
        _api.delete(f"/contacts/{made['id']}")
    case.path_parameters["contact_id"] = made["id"]
    if "version" in case.path_parameters:
        case.path_parameters["version"] = made["version"]
    if "If-Match" in case.headers:
        case.headers["If-Match"] = f'"{made["version"]}"'
