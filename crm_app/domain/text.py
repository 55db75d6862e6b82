"""Basic operations on text: Unicode normalization, encodability, one line."""

import unicodedata

from crm_app.domain.email import email_key as email_key  # revision 0005 imports it from here


def normalize(text: str) -> str:
    """Return the text in Unicode's composed form (NFC), the form everything is stored in."""
    return unicodedata.normalize("NFC", text)


def has_lone_surrogate(text: str) -> bool:
    """Return whether the text holds half a character, which no encoding can carry."""
    return any(unicodedata.category(character) == "Cs" for character in text)


def sendable(value: object) -> str:
    """Return the value if it is text that can be sent to the page, else an empty text."""
    return value if isinstance(value, str) and not has_lone_surrogate(value) else ""


def single_line(text: str) -> str:
    """Return the text on one line: control characters are spaces, lone surrogates are dropped."""
    spaced = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    return "".join(c for c in spaced if unicodedata.category(c) != "Cs")
