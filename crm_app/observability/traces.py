"""Traces without messages: a driver's DETAIL line or a KeyError may quote what people typed."""

import re
import sys
import traceback
from collections.abc import Iterator
from typing import Any, NamedTuple

from crm_app.errors import CrmError

# Where packages are found; the longest first, as one lies in another.
ROOTS = sorted((f"{path}/" for path in sys.path if path), key=len, reverse=True)
DRIVER_CODES = ("sqlstate", "sqlite_errorname")
FIXED = re.compile(r"[A-Z0-9_]{1,40}")
PAGE_ERROR = re.compile(r"\s*(\w{0,40}(?:Error|Exception))\b")
PAGE_FRAME = re.compile(r"/assets/[\w.$-]{1,80}\.js:\d{1,7}:\d{1,7}")
MAX_PAGE_FRAMES = 12


class Frame(NamedTuple):
    """A place in the source."""

    filename: str
    name: str
    lineno: int


def trace_of(error: BaseException) -> str:
    """Return the exception and what led to it, innermost first: frames and kinds."""
    return "\n".join(line for each in chain_of(error) for line in _lines(each))


def describe(error: BaseException) -> str:
    """Return what may be said of the exception: our own message, or the code of a driver."""
    if isinstance(error, CrmError):
        return error.message
    codes = [getattr(error, name, None) for name in DRIVER_CODES]
    return " ".join(code for code in codes if isinstance(code, str) and FIXED.fullmatch(code))


def chain_of(error: BaseException) -> list[BaseException]:
    """Return the exceptions that led to this one, the first first."""
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.append(following)
        following = following.__cause__ or (
            None if following.__suppress_context__ else following.__context__
        )
    return chain[::-1]


def frames_of(error: BaseException) -> list[Frame]:
    """Return where the exception came by, outermost first; files below where they were found."""
    summary = traceback.extract_tb(error.__traceback__)
    return [Frame(_shortened(each.filename), each.name, each.lineno or 0) for each in summary]


def outline_of(report: Any) -> str:
    """Return the kind of an error that the page reports and its places in the page's scripts.

    The report comes from outside, and its message may quote what was typed.
    """
    text = str(report)
    kind = PAGE_ERROR.match(text)
    frames = PAGE_FRAME.findall(text)[:MAX_PAGE_FRAMES]
    return " ".join([kind[1] if kind else "", *frames]).strip()


def _lines(error: BaseException) -> Iterator[str]:
    yield "Traceback (most recent call last):"
    for frame in frames_of(error):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    said = describe(error)
    yield type(error).__name__ + (f": {said}" if said else "")


def _shortened(filename: str) -> str:
    return next((filename.removeprefix(each) for each in ROOTS if filename.startswith(each)), "")
