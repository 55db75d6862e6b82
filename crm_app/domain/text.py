"""Basic operations on text: Unicode normalization, encodability, one line, initials."""

import unicodedata

from crm_app.domain.email import email_key as email_key  # revision 0005 imports it from here

_JOINERS = "\u200c\u200d"
_LINKERS = "\u200d\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d"  # viramas that join two letters to one
_LEADING_VOWELS = "เแโใไເແໂໃໄ"  # Thai and Lao write them before the letter they follow


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


def initials(name: str) -> str:
    """Return the first letters of the first and the last word, a dot where there is no letter.

    A letter has its marks, and the case that begins a word: Georgian has no capitals there.
    """
    letters = [letter for letter in map(_first_letter, name.split()) if letter]
    return "".join(map(_capital, letters[:1] + letters[1:][-1:])) or "·"


def _capital(letter: str) -> str:
    """Return the letter in title case, of ß (Ss) only the first."""
    return _first_letter(letter.title())


def _first_letter(word: str) -> str:
    if word[:2].isascii() and word[0].isalnum():  # nearly all; the list asks for every row
        return word[0]
    start = next((i for i, c in enumerate(word) if _is_letter(c)), len(word))
    end = start + 1
    while end < len(word) and _continues(word, end):
        end += 1
    return word[start:end]


def _is_letter(character: str) -> bool:
    is_modifier = unicodedata.category(character) == "Lm"
    return character.isalnum() and not is_modifier and character not in _LEADING_VOWELS


def _continues(word: str, index: int) -> bool:
    """Return whether the character belongs to the letter before it: a mark, or joined to it."""
    if unicodedata.category(word[index])[0] == "M" or word[index] in _JOINERS:
        return True
    before = word[index - 1]
    return before in _LINKERS and unicodedata.category(word[index]) == "Lo"
