"""Phone numbers: their digits for search, and the link that dials them."""

import re
import unicodedata

from crm_app.domain.cleaning import clean_line, half_width

SHORTEST = 5  # digits of a number that can have an extension
COMPLETE = 8  # digits; the codes of a country and an area together have fewer

_EXTENSION = re.compile(
    r"(?<=\d)[\s,;./()–-]*(?:ext(?:ension|n)?|x|#|int(?:erno)?|poste|ramal|anexo|durchwahl|dw"
    r"|доб(?:авочный)?|вн|内線|内线|分机|转|轉)[\s.:=#]*(\d{1,11})(?=[),;]*(?:\s|$))",
    re.IGNORECASE,
)
# The 0 that is dialled inside a country only: +49 (0) 30.
_TRUNK_ZERO = re.compile(r"(?<=\d)[\s).\-/]*[(\[]\s*0\s*[)\]]")
_SIMPLE = re.compile(r"\+?[0-9][0-9 .-]*")
_WITHOUT_SEPARATORS = str.maketrans("", "", " .-")
_FIRST_NUMBER = re.compile(r"\d(?:\d|[^\w+,;|])*")
_COUNTRY = r"(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})"
# Where notations of one number differ: the country's code, or 0 in place of it, or the digit that
# North America and Russia have in place of it.
_PREFIX = re.compile(rf"(?:(?:\+|00){_COUNTRY}|[178](?=\d{{10}}$))?0*")


def clean(text: str) -> str:
    """Return the number as it was written, trimmed, without invisible marks and `tel:`."""
    line = clean_line(text)
    return line[4:].lstrip() if line[:4].lower() == "tel:" else line


def digits(text: str) -> str:
    """Return the decimal digits of the text, as ASCII."""
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())


def indexed_digits(text: str) -> str:
    """Return the digits by which a stored number is found: all but a 0 in parentheses."""
    return digits(_TRUNK_ZERO.sub("", _plain(text)))


def query_digits(text: str) -> str:
    """Return the digits to look for, given a number in any notation.

    They are part of the number in every other notation: the country's code and leading zeros are
    left out as long as three digits remain.
    """
    text = _plain(text)
    number = indexed_digits(text)
    prefix = _PREFIX.match(("+" if "+" in text else "") + number)
    length = len(prefix[0].lstrip("+")) if prefix else 0
    return number[length:] if len(number) - length > 2 else number


def split_at_extension(text: str) -> list[str]:
    """Return what stands before and behind the extension of a number in the text."""
    before, _, after = (*_EXTENSION.split(text, maxsplit=1), "", "")[:3]
    return [before, after] if len(digits(before)) >= SHORTEST else [text]


def link(text: str | None) -> str:
    """Return the `tel:` link (RFC 3966) of the first number in the text, blank if it has no digit.

    An extension becomes `;ext=`.
    """
    if not text:
        return ""
    if _SIMPLE.fullmatch(text):  # most are; the list asks for every row
        return f"tel:{text.translate(_WITHOUT_SEPARATORS)}"
    text = _TRUNK_ZERO.sub("", _plain(text))
    extension = _EXTENSION.search(text)
    first = _FIRST_NUMBER.search(text[: extension.start()] if extension else text)
    if first is None:
        return ""
    plus = "+" if "+" in text[: first.start()] else ""
    return f"tel:{plus}{_dialled(first[0])}" + (f";ext={extension[1]}" if extension else "")


def _dialled(number: str) -> str:
    """Return the digits, without a second number behind a slash.

    A slash also separates the code of an area: 030 / 123456.
    """
    before = digits(number.partition("/")[0])
    return before if len(before) >= COMPLETE else digits(number)


def _plain(text: str) -> str:
    """Return the text with all digits and full-width signs as ASCII."""
    if text.isascii():
        return text
    spelled = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in half_width(text))
    return "".join(spelled)
