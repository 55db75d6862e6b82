"""Doing once what arrives twice with the same key."""

import hashlib
import json
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from crm_app.domain.actor import Actor
from crm_app.domain.clock import utc_now
from crm_app.errors import IdempotencyKeyReused
from crm_app.repositories import idempotency

KEPT = timedelta(days=30)


def claim(
    db: Session,
    actor: Actor,
    key: UUID | None,
    operation: str,
    content: object,
    result: UUID,
) -> UUID | None:
    """Claim the key for an operation on this input, in the transaction that performs it.

    `result` is the public id of what it is done to. Returns None when the operation is to be done,
    else the result of the first time. Without a key everything is done each time.

    Raises:
        IdempotencyKeyReused: The key was used for another operation or with other input.
    """
    if key is None:
        return None
    input_hash = hash_content(content)
    row = {
        "book_id": actor.book_id,
        "account_id": actor.account_id,
        "key": key,
        "operation": operation,
        "input_hash": input_hash,
        "result": result,
        "created_at": utc_now(),
    }
    if idempotency.add(db, row):
        return None
    first = idempotency.find(db, actor, key)
    if (first.operation, first.input_hash) != (operation, input_hash):
        raise IdempotencyKeyReused
    return first.result


def hash_content(content: object) -> str:
    """Return the SHA-256 of the content as JSON, hex."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
