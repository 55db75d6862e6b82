"""A failure as the panel shows it, without the messages of drivers: they may quote values."""

import re
import traceback
from pathlib import Path
from typing import Any

from crm_app.errors import CrmError
from crm_app.inspector.actions import Failure
from crm_app.observability.traces import chain_of, describe, frames_of
from crm_app.operations.results import Failed
from crm_app.operations.results import Failure as Shown

PACKAGE = f"{Path(__file__).parents[1]}/"
NAME = re.compile(r"\w{1,80}")
ROLLED_BACK = "Rolled back, nothing was saved."
IN_PART = "Rolled back. The action's earlier changes are saved."
UNSURE = "It may be saved: the visitor was answered before it ended."
OUTSIDE = "It broke outside of a transaction. The action's earlier changes are saved."


def failure_of(error: BaseException, reference: str) -> Failure:
    """Return an unexpected error with its trace; `saved` is for the operation to refine."""
    message = f"{CrmError.message} (reference {reference})" if reference else CrmError.message
    own, others = split_trace(error)
    return Failure(name_of(error), OUTSIDE, message, reference, own, others)


def refusal_of(shown: Shown) -> Failure:
    """Return a failure that has no reference: the database is away, or the server is busy."""
    if shown.cause is None:
        return Failure(shown.code.value, ROLLED_BACK, shown.text)
    own, others = split_trace(shown.cause)
    saved = UNSURE if shown.is_unsure else ROLLED_BACK
    return Failure(name_of(shown.cause), saved, shown.text, "", own, others)


def words_of(result: object) -> str:
    """Return a few words about an operation's result: what was refused, or how much was found."""
    if isinstance(result, Failed):
        shown = result.failure
        first = next(iter(shown.field_errors.values()), shown.message)
        sentence = first.partition(". ")[0].removesuffix(".")
        return shown.incident or sentence[:1].lower() + sentence[1:]
    value: Any = getattr(result, "value", None)
    if isinstance(total := getattr(value, "total", None), int):
        return f"{total:,} found"
    if isinstance(version := getattr(value, "version", None), int):
        return f"revision {version}"
    return ""


def name_of(error: BaseException) -> str:
    """Return the kind of the error behind it all, with a driver's code or constraint."""
    root = chain_of(error)[0]
    constraint = getattr(getattr(root, "diag", None), "constraint_name", None)
    if isinstance(constraint, str) and NAME.fullmatch(constraint):
        return f"{type(root).__name__}: {constraint}"
    said = describe(root)
    return type(root).__name__ + (f": {said}" if said else "")


def split_trace(
    error: BaseException,
) -> tuple[tuple[tuple[str, str, str], ...], tuple[str, ...]]:
    """Return our frames as place, function and source line, and those of libraries as text.

    The frames of all exceptions in the chain, outermost first, each once.
    """
    own: dict[tuple[str, str, str], None] = {}
    others: dict[str, None] = {}
    for each in reversed(chain_of(error)):
        summaries = traceback.extract_tb(each.__traceback__)
        for summary, frame in zip(summaries, frames_of(each), strict=True):
            if summary.filename.startswith(PACKAGE):
                place = f"{summary.filename.removeprefix(PACKAGE)}:{summary.lineno}"
                own[place, summary.name, (summary.line or "").strip()] = None
            else:
                others[f"{frame.filename or '?'}:{frame.lineno}  {frame.name}"] = None
    return tuple(own), tuple(others)
