"""Cleaning of text that people type and paste: nothing is lost that they see."""

import re
import unicodedata
from collections.abc import Callable

from crm_app.domain.invisible import (
    DIRECTION,
    FILLERS,
    drop_all_marks,
    drop_direction,
    drop_idle_direction,
    drop_marks,
)

_SPACES = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_LINE_BREAK = re.compile(r"\r\n|[\v\f\r\x85\u2028\u2029]")
# Not the ideographic space (U+3000), which is wide, and the Ogham space mark, which is a line.
_PLAIN_SPACES = dict.fromkeys([0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F], " ")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def clean_line(text: str) -> str:
    """Return the text of a field of one line, trimmed and in NFC, without invisible marks.

    Tabs, line breaks and the spaces of typesetting become spaces. A row of them that holds a tab
    or a line break becomes one. Marks of direction stay only inside, where they decide the order.
    """
    return _settle(_clean_line, text)


def clean_lines(text: str) -> str:
    """Return the text of a field of many lines, in NFC, without invisible marks.

    Every line ends with a line feed; spaces and tabs stay.
    """
    return _settle(_clean_lines, text)


def half_width(text: str) -> str:
    """Return the text with full-width ASCII, as East Asian keyboards type it, in normal width."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def _settle(clean: Callable[[str], str], text: str) -> str:
    """Return the text cleaned until nothing changes.

    A mark that is dropped can leave another one without meaning. As that can go on, one mark a
    round, text that three rounds do not settle loses all marks.
    """
    for _ in range(3):
        cleaned = clean(text)
        if cleaned == text or cleaned.isascii():
            return cleaned
        text = cleaned
    return clean(drop_direction(drop_all_marks(text)))


def _clean_line(text: str) -> str:
    if not text.isascii():
        text = drop_marks(text).translate(_PLAIN_SPACES)
    cells = (cell.strip() for cell in _BREAKS.split(text))
    line = " ".join(filter(None, cells)).strip(_SPACES + DIRECTION + FILLERS)
    return unicodedata.normalize("NFC", drop_idle_direction(line))


def _clean_lines(text: str) -> str:
    lines = drop_marks(_LINE_BREAK.sub("\n", text)).strip(DIRECTION)
    return unicodedata.normalize("NFC", drop_idle_direction(lines))
