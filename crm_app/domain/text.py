"""What text is here: which characters are stored, and how it is folded for search."""

import unicodedata

import idna

# Letters that Unicode does not decompose into a base letter and a mark.
_UNDECOMPOSED = str.maketrans(
    {"ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d"}
    | {"æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ı": "i", "þ": "th", "Þ": "th", "ð": "d"}
    | {"Ð": "d", "'": None, "’": None}
)
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "å": "aa", "Å": "aa"}
    | {"ø": "oe", "Ø": "oe"}
)


def normalize(text: str) -> str:
    """Return the text in Unicode's composed form (NFC), the form everything is stored in."""
    return unicodedata.normalize("NFC", text)


def has_forbidden_character(text: str, *, allowed: str = "") -> bool:
    """Tell whether the text holds a control character (but those allowed) or a lone surrogate."""
    return any(
        unicodedata.category(character) in ("Cc", "Cs") and character not in allowed
        for character in text
    )


def has_lone_surrogate(text: str) -> bool:
    """Tell whether the text holds half a character, which no encoding can carry."""
    return any(unicodedata.category(character) == "Cs" for character in text)


def sendable(value: object) -> str:
    """Return a value that may be anything if the page can be sent it, else an empty text."""
    return value if isinstance(value, str) and not has_lone_surrogate(value) else ""


def has_visible_character(text: str) -> bool:
    """Tell whether anything can be seen: not only spaces, marks of direction and fillers."""
    return any(
        unicodedata.category(character)[0] not in "ZC"
        and character not in "\u115f\u1160\u3164\uffa0"
        for character in text
    )


def email_key(email: str) -> str:
    """Return what emails are compared by: the spellings of one mailbox have one key.

    Compatible characters (NFKC: full-width letters) and cases are one, and a domain counts by its
    ASCII form (IDNA 2008), where it has one. So straße.example is not strasse.example.
    """
    mailbox, at, domain = unicodedata.normalize("NFKC", email).rpartition("@")
    return unicodedata.normalize("NFKC", mailbox.casefold()) + at + _ascii_domain(domain)


def _ascii_domain(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return unicodedata.normalize("NFKC", domain.lower())


def single_line(text: str) -> str:
    """Return the text on one line: control characters are spaces, lone surrogates are dropped."""
    spaced = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    return "".join(c for c in spaced if unicodedata.category(c) != "Cs")


def fold(text: str) -> str:
    """Return the text as search sees it: no accents, no case, no apostrophes, single spaces."""
    decomposed = unicodedata.normalize("NFKD", single_line(text).translate(_UNDECOMPOSED))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return " ".join(letters.split())


def search_text(*parts: str | None) -> str:
    """Return the folded text of all parts; a word in it begins after a space.

    Umlauts are found both ways: Müller by "muller" and by "mueller".
    """
    joined = normalize(" ".join(part for part in parts if part))
    folded = fold(joined)
    spelled_out = fold(joined.translate(_UMLAUTS))
    return f" {folded}" if spelled_out == folded else f" {folded} {spelled_out}"


def search_terms(query: str) -> list[str]:
    """Return the terms that all must occur in a search text.

    One or two letters match at the start of a word, three and more anywhere; that is what a
    trigram index can answer, and the meaning stays the same with and without one.
    """
    return [word if len(word) > 2 else f" {word}" for word in fold(query).split()]


def digits(text: str) -> str:
    """Return the decimal digits of the text, as ASCII."""
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())
