"""Characters that cannot be stored without losing something, and their names."""

import re

_UNSTORABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
# The standard library knows no names of control characters.
_CONTROLS = [
    "NULL",
    "START OF HEADING",
    "START OF TEXT",
    "END OF TEXT",
    "END OF TRANSMISSION",
    "ENQUIRY",
    "ACKNOWLEDGE",
    "ALERT",
    "BACKSPACE",
    "CHARACTER TABULATION",
    "LINE FEED",
    "LINE TABULATION",
    "FORM FEED",
    "CARRIAGE RETURN",
    "SHIFT OUT",
    "SHIFT IN",
    "DATA LINK ESCAPE",
    "DEVICE CONTROL ONE",
    "DEVICE CONTROL TWO",
    "DEVICE CONTROL THREE",
    "DEVICE CONTROL FOUR",
    "NEGATIVE ACKNOWLEDGE",
    "SYNCHRONOUS IDLE",
    "END OF TRANSMISSION BLOCK",
    "CANCEL",
    "END OF MEDIUM",
    "SUBSTITUTE",
    "ESCAPE",
    "INFORMATION SEPARATOR FOUR",
    "INFORMATION SEPARATOR THREE",
    "INFORMATION SEPARATOR TWO",
    "INFORMATION SEPARATOR ONE",
]


def find_unstorable(text: str) -> str | None:
    """Return the first character that cannot be stored, as "NULL (U+0000)"; None without one.

    These are lone surrogates and the control characters that stand for no space or line break.
    """
    match = _UNSTORABLE.search(text)
    return f"{_name(ord(match[0]))} (U+{ord(match[0]):04X})" if match else None


def _name(code: int) -> str:
    if code < len(_CONTROLS):
        return _CONTROLS[code]
    if code > 0xFF:
        return "SURROGATE"
    return "DELETE" if code == 0x7F else "CONTROL CHARACTER"
